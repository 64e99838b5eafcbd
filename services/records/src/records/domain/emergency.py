"""The emergency slice: the little that a stranger who treats a resident in an emergency has to know at once.

The resident gives it themselves, or who acts for them. It is signed as it was given, each version stays, and what is
withdrawn is shown to nobody.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis import texts
from chassis.refusals import Invalid, Refusal

INFORMATION_TYPE = "emergency"  # as consent decides about it
ETREAT, OWN = "ETREAT", "PATRQT"  # HL7 v3's purposes: treatment in an emergency, the patient's own request
BLOOD_GROUPS = frozenset({"A+", "A-", "B+", "B-", "AB+", "AB-", "O+", "O-"})
ALLERGIES_MAX = 30
ALLERGY_LENGTH_MAX = 100
TELEPHONE = re.compile(r"\+[1-9][0-9]{6,14}")


class NoEmergencySlice(Refusal):
    code = "no-emergency-slice"
    title = "The resident has given nothing to read in an emergency."


@dataclass(frozen=True, slots=True)
class Slice:
    """What a resident gives: each part may be empty, not all of them."""

    blood_group: str
    allergies: Sequence[str]
    contact_name: str
    contact_telephone: str


def checked(blood_group: str, allergies: Sequence[str], contact_name: str, contact_telephone: str) -> Slice:
    """A slice in the form it is stored and signed in. Refuses by its field what cannot be read in an emergency."""
    if blood_group and blood_group not in BLOOD_GROUPS:
        raise Invalid("blood_group", f"must be one of {', '.join(sorted(BLOOD_GROUPS))}, or empty")
    if len(allergies) > ALLERGIES_MAX:
        raise Invalid("allergies", f"at most {ALLERGIES_MAX}; name those that matter in an emergency")
    if bool(contact_name) != bool(contact_telephone):
        raise Invalid("contact_telephone", "name and telephone number go together")
    if contact_telephone and not TELEPHONE.fullmatch(contact_telephone):
        raise Invalid("contact_telephone", "must be a number in E.164, such as +8613800000000")
    given = Slice(
        blood_group,
        [texts.line(allergy, f"allergies[{index}]", ALLERGY_LENGTH_MAX) for index, allergy in enumerate(allergies)],
        texts.name(contact_name, "contact_name") if contact_name else "",
        contact_telephone,
    )
    if not (given.blood_group or given.allergies or given.contact_name):
        raise Invalid(
            "blood_group", "give at least one of blood group, allergies and contact; or withdraw what is kept"
        )
    return given


def claims(given: Slice, *, resident_id: UUID, given_by: UUID, version: int, now: datetime) -> Mapping[str, object]:
    """What is signed of a slice."""
    return {
        "use": "emergency-slice",
        "resident_id": str(resident_id),
        "given_by": str(given_by),
        "version": version,
        "iat": int(now.timestamp()),
        "blood_group": given.blood_group,
        "allergies": list(given.allergies),
        "contact_name": given.contact_name,
        "contact_telephone": given.contact_telephone,
    }


def for_reader(signed: Mapping[str, object], partner_id: str) -> Mapping[str, object]:
    """What is signed of a slice for a partner whose practitioner reads it: for that partner, and without the ids by
    which two of them could find out that they have read of the same resident (ADR 0617)."""
    shown = {name: value for name, value in signed.items() if name not in ("resident_id", "given_by")}
    return shown | {"partner_id": partner_id}
