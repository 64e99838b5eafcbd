"""Rules of the catalog. No I/O; the clock is passed in."""
