"""What a contract says of each method beside its messages: method and path, who may call it, and its headers' names."""

from http import HTTPMethod

from google.protobuf.descriptor import MethodDescriptor
from yima.common.v1.route_pb2 import Role, Route, StandingNeeded, route

from chassis.refusals import Invalid

OF_PARTNERS = frozenset({Role.ROLE_PARTNER, Role.ROLE_PRACTITIONER})
KEY_LENGTH_MAX = 128
ADDRESS_HEADER = "x-caller-address"  # where a stranger calls from, as the gateway saw it; see docs/adr/0016
TIMEOUT_HEADER = "x-timeout-ms"  # how long the caller will wait: what takes longer need not be finished


class MalformedContract(Exception):  # noqa: N818 found at start-up, by us
    """A contract's method and the service's functions do not fit together."""


def policy(method: MethodDescriptor) -> tuple[HTTPMethod, str, Route]:
    """HTTP method, path and policy of a contract's method."""
    options: Route = method.GetOptions().Extensions[route]  # type: ignore[index] # the stubs know no options
    verb = options.WhichOneof("path")
    if verb is None or bool(options.roles) == options.public:
        raise MalformedContract(f"{method.full_name} needs a path, and either roles or `public`")
    return HTTPMethod(verb.upper()), getattr(options, verb), options


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
