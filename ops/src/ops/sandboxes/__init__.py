"""A sandbox for each partner: a system of its own with its own keys, databases, bus and clock, and nobody real in it.

Nothing holds a sandbox apart from its city, or from another sandbox, but that they have nothing in common: what one
signs the other knows no key of. `keeping` starts, stops and empties them, `filling` has people in them, `faults` makes
things go wrong, `doorway` is a sandbox's address and wakes it, and `door` is where partners ask for theirs.
"""
