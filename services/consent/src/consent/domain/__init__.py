"""Rules of consent. No I/O; the clock is passed in."""
