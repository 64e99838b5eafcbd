"""A payment provider to try things on: its own process with its own memory, which survives restarts.

    python -m settlement.provider.sandbox

Payment methods: `sandbox:ok`, `sandbox:declined`, `sandbox:insufficient-funds`. Every other is unknown and declined.
A bank account whose number ends in 000 is closed. The same idempotency key gets the same answer for ever.

What goes wrong is turned on with YIMA_FAULTS or `PUT /faults`, see `Faults`. Webhooks go to settlement, signed with
YIMA_WEBHOOK_SECRET; without one none is sent. `GET /report` lists every movement of money, as a provider's report does;
it, `/faults` and `/disputes` ask for the same secret as a password.
"""
