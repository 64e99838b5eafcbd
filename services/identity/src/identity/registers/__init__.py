"""Registers that others keep: what we ask of them (`port`), how (`http`), and ones to try things on (`sandbox`)."""
