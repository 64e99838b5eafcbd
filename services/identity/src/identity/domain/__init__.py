"""Rules of people, passwords, sign-ins and health codes. No I/O; the clock is passed in."""
