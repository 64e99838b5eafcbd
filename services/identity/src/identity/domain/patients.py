"""Patients of institutions: whose an institution's patient is, by what the institution knows of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from uuid import UUID

from chassis.refusals import Refusal
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PATIENTS_MAX = 500  # that are asked about at once
SEALED_A_DAY_MAX = 50_000  # numbers of one institution
SEAL_BYTES_MAX = 64


class TooManyNumbers(Refusal):
    code = "too-many-identity-numbers"
    title = "The institution has sent as many identity numbers as it may in a day; send the others tomorrow."


class Basis(IntEnum):
    """By what a patient was matched, the strongest first; the contract's numbers."""

    HEALTH_CODE = 1
    IDENTITY_NUMBER = 2
    RESIDENT_ID = 3
    CONFIRMED = 4


class PatientSeals:
    """Seals identity numbers for one institution: nobody without the city's secret learns the number, and two
    institutions' seals of it have nothing in common. The same number has the same seal."""

    def __init__(self, secret: str) -> None:
        self._cipher = AESSIV(HKDF(hashes.SHA256(), 64, None, b"patients' identity numbers").derive(secret.encode()))

    def seal(self, institution_id: UUID, number_hash: bytes) -> bytes:
        return self._cipher.encrypt(number_hash, [institution_id.bytes])

    def open(self, institution_id: UUID, seal: bytes) -> bytes | None:
        """The keyed hash of the number; None where it was not sealed for this institution."""
        try:
            return self._cipher.decrypt(seal, [institution_id.bytes])
        except (InvalidTag, ValueError):
            return None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What an institution knows of who its patient is."""

    number_hash: bytes | None = None
    scan_id: UUID | None = None
    resident_id: UUID | None = None
    name: str = ""
    birth_date: date | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """Those whom the evidence of many patients means, each of them proven."""

    by_number: Mapping[bytes, UUID]
    by_scan: Mapping[UUID, UUID]
    proven: frozenset[UUID]
    by_name: Mapping[tuple[str, date], Sequence[UUID]]


@dataclass(frozen=True, slots=True)
class Match:
    """Whose a patient is; None: unknown or not proven, which is not told apart."""

    resident_id: UUID | None = None
    basis: Basis | None = None
    differs: bool = False


def match(evidence: Evidence, known: Known) -> Match:
    """Whom all the evidence means, if it means one person. Name and birth date count only where there is nothing else,
    and one person alone has them."""
    means: list[tuple[Basis, UUID]] = []
    if evidence.scan_id is not None and evidence.scan_id in known.by_scan:
        means.append((Basis.HEALTH_CODE, known.by_scan[evidence.scan_id]))
    if evidence.number_hash is not None and evidence.number_hash in known.by_number:
        means.append((Basis.IDENTITY_NUMBER, known.by_number[evidence.number_hash]))
    if evidence.resident_id is not None and evidence.resident_id in known.proven:
        means.append((Basis.RESIDENT_ID, evidence.resident_id))
    if len({resident_id for _, resident_id in means}) > 1:
        return Match(differs=True)
    if means:
        basis, resident_id = min(means)
        return Match(resident_id, basis)
    if evidence.name and evidence.birth_date is not None and is_by_name_alone(evidence):
        namesakes = known.by_name.get((evidence.name.casefold(), evidence.birth_date), ())
        if len(namesakes) == 1:
            return Match(namesakes[0], Basis.CONFIRMED)
    return Match()


def is_by_name_alone(evidence: Evidence) -> bool:
    return (evidence.number_hash, evidence.scan_id, evidence.resident_id) == (None, None, None)
