"""What a regulator's freeze takes away of an account or a practitioner."""

from chassis.refusals import Forbidden


class AccountFrozen(Forbidden):
    code = "account-frozen"
    title = "A regulator has frozen this account."


class PractitionerFrozen(Forbidden):
    code = "practitioner-frozen"
    title = "A regulator has frozen this practitioner: they scan no codes."
