"""HL7 v2: what a message says, and what becomes of it."""
