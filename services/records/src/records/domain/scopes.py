"""What a token of a system is good for at the FHIR origin, as SMART on FHIR writes it: `system/Observation.rs`."""

from chassis.refusals import Forbidden


def check_scope(scope: str, kind: str, letter: str) -> None:
    """Refuse an interaction (`c`, `r`, `u`, `d`, `s`) with this kind of resource, or with all (`*`), to a token that is
    not for it. A token without a scope is good for what its caller may do."""
    if not scope:
        return
    for granted in scope.split(" "):
        name, _, letters = granted.removeprefix("system/").rpartition(".")
        if name in (kind, "*") and letter in letters:
            return
    raise Forbidden(f"this token is not for it; ask for system/{kind}.{letter}")
