"""Consent's advisory locks, each with a number of its own; where one is of many things, the number is a hash's seed."""

ACCESS_LOG = 1129270867  # of the one who appends to the access log
ORDER = 1129270868  # seed: of the one who works with what is known of an order
GUARDIANS = 1129270869  # seed: of the one who gives, or ends, what a resident's guardians give
