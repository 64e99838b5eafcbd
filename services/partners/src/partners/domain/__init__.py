"""Rules of applications, certificates, contracts and what they allow. No I/O; the clock is passed in."""
