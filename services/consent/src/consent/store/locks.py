"""Consent's advisory locks. Each has a number of its own; a lock an order or resident hashes its id with the number."""

ACCESS_LOG = 1129270867  # appending to the chain: the release before this one
ORDER = 1129270868  # an order: what is known of it, and the consents for it
EMERGENCIES = 1129270871  # a practitioner: what they open in emergencies
GUARDIANS = 1129270869  # a resident: what their guardians give, and whether they still act
OFFERS = 1129270872  # a resident: what they are offered by FHIR Consents
PROJECTS = 1129270873  # a resident: which projects they join
ACCESS_TREE = 1129270870  # giving entries of the access log their places in its tree
