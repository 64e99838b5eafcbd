import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from yima.common.v1 import route_pb2 as _route_pb2
from yima.common.v1 import types_pb2 as _types_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class AccountStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ACCOUNT_STATUS_UNSPECIFIED: _ClassVar[AccountStatus]
    ACCOUNT_STATUS_UNCONFIRMED: _ClassVar[AccountStatus]
    ACCOUNT_STATUS_ACTIVE: _ClassVar[AccountStatus]
    ACCOUNT_STATUS_SUSPENDED: _ClassVar[AccountStatus]
    ACCOUNT_STATUS_LEFT: _ClassVar[AccountStatus]

class AccountChangeKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ACCOUNT_CHANGE_KIND_UNSPECIFIED: _ClassVar[AccountChangeKind]
    ACCOUNT_CHANGE_KIND_JOINED: _ClassVar[AccountChangeKind]
    ACCOUNT_CHANGE_KIND_CONFIRMED: _ClassVar[AccountChangeKind]
    ACCOUNT_CHANGE_KIND_DUTIES: _ClassVar[AccountChangeKind]
    ACCOUNT_CHANGE_KIND_SUSPENDED: _ClassVar[AccountChangeKind]
    ACCOUNT_CHANGE_KIND_REINSTATED: _ClassVar[AccountChangeKind]
    ACCOUNT_CHANGE_KIND_LEFT: _ClassVar[AccountChangeKind]
ACCOUNT_STATUS_UNSPECIFIED: AccountStatus
ACCOUNT_STATUS_UNCONFIRMED: AccountStatus
ACCOUNT_STATUS_ACTIVE: AccountStatus
ACCOUNT_STATUS_SUSPENDED: AccountStatus
ACCOUNT_STATUS_LEFT: AccountStatus
ACCOUNT_CHANGE_KIND_UNSPECIFIED: AccountChangeKind
ACCOUNT_CHANGE_KIND_JOINED: AccountChangeKind
ACCOUNT_CHANGE_KIND_CONFIRMED: AccountChangeKind
ACCOUNT_CHANGE_KIND_DUTIES: AccountChangeKind
ACCOUNT_CHANGE_KIND_SUSPENDED: AccountChangeKind
ACCOUNT_CHANGE_KIND_REINSTATED: AccountChangeKind
ACCOUNT_CHANGE_KIND_LEFT: AccountChangeKind

class Account(_message.Message):
    __slots__ = ("id", "login", "name", "role", "duties", "institution_id", "status", "created_at", "invited_by_id", "changes", "proven_at")
    ID_FIELD_NUMBER: _ClassVar[int]
    LOGIN_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    DUTIES_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    INVITED_BY_ID_FIELD_NUMBER: _ClassVar[int]
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    PROVEN_AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    login: str
    name: str
    role: _route_pb2.Role
    duties: _containers.RepeatedScalarFieldContainer[_route_pb2.Duty]
    institution_id: str
    status: AccountStatus
    created_at: _timestamp_pb2.Timestamp
    invited_by_id: str
    changes: _containers.RepeatedCompositeFieldContainer[AccountChange]
    proven_at: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., login: _Optional[str] = ..., name: _Optional[str] = ..., role: _Optional[_Union[_route_pb2.Role, str]] = ..., duties: _Optional[_Iterable[_Union[_route_pb2.Duty, str]]] = ..., institution_id: _Optional[str] = ..., status: _Optional[_Union[AccountStatus, str]] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., invited_by_id: _Optional[str] = ..., changes: _Optional[_Iterable[_Union[AccountChange, _Mapping]]] = ..., proven_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class AccountChange(_message.Message):
    __slots__ = ("kind", "at", "by_id", "reason", "duties")
    KIND_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    BY_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    DUTIES_FIELD_NUMBER: _ClassVar[int]
    kind: AccountChangeKind
    at: _timestamp_pb2.Timestamp
    by_id: str
    reason: str
    duties: _containers.RepeatedScalarFieldContainer[_route_pb2.Duty]
    def __init__(self, kind: _Optional[_Union[AccountChangeKind, str]] = ..., at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., by_id: _Optional[str] = ..., reason: _Optional[str] = ..., duties: _Optional[_Iterable[_Union[_route_pb2.Duty, str]]] = ...) -> None: ...

