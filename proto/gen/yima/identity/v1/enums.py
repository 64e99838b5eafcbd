"""Generated from the contract; do not edit."""

from enum import IntEnum


class GuardianshipEnd(IntEnum):
    """Why a guardianship ended."""

    BY_GUARDIAN = 1
    BY_OPERATOR = 2
    OF_AGE = 3
