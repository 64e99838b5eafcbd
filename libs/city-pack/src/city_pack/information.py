"""What people are asked about in every city: the types of information that a consent is for, and their purposes."""

from collections.abc import Collection, Sequence

from chassis.refusals import Invalid

INFORMATION_TYPES = frozenset(
    {"vital-signs", "laboratory", "encounters", "imaging", "medications", "maternal", "child-health", "activity"}
)
# Who comes: name, age and telephone, which an order's consent may release to its partner. It is in no record.
CONTACT = "contact"
ASKED_TYPES = INFORMATION_TYPES | {CONTACT}  # what an offering may ask for
# HL7 v3 PurposeOfUse
PURPOSES = frozenset({"TREAT", "ETREAT", "CAREMGT", "PUBHLTH", "HRESCH", "HPAYMT", "HOPERAT", "PATRQT"})


def check_each_known(codes: Sequence[str], field: str, known: Collection[str]) -> None:
    """Refuse the first of these that is not known, by its place."""
    for index, code in enumerate(codes):
        check_known(code, f"{field}[{index}]", known)


def check_known(code: str, field: str, known: Collection[str]) -> None:
    if code not in known:
        raise Invalid(field, f"must be one of {', '.join(sorted(known))}")
