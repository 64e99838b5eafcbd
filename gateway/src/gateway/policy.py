"""Who may ask for a field, and what it costs. A field that asks a service names the contract's methods, which say both.

The services authorise every call themselves; the gateway refuses before it calls, and shows clients in the schema what
a field needs. A field that asks a service without naming what it asks stops the gateway from starting.
"""

import functools
import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from http import HTTPMethod
from typing import Any, cast

import strawberry
from chassis.api import check_duty, check_scope
from chassis.auth import Principal
from chassis.refusals import Forbidden, Unauthenticated
from chassis.routes import DUTIES, duties_needed
from chassis.routes import policy as route_of
from google.protobuf.descriptor import MethodDescriptor
from graphql import GraphQLObjectType, GraphQLSchema
from strawberry.schema_directive import Location
from strawberry.types.base import StrawberryOptional, get_object_definition
from strawberry.types.field import StrawberryField
from yima.catalog.v1 import api_pb2 as catalog
from yima.common.v1.route_pb2 import Duty, Role, Scope
from yima.consent.v1 import api_pb2 as consent
from yima.identity.v1 import api_pb2 as identity
from yima.notifications.v1 import api_pb2 as notifications
from yima.ordering.v1 import api_pb2 as ordering
from yima.partners.v1 import api_pb2 as partners
from yima.records.v1 import api_pb2 as records
from yima.settlement.v1 import api_pb2 as settlement

from gateway.context import Info

CONTRACTS = {
    service.full_name.split(".")[1]: service
    for module in (identity, partners, catalog, ordering, settlement, consent, records, notifications)
    for service in module.DESCRIPTOR.services_by_name.values()
}
READ_WEIGHT = 3_000  # microseconds of a core, here and in the service, see docs/adr/0015
WRITE_WEIGHT = 5_000  # what the change sets off elsewhere too
LOADED_WEIGHT = 150  # of one of many that are asked for in one call
ASSUMED_SIZE = 20  # of a page whose size the operation does not say
SLICING = ["first", "last"]  # what says it, of a list that is read from either end


class FieldWithoutPolicy(Exception):
    """A field asks a service and does not say what."""


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION], description="Who may ask for this; no role at all is everybody."
)
class Authorised:
    roles: list[str]


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    description="A caller of a role that has some of these duties needs one of them.",
)
class NeedsDuty:
    duties: list[str]


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    description="Who has a second factor must have used it a few minutes ago, else it is `step-up-needed`: `stepUp`.",
)
class NeedsStepUp:
    pass


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    description="What asking for this costs, in microseconds of a core, times the sizes of pages around it.",
)
class Cost:
    weight: int


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION], description="How many there are: what the argument says, or as assumed."
)
class ListSize:
    assumed_size: int
    slicing_arguments: list[str]


@dataclass(frozen=True)
class Policy:
    """What a field asks of services, hence who may ask for it. `shared`: everybody gets the same answer, and events
    tell when it changes, so that it may be cached."""

    methods: tuple[str, ...]
    roles: frozenset[int]  # empty: everybody
    duties: Mapping[Role, frozenset[Duty]]  # one of these is needed by a person of the role
    scopes: frozenset[Scope]  # of API keys: one of these is enough to ask; what else is asked, the services refuse
    weight: int
    shared: bool
    step_up: bool  # do the services ask for a second factor again?

    def authorise(self, caller: Principal) -> None:
        role = caller.role
        if not self.roles:
            return
        if role in self.roles:
            if caller.is_system and not any(caller.may_use(scope) for scope in self.scopes):
                check_scope(caller, next(iter(self.scopes)))
            check_duty(caller, self.duties.get(role, ()))
            return
        if role == Role.ROLE_UNSPECIFIED:
            raise Unauthenticated("sign in and send `Authorization: Bearer <access token>`")
        raise Forbidden(f"this needs another role: {', '.join(self.role_names)}")

    @property
    def role_names(self) -> list[str]:
        return sorted(Role.Name(role).removeprefix("ROLE_") for role in self.roles)

    @property
    def duty_names(self) -> list[str]:
        return sorted(Duty.Name(duty).removeprefix("DUTY_") for duty in frozenset[Duty]().union(*self.duties.values()))


def method_named(name: str) -> MethodDescriptor:
    """The contract's method, e.g. "catalog.ListOfferings"."""
    service, _, method = name.partition(".")
    descriptor: MethodDescriptor | None = (
        CONTRACTS[service].methods_by_name.get(method) if service in CONTRACTS else None
    )
    if descriptor is None:
        raise FieldWithoutPolicy(f"no contract has a method {name}")
    return descriptor


