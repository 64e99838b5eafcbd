"""What the FHIR origin refuses, beyond what every part of records does."""

from chassis.refusals import Refusal


class InteractionNotSupported(Refusal):
    code = "interaction-not-supported"
    title = "This cannot be done here with this method."


class FormatNotOffered(Refusal):
    code = "format-not-offered"
    title = "The answer cannot be had in a form that the caller takes."
