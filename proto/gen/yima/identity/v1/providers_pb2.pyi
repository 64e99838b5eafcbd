import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from yima.common.v1 import route_pb2 as _route_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class BeginProviderSignInRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ProviderSignIn(_message.Message):
    __slots__ = ("id", "url", "expires_at")
    ID_FIELD_NUMBER: _ClassVar[int]
    URL_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    url: str
    expires_at: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., url: _Optional[str] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class FinishProviderSignInRequest(_message.Message):
    __slots__ = ("sign_in_id", "code", "state", "issuer", "factor_code")
    SIGN_IN_ID_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    ISSUER_FIELD_NUMBER: _ClassVar[int]
    FACTOR_CODE_FIELD_NUMBER: _ClassVar[int]
    sign_in_id: str
    code: str
    state: str
    issuer: str
    factor_code: str
    def __init__(self, sign_in_id: _Optional[str] = ..., code: _Optional[str] = ..., state: _Optional[str] = ..., issuer: _Optional[str] = ..., factor_code: _Optional[str] = ...) -> None: ...

class BeginProviderLinkRequest(_message.Message):
    __slots__ = ("password",)
    PASSWORD_FIELD_NUMBER: _ClassVar[int]
    password: str
    def __init__(self, password: _Optional[str] = ...) -> None: ...

class FinishProviderLinkRequest(_message.Message):
    __slots__ = ("sign_in_id", "code", "state", "issuer")
    SIGN_IN_ID_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    ISSUER_FIELD_NUMBER: _ClassVar[int]
    sign_in_id: str
    code: str
    state: str
    issuer: str
    def __init__(self, sign_in_id: _Optional[str] = ..., code: _Optional[str] = ..., state: _Optional[str] = ..., issuer: _Optional[str] = ...) -> None: ...

class ProviderLink(_message.Message):
    __slots__ = ("id", "issuer", "linked_at", "last_used_at")
    ID_FIELD_NUMBER: _ClassVar[int]
    ISSUER_FIELD_NUMBER: _ClassVar[int]
    LINKED_AT_FIELD_NUMBER: _ClassVar[int]
    LAST_USED_AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    issuer: str
    linked_at: _timestamp_pb2.Timestamp
    last_used_at: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., issuer: _Optional[str] = ..., linked_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., last_used_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListProviderLinksRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ProviderLinks(_message.Message):
    __slots__ = ("links",)
    LINKS_FIELD_NUMBER: _ClassVar[int]
    links: _containers.RepeatedCompositeFieldContainer[ProviderLink]
    def __init__(self, links: _Optional[_Iterable[_Union[ProviderLink, _Mapping]]] = ...) -> None: ...

class UnlinkProviderRequest(_message.Message):
    __slots__ = ("provider_link_id",)
    PROVIDER_LINK_ID_FIELD_NUMBER: _ClassVar[int]
    provider_link_id: str
    def __init__(self, provider_link_id: _Optional[str] = ...) -> None: ...
