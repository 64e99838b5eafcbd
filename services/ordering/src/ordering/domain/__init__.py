"""Rules of ordering. No I/O; the clock is passed in."""
