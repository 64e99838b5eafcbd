"""What a token is good for at the FHIR origin, as SMART on FHIR writes it: a system's `system/Observation.rs`, and an
app's `patient/Observation.rs`, which is for one resident's record."""

from chassis.refusals import Forbidden

LEVELS = ("system/", "patient/")


def check_scope(scope: str, kind: str, letter: str) -> None:
    """Refuse an interaction (`c`, `r`, `u`, `d`, `s`) with this kind of resource, or with all (`*`), to a token that is
    not for it. A token without a scope is good for what its caller may do."""
    if not scope:
        return
    level = next((each for each in LEVELS if scope.startswith(each)), LEVELS[0])
    for granted in scope.split(" "):
        name, _, letters = granted.removeprefix(level).rpartition(".")
        if name in (kind, "*") and letter in letters:
            return
    raise Forbidden(f"this token is not for it; ask for {level}{kind}.{letter}")
