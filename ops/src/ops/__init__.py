"""Run a Yima of your own: start and load a system, play the demo, keep the bus. Its commands are `yima`'s."""
