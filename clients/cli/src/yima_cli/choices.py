"""The schema's enums as they are typed at a terminal: NOTHING_KEPT is nothing-kept."""

from yima_client import enums


def typed(codes: tuple[str, ...]) -> list[str]:
    return [code.lower().replace("_", "-") for code in codes]


def code_of(choice: str | None) -> str | None:
    """The code of what was typed."""
    return choice.upper().replace("-", "_") if choice else None


AREAS = typed(enums.ASPECT)
ACCESS_KINDS = typed(enums.ACCESS_KIND)
ORDER_STATUSES = typed(enums.ORDER_STATUS)
PRIVATE_OFFER_STATUSES = typed(enums.PRIVATE_OFFER_STATUS)
ORDER_PARTIES = typed(enums.ORDER_PARTY)
PARTNER_STATUSES = typed(enums.PARTNER_STATUS)
PARTNER_KINDS = typed(enums.PARTNER_KIND)
POPULATIONS = typed(enums.POPULATION)
OFFERING_KINDS = typed(enums.OFFERING_KIND)
OFFERING_SORTS = typed(enums.OFFERING_SORT)
ERASURE_STATUSES = typed(enums.ERASURE_STATUS)
ERASURE_METHODS = typed(enums.ERASURE_METHOD)
CALENDAR_KINDS = typed(enums.CALENDAR_KIND)
API_KEY_SCOPES = typed(enums.API_KEY_SCOPE)
PAYOUT_RAILS = typed(enums.PAYOUT_RAIL)
PAYOUT_SCHEDULES = typed(enums.PAYOUT_SCHEDULE)
BREAK_STATUSES = typed(enums.BREAK_STATUS)
DOCUMENT_FORMATS = typed(enums.DOCUMENT_FORMAT)
DUTIES = typed(enums.DUTY)
FOLLOW_UP_ACTIONS = typed(enums.FOLLOW_UP_ACTION)
FOLLOW_UP_REASONS = typed(enums.FOLLOW_UP_REASON)
FOLLOW_UP_OUTCOMES = [each for each in typed(enums.FOLLOW_UP_OUTCOME) if each != "served"]  # which an order says
GUARDIAN_ACTS = typed(enums.GUARDIAN_ACT)
GUARDIANSHIP_DOCUMENTS = typed(enums.GUARDIANSHIP_EVIDENCE_KIND)
GUARDIANSHIP_PROPOSAL_STATUSES = typed(enums.GUARDIANSHIP_PROPOSAL_STATUS)
ACCOUNT_STATUSES = typed(enums.ACCOUNT_STATUS)
SYSTEM_KINDS = typed(enums.SYSTEM_KIND)
SOURCE_STATUSES = typed(enums.SOURCE_STATUS)
DEVICE_KINDS = typed(enums.DEVICE_KIND)
ALERT_TESTS = typed(enums.ALERT_TEST)
ALERT_SEVERITIES = typed(enums.ALERT_SEVERITY)
ALERT_RULE_STATUSES = typed(enums.ALERT_RULE_STATUS)
DEVICE_STATUSES = typed(enums.DEVICE_STATUS)
DEVICE_END_REASONS = typed(enums.DEVICE_END_REASON)
DEVICE_MODEL_STATUSES = typed(enums.DEVICE_MODEL_STATUS)
PATIENT_NUMBER_STATUSES = typed(enums.PATIENT_NUMBER_STATUS)
PATIENT_LINK_ENDINGS = typed(enums.PATIENT_LINK_ENDING)
ROLES_WITH_DUTIES = ["operator", "partner", "regulator"]
OWN_READING_KINDS = typed(enums.OWN_READING_KIND)
TIMELINE_KINDS = typed(enums.TIMELINE_KIND)
TIMELINE_STATES = typed(enums.TIMELINE_STATE)
CODE_MAP_STATUSES = typed(enums.CODE_MAP_STATUS)
REVIEW_STATUSES = typed(enums.QUALITY_REVIEW_STATUS)
REVIEW_VERDICTS = typed(enums.REVIEW_VERDICT)
SEVERITIES = typed(enums.SEVERITY)
REPORT_FORMATS = typed(enums.REPORT_FORMAT)
WEBHOOK_SIGNATURES = typed(enums.WEBHOOK_SIGNATURE)
WEBHOOK_DELIVERY_STATUSES = typed(enums.WEBHOOK_DELIVERY_STATUS)
