"""The payment provider: what we ask of it (`port`), how (`http`), and one to try things on (`sandbox`)."""
