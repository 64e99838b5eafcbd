"""What people are asked about in every city: the types of information that a consent is for, and their purposes."""

INFORMATION_TYPES = frozenset(
    {"vital-signs", "laboratory", "encounters", "imaging", "medications", "maternal", "child-health", "activity"}
)
# HL7 v3 PurposeOfUse
PURPOSES = frozenset({"TREAT", "ETREAT", "CAREMGT", "PUBHLTH", "HRESCH", "HPAYMT", "HOPERAT", "PATRQT"})
