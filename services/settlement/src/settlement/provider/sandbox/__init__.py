"""A payment provider to try things on: its own process with its own memory, which survives restarts.

    python -m settlement.provider.sandbox

Payment methods: `sandbox:ok`, `sandbox:declined`, `sandbox:insufficient-funds`. Every other is unknown and declined.
A bank account whose number ends in 000 is closed. The same idempotency key gets the same answer for ever.

`sandbox:redirect`, `sandbox:scan` and `sandbox:confirm` ask something of who pays first: to go to a page of the
sandbox's, to scan a code that leads to it, or to confirm in an app, which is the same page. Whoever has that page's
address pays, declines or pays when it is too late; who never comes is declined when the time for it is over.

What goes wrong is turned on with YIMA_FAULTS or `PUT /faults`, see `Faults`. Webhooks go to settlement, signed with
YIMA_WEBHOOK_SECRET; without one none is sent. `GET /report` lists every movement of money, as a provider's report does;
it, `/faults`, `/disputes` and `/returns` ask for the same secret as a password.
"""
