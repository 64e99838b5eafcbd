"""Rules of records. No I/O; the clock is passed in."""
