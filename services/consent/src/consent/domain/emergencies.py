"""Emergencies: a practitioner opens a record without the resident's word, and others look at it afterwards."""

from datetime import datetime, timedelta
from enum import IntEnum

from chassis.refusals import Refusal

WINDOW = timedelta(hours=24)  # in which a practitioner has so many


class EmergencyStatus(IntEnum):
    """Where an emergency stands; the contract's numbers."""

    TO_REVIEW = 1
    OVERDUE = 2
    REVIEWED = 3
    AUDITED = 4


class TooManyEmergencies(Refusal):
    code = "too-many-emergencies"
    title = "The practitioner has opened as many records in emergencies as they may in a day."


class EmergencyOpen(Refusal):
    code = "emergency-open"
    title = "The record is open to the practitioner by an emergency already."


class EmergencyReviewedBefore(Refusal):
    code = "emergency-reviewed"
    title = "The emergency was reviewed before."


def emergency_status(
    review_due_at: datetime, reviewed_at: datetime | None, audited_at: datetime | None, at: datetime
) -> EmergencyStatus:
    """By the clock, at the moment of asking."""
    if audited_at is not None:
        return EmergencyStatus.AUDITED
    if reviewed_at is not None:
        return EmergencyStatus.REVIEWED
    return EmergencyStatus.OVERDUE if review_due_at <= at else EmergencyStatus.TO_REVIEW
