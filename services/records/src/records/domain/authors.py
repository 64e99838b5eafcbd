"""Who wrote a resource: an institution, the resident themselves, or a device of theirs. What was not an institution's
word says so wherever it is shown."""

INSTITUTION = "institution"
RESIDENT = "resident"
DEVICE = "device"
AUTHOR_SYSTEM = "urn:yima:author"  # of the tag that says so; ours to set