class Invitation(_message.Message):
    __slots__ = ("id", "note", "role", "duties", "invited_by_id", "invited_at", "expires_at", "accepted_at", "account_id", "revoked_at", "token")
    ID_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    DUTIES_FIELD_NUMBER: _ClassVar[int]
    INVITED_BY_ID_FIELD_NUMBER: _ClassVar[int]
    INVITED_AT_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    ACCEPTED_AT_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    REVOKED_AT_FIELD_NUMBER: _ClassVar[int]
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    id: str
    note: str
    role: _route_pb2.Role
    duties: _containers.RepeatedScalarFieldContainer[_route_pb2.Duty]
    invited_by_id: str
    invited_at: _timestamp_pb2.Timestamp
    expires_at: _timestamp_pb2.Timestamp
    accepted_at: _timestamp_pb2.Timestamp
    account_id: str
    revoked_at: _timestamp_pb2.Timestamp
    token: str
    def __init__(self, id: _Optional[str] = ..., note: _Optional[str] = ..., role: _Optional[_Union[_route_pb2.Role, str]] = ..., duties: _Optional[_Iterable[_Union[_route_pb2.Duty, str]]] = ..., invited_by_id: _Optional[str] = ..., invited_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., accepted_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., account_id: _Optional[str] = ..., revoked_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., token: _Optional[str] = ...) -> None: ...

class InviteAccountRequest(_message.Message):
    __slots__ = ("note", "duties", "expires_at", "role")
    NOTE_FIELD_NUMBER: _ClassVar[int]
    DUTIES_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    note: str
    duties: _containers.RepeatedScalarFieldContainer[_route_pb2.Duty]
    expires_at: _timestamp_pb2.Timestamp
    role: _route_pb2.Role
    def __init__(self, note: _Optional[str] = ..., duties: _Optional[_Iterable[_Union[_route_pb2.Duty, str]]] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., role: _Optional[_Union[_route_pb2.Role, str]] = ...) -> None: ...

class ListInvitationsRequest(_message.Message):
    __slots__ = ("page",)
    PAGE_FIELD_NUMBER: _ClassVar[int]
    page: _types_pb2.PageRequest
    def __init__(self, page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class InvitationPage(_message.Message):
    __slots__ = ("invitations", "page")
    INVITATIONS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    invitations: _containers.RepeatedCompositeFieldContainer[Invitation]
    page: _types_pb2.PageInfo
    def __init__(self, invitations: _Optional[_Iterable[_Union[Invitation, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class RevokeInvitationRequest(_message.Message):
    __slots__ = ("invitation_id",)
    INVITATION_ID_FIELD_NUMBER: _ClassVar[int]
    invitation_id: str
    def __init__(self, invitation_id: _Optional[str] = ...) -> None: ...

class AcceptInvitationRequest(_message.Message):
    __slots__ = ("token", "login", "name", "password", "identity_number")
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    LOGIN_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    PASSWORD_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_NUMBER_FIELD_NUMBER: _ClassVar[int]
    token: str
    login: str
    name: str
    password: str
    identity_number: str
    def __init__(self, token: _Optional[str] = ..., login: _Optional[str] = ..., name: _Optional[str] = ..., password: _Optional[str] = ..., identity_number: _Optional[str] = ...) -> None: ...

class ProveAccountRequest(_message.Message):
    __slots__ = ("identity_number", "name")
    IDENTITY_NUMBER_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    identity_number: str
    name: str
    def __init__(self, identity_number: _Optional[str] = ..., name: _Optional[str] = ...) -> None: ...

class ListAccountsRequest(_message.Message):
    __slots__ = ("page", "role", "status")
    PAGE_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    page: _types_pb2.PageRequest
    role: _route_pb2.Role
    status: AccountStatus
    def __init__(self, page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ..., role: _Optional[_Union[_route_pb2.Role, str]] = ..., status: _Optional[_Union[AccountStatus, str]] = ...) -> None: ...

class AccountPage(_message.Message):
    __slots__ = ("accounts", "page")
    ACCOUNTS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    accounts: _containers.RepeatedCompositeFieldContainer[Account]
    page: _types_pb2.PageInfo
    def __init__(self, accounts: _Optional[_Iterable[_Union[Account, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class ConfirmAccountRequest(_message.Message):
    __slots__ = ("account_id",)
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    def __init__(self, account_id: _Optional[str] = ...) -> None: ...

class SetDutiesRequest(_message.Message):
    __slots__ = ("account_id", "duties", "reason")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    DUTIES_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    duties: _containers.RepeatedScalarFieldContainer[_route_pb2.Duty]
    reason: str
    def __init__(self, account_id: _Optional[str] = ..., duties: _Optional[_Iterable[_Union[_route_pb2.Duty, str]]] = ..., reason: _Optional[str] = ...) -> None: ...

class SuspendAccountRequest(_message.Message):
    __slots__ = ("account_id", "reason")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    reason: str
    def __init__(self, account_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class ReinstateAccountRequest(_message.Message):
    __slots__ = ("account_id", "reason")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    reason: str
    def __init__(self, account_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class RemoveAccountRequest(_message.Message):
    __slots__ = ("account_id", "reason")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    reason: str
    def __init__(self, account_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class LeaveRequest(_message.Message):
    __slots__ = ("reason",)
    REASON_FIELD_NUMBER: _ClassVar[int]
    reason: str
    def __init__(self, reason: _Optional[str] = ...) -> None: ...