def policy_of(methods: Iterable[str], shared: bool = False, weight: int | None = None) -> Policy:
    """The policy the contract's routes make: a caller of any of the methods' roles may ask."""
    named = tuple(methods)
    routes = [route_of(method_named(name)) for name in named]
    everybody = any(route.public for _, _, route in routes)
    roles = frozenset[int]() if everybody else frozenset(role for _, _, route in routes for role in route.roles)
    reads = all(verb is HTTPMethod.GET for verb, _, _ in routes)
    scopes = frozenset(route.scope for _, _, route in routes if Role.ROLE_PARTNER in route.roles)
    duties: dict[Role, frozenset[Duty]] = {}
    for role in DUTIES if not everybody else ():
        needs = [duties_needed(route.duties, role) for _, _, route in routes if role in route.roles]
        if needs and all(needs):  # else one of the methods takes the role without any
            duties[role] = frozenset[Duty]().union(*needs)
    if weight is None:
        weight = READ_WEIGHT if reads else WRITE_WEIGHT
    step_up = any(route.step_up for _, _, route in routes)
    return Policy(named, roles, duties, scopes, weight, shared, step_up)


def asks[F: Callable[..., Any]](*methods: str, shared: bool = False) -> Callable[[F], F]:
    """Declare which methods of the contracts a resolver calls. Stands right above its `def`."""
    return guarded_by(policy_of(methods, shared))


def asks_services[F: Callable[..., Any]](resolver: F) -> F:
    """Declare that a resolver asks services how they are, beside their contracts: operators may, and nobody else."""
    operators = frozenset({Role.ROLE_OPERATOR})
    policy = Policy((), operators, {}, frozenset(), READ_WEIGHT, shared=False, step_up=False)
    return cast(F, guarded_by(policy)(resolver))


def guarded_by(policy: Policy) -> Callable[[Any], Any]:
    """Let a resolver run for whom the policy allows."""

    def declare(resolver: Any) -> Any:
        guarded: Any = resolver
        if inspect.isasyncgenfunction(resolver):

            @functools.wraps(resolver)
            async def follow(source: Any, info: Info, *args: Any, **kwargs: Any) -> Any:
                policy.authorise(info.context.principal)
                async for value in resolver(source, info, *args, **kwargs):
                    yield value

            guarded = follow
        elif policy.roles:

            @functools.wraps(resolver)
            async def ask(source: Any, info: Info, *args: Any, **kwargs: Any) -> Any:
                policy.authorise(info.context.principal)
                return await resolver(source, info, *args, **kwargs)

            guarded = ask
        guarded.policy = policy
        return guarded

    return declare


def declare(root: type, nullable: bool = False) -> None:
    """Show each root field's policy in the schema. `nullable` lets others answer when one field's service is down."""
    for field in get_object_definition(root, strict=True).fields:
        policy = policy_in(field)
        if policy is None:
            raise FieldWithoutPolicy(f"{root.__name__}.{field.name}: say above its resolver what it @asks of a service")
        show(field, policy)
        if nullable and not isinstance(field.type, StrawberryOptional):
            field.type = StrawberryOptional(field.type)


def show(field: StrawberryField, policy: Policy) -> None:
    field.directives = [Authorised(roles=policy.role_names), Cost(weight=policy.weight)]
    if policy.duty_names:
        field.directives.insert(1, NeedsDuty(duties=policy.duty_names))
    if policy.step_up:
        field.directives.append(NeedsStepUp())
    names = {argument.python_name for argument in field.arguments}
    if "first" in names:
        slicing = [name for name in SLICING if name in names]
        field.directives.append(ListSize(assumed_size=ASSUMED_SIZE, slicing_arguments=slicing))


def policy_in(field: StrawberryField) -> Policy | None:
    resolver = field.base_resolver
    return None if resolver is None else getattr(resolver.wrapped_func, "policy", None)


def check(schema: GraphQLSchema) -> None:
    """Every field that could ask a service says what it asks."""
    for kind in schema.type_map.values():
        if not isinstance(kind, GraphQLObjectType) or kind.name.startswith("__"):
            continue
        for name, field in kind.fields.items():
            declared = field.extensions.get("strawberry-definition")
            resolver = declared.base_resolver if isinstance(declared, StrawberryField) else None
            if resolver is None or declared is None:
                continue
            policy = policy_in(declared)
            if policy is not None:
                field.extensions["policy"] = policy
            elif resolver.info_parameter is not None and not hasattr(resolver.wrapped_func, "reads"):
                raise FieldWithoutPolicy(f"{kind.name}.{name}: say above its resolver what it @asks of a service")
