"""Faults, at random and one after the other, while orders, readings, consents and payouts flow.

The system runs as real processes: a PostgreSQL with a standby that has every commit, a NATS of three servers, every
service, the gateway and the sandboxes. People do what people do: they order and are served, race for the last place
of a time, cancel, are refused and given back their money, send what their cuffs measure, open their records and close
them again. Beside it one fault after the other is injected. After each, people rest, the system comes to rest,
and everything is held against everything: what clients were answered, what databases and streams hold, what the
provider and the ledger say.

The plan follows from the seed: the same faults in the same order, with the same victims. When each begins depends on
how fast the machine is.
"""
