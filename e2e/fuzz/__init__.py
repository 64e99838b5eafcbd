"""`make fuzz`: a system of its own is sent thousands of requests that nobody should send, by everybody it may know.

A generator makes the requests of one kind, and says of which attacks in `docs/attacks.md` (`docs/fuzz.md` has the
table). Each request is judged by itself: no status of 500 or more, no `internal`, an answer in time, a body of the type
it says; whoever may not do something is not answered as if they might. A generator that knows more says more: what was
taken in is read back, a doubled header is refused, a scan proves one service. At the end the processes' memory is as it
was, no process was started again, no log has a fault of ours or anything that was said of a person, every list can be
read, the ledger and the log of access hold.

Everything random of an operation comes from the run's seed and the operation's number:
`make fuzz ARGS="--seed 7 --operations 5000"`, `make fuzz ARGS="--only statements,webhooks"`.
"""
