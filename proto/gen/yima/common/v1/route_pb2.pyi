from google.protobuf import descriptor_pb2 as _descriptor_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Role(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ROLE_UNSPECIFIED: _ClassVar[Role]
    ROLE_RESIDENT: _ClassVar[Role]
    ROLE_PRACTITIONER: _ClassVar[Role]
    ROLE_PARTNER: _ClassVar[Role]
    ROLE_OPERATOR: _ClassVar[Role]
    ROLE_REGULATOR: _ClassVar[Role]

class Scope(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SCOPE_UNSPECIFIED: _ClassVar[Scope]
    SCOPE_OFFERINGS: _ClassVar[Scope]
    SCOPE_ORDERS: _ClassVar[Scope]
    SCOPE_RECORDS: _ClassVar[Scope]
    SCOPE_MONEY: _ClassVar[Scope]
    SCOPE_DOCUMENTS: _ClassVar[Scope]
    SCOPE_STANDING: _ClassVar[Scope]
    SCOPE_WEBHOOKS: _ClassVar[Scope]

class Duty(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DUTY_UNSPECIFIED: _ClassVar[Duty]
    DUTY_ONBOARDING: _ClassVar[Duty]
    DUTY_FINANCE: _ClassVar[Duty]
    DUTY_SUPPORT: _ClassVar[Duty]
    DUTY_ACCOUNTS: _ClassVar[Duty]
    DUTY_OWNER: _ClassVar[Duty]
    DUTY_DESK: _ClassVar[Duty]
    DUTY_DEVELOPER: _ClassVar[Duty]
    DUTY_SUPERVISE: _ClassVar[Duty]
    DUTY_AUDIT: _ClassVar[Duty]
    DUTY_QUALITY: _ClassVar[Duty]

class GuardianAct(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    GUARDIAN_ACT_UNSPECIFIED: _ClassVar[GuardianAct]
    GUARDIAN_ACT_ORDERS: _ClassVar[GuardianAct]
    GUARDIAN_ACT_CONSENTS: _ClassVar[GuardianAct]
    GUARDIAN_ACT_RECORDS: _ClassVar[GuardianAct]
    GUARDIAN_ACT_HEALTH_CODE: _ClassVar[GuardianAct]

class StandingNeeded(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    STANDING_NEEDED_UNSPECIFIED: _ClassVar[StandingNeeded]
    STANDING_NEEDED_NONE: _ClassVar[StandingNeeded]
    STANDING_NEEDED_BY_RULE: _ClassVar[StandingNeeded]
ROLE_UNSPECIFIED: Role
ROLE_RESIDENT: Role
ROLE_PRACTITIONER: Role
ROLE_PARTNER: Role
ROLE_OPERATOR: Role
ROLE_REGULATOR: Role
SCOPE_UNSPECIFIED: Scope
SCOPE_OFFERINGS: Scope
SCOPE_ORDERS: Scope
SCOPE_RECORDS: Scope
SCOPE_MONEY: Scope
SCOPE_DOCUMENTS: Scope
SCOPE_STANDING: Scope
SCOPE_WEBHOOKS: Scope
DUTY_UNSPECIFIED: Duty
DUTY_ONBOARDING: Duty
DUTY_FINANCE: Duty
DUTY_SUPPORT: Duty
DUTY_ACCOUNTS: Duty
DUTY_OWNER: Duty
DUTY_DESK: Duty
DUTY_DEVELOPER: Duty
DUTY_SUPERVISE: Duty
DUTY_AUDIT: Duty
DUTY_QUALITY: Duty
GUARDIAN_ACT_UNSPECIFIED: GuardianAct
GUARDIAN_ACT_ORDERS: GuardianAct
GUARDIAN_ACT_CONSENTS: GuardianAct
GUARDIAN_ACT_RECORDS: GuardianAct
GUARDIAN_ACT_HEALTH_CODE: GuardianAct
STANDING_NEEDED_UNSPECIFIED: StandingNeeded
STANDING_NEEDED_NONE: StandingNeeded
STANDING_NEEDED_BY_RULE: StandingNeeded
ROUTE_FIELD_NUMBER: _ClassVar[int]
route: _descriptor.FieldDescriptor
SECRET_FIELD_NUMBER: _ClassVar[int]
secret: _descriptor.FieldDescriptor

class Route(_message.Message):
    __slots__ = ("get", "post", "put", "delete", "roles", "public", "key_required", "scope", "standing", "duties", "step_up", "acts")
    GET_FIELD_NUMBER: _ClassVar[int]
    POST_FIELD_NUMBER: _ClassVar[int]
    PUT_FIELD_NUMBER: _ClassVar[int]
    DELETE_FIELD_NUMBER: _ClassVar[int]
    ROLES_FIELD_NUMBER: _ClassVar[int]
    PUBLIC_FIELD_NUMBER: _ClassVar[int]
    KEY_REQUIRED_FIELD_NUMBER: _ClassVar[int]
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    STANDING_FIELD_NUMBER: _ClassVar[int]
    DUTIES_FIELD_NUMBER: _ClassVar[int]
    STEP_UP_FIELD_NUMBER: _ClassVar[int]
    ACTS_FIELD_NUMBER: _ClassVar[int]
    get: str
    post: str
    put: str
    delete: str
    roles: _containers.RepeatedScalarFieldContainer[Role]
    public: bool
    key_required: bool
    scope: Scope
    standing: StandingNeeded
    duties: _containers.RepeatedScalarFieldContainer[Duty]
    step_up: bool
    acts: _containers.RepeatedScalarFieldContainer[GuardianAct]
    def __init__(self, get: _Optional[str] = ..., post: _Optional[str] = ..., put: _Optional[str] = ..., delete: _Optional[str] = ..., roles: _Optional[_Iterable[_Union[Role, str]]] = ..., public: _Optional[bool] = ..., key_required: _Optional[bool] = ..., scope: _Optional[_Union[Scope, str]] = ..., standing: _Optional[_Union[StandingNeeded, str]] = ..., duties: _Optional[_Iterable[_Union[Duty, str]]] = ..., step_up: _Optional[bool] = ..., acts: _Optional[_Iterable[_Union[GuardianAct, str]]] = ...) -> None: ...
