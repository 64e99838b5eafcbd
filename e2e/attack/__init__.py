"""`make attack`: what was once done to Yima from outside, done again to a running system.

Each attack is a function of a module named after what it goes for. It gets a `Scene`, tries a whole kind of input and
returns what it saw: the door holds, or it is open. `e2e/test_attacks.py` runs every one of them in `make test`.
"""
