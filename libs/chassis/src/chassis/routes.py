"""What a contract says of each method beside its messages: method and path, who may call it, and its headers' names."""

from collections.abc import Iterable, Mapping
from http import HTTPMethod
from types import MappingProxyType

from google.protobuf.descriptor import MethodDescriptor
from yima.common.v1.route_pb2 import Duty, Role, Route, StandingNeeded, route

from chassis.refusals import Invalid

OF_PARTNERS = frozenset({Role.ROLE_PARTNER, Role.ROLE_PRACTITIONER})
DUTIES: Mapping[Role, frozenset[Duty]] = MappingProxyType(
    {
        Role.ROLE_OPERATOR: frozenset(
            {Duty.DUTY_ONBOARDING, Duty.DUTY_FINANCE, Duty.DUTY_SUPPORT, Duty.DUTY_ACCOUNTS, Duty.DUTY_QUALITY}
        ),
        Role.ROLE_PARTNER: frozenset({Duty.DUTY_OWNER, Duty.DUTY_DESK, Duty.DUTY_FINANCE, Duty.DUTY_DEVELOPER}),
        Role.ROLE_REGULATOR: frozenset({Duty.DUTY_SUPERVISE, Duty.DUTY_AUDIT}),
    }
)
"""The duties of each role that has some."""
MANAGERS: Mapping[Role, Duty] = MappingProxyType(
    {
        Role.ROLE_OPERATOR: Duty.DUTY_ACCOUNTS,
        Role.ROLE_PARTNER: Duty.DUTY_OWNER,
        Role.ROLE_REGULATOR: Duty.DUTY_SUPERVISE,
    }
)
"""Who of a role says who else has it, and with which duties."""
KEY_LENGTH_MAX = 128
ADDRESS_HEADER = "x-caller-address"  # where a stranger calls from, as the gateway saw it; see docs/adr/0016
ORIGIN_HEADER = "x-origin"  # under which origin the caller reached the gateway, such as `https://city.example`
TIMEOUT_HEADER = "x-timeout-ms"  # how long the caller will wait: what takes longer need not be finished


class MalformedContract(Exception):
    """A contract's method and the service's functions do not fit together."""


def policy(method: MethodDescriptor) -> tuple[HTTPMethod, str, Route]:
    """HTTP method, path and policy of a contract's method."""
    options: Route = method.GetOptions().Extensions[route]  # type: ignore[index] # the stubs know no options
    verb = options.WhichOneof("path")
    if verb is None or bool(options.roles) == options.public:
        raise MalformedContract(f"{method.full_name} needs a path, and either roles or `public`")
    return HTTPMethod(verb.upper()), getattr(options, verb), options


def duties_needed(duties: Iterable[Duty], role: Role) -> frozenset[Duty]:
    """Which duties a role needs one of where a route takes these; none where none of them is the role's."""
    return DUTIES.get(role, frozenset()) & frozenset(duties)


def duty_names(duties: Iterable[Duty]) -> str:
    """Duties as people read them: `FINANCE or OWNER`."""
    return " or ".join(sorted(Duty.Name(duty).removeprefix("DUTY_") for duty in duties))


def needs_standing(method: MethodDescriptor) -> bool:
    """Does a method need its caller's partner to be in good standing? What changes something does, unless its contract
    says otherwise; reading does not."""
    verb, _, options = policy(method)
    partners = not OF_PARTNERS.isdisjoint(options.roles)
    return partners and verb != HTTPMethod.GET and options.standing == StandingNeeded.STANDING_NEEDED_UNSPECIFIED


def check_key(key: str) -> None:
    """Refuse an idempotency key that no header can carry."""
    if len(key) > KEY_LENGTH_MAX or not key.isascii() or not key.isprintable():
        raise Invalid("Idempotency-Key", f"at most {KEY_LENGTH_MAX} printable ASCII characters, e.g. a UUID")
