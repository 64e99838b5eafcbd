import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from yima.common.v1 import limits_pb2 as _limits_pb2
from yima.common.v1 import route_pb2 as _route_pb2
from yima.common.v1 import types_pb2 as _types_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CodeFileFormat(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CODE_FILE_FORMAT_UNSPECIFIED: _ClassVar[CodeFileFormat]
    CODE_FILE_FORMAT_CSV: _ClassVar[CodeFileFormat]
    CODE_FILE_FORMAT_FHIR: _ClassVar[CodeFileFormat]

class CodeTableKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CODE_TABLE_KIND_UNSPECIFIED: _ClassVar[CodeTableKind]
    CODE_TABLE_KIND_CODE_SYSTEM: _ClassVar[CodeTableKind]
    CODE_TABLE_KIND_VALUE_SET: _ClassVar[CodeTableKind]

class CodeMapStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CODE_MAP_STATUS_UNSPECIFIED: _ClassVar[CodeMapStatus]
    CODE_MAP_STATUS_PROPOSED: _ClassVar[CodeMapStatus]
    CODE_MAP_STATUS_APPROVED: _ClassVar[CodeMapStatus]
    CODE_MAP_STATUS_REJECTED: _ClassVar[CodeMapStatus]
    CODE_MAP_STATUS_REPLACED: _ClassVar[CodeMapStatus]

class CodeEquivalence(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CODE_EQUIVALENCE_UNSPECIFIED: _ClassVar[CodeEquivalence]
    CODE_EQUIVALENCE_RELATEDTO: _ClassVar[CodeEquivalence]
    CODE_EQUIVALENCE_EQUIVALENT: _ClassVar[CodeEquivalence]
    CODE_EQUIVALENCE_EQUAL: _ClassVar[CodeEquivalence]
    CODE_EQUIVALENCE_WIDER: _ClassVar[CodeEquivalence]
    CODE_EQUIVALENCE_SUBSUMES: _ClassVar[CodeEquivalence]
    CODE_EQUIVALENCE_NARROWER: _ClassVar[CodeEquivalence]
    CODE_EQUIVALENCE_SPECIALIZES: _ClassVar[CodeEquivalence]
    CODE_EQUIVALENCE_INEXACT: _ClassVar[CodeEquivalence]
    CODE_EQUIVALENCE_UNMATCHED: _ClassVar[CodeEquivalence]
    CODE_EQUIVALENCE_DISJOINT: _ClassVar[CodeEquivalence]
CODE_FILE_FORMAT_UNSPECIFIED: CodeFileFormat
CODE_FILE_FORMAT_CSV: CodeFileFormat
CODE_FILE_FORMAT_FHIR: CodeFileFormat
CODE_TABLE_KIND_UNSPECIFIED: CodeTableKind
CODE_TABLE_KIND_CODE_SYSTEM: CodeTableKind
CODE_TABLE_KIND_VALUE_SET: CodeTableKind
CODE_MAP_STATUS_UNSPECIFIED: CodeMapStatus
CODE_MAP_STATUS_PROPOSED: CodeMapStatus
CODE_MAP_STATUS_APPROVED: CodeMapStatus
CODE_MAP_STATUS_REJECTED: CodeMapStatus
CODE_MAP_STATUS_REPLACED: CodeMapStatus
CODE_EQUIVALENCE_UNSPECIFIED: CodeEquivalence
CODE_EQUIVALENCE_RELATEDTO: CodeEquivalence
CODE_EQUIVALENCE_EQUIVALENT: CodeEquivalence
CODE_EQUIVALENCE_EQUAL: CodeEquivalence
CODE_EQUIVALENCE_WIDER: CodeEquivalence
CODE_EQUIVALENCE_SUBSUMES: CodeEquivalence
CODE_EQUIVALENCE_NARROWER: CodeEquivalence
CODE_EQUIVALENCE_SPECIALIZES: CodeEquivalence
CODE_EQUIVALENCE_INEXACT: CodeEquivalence
CODE_EQUIVALENCE_UNMATCHED: CodeEquivalence
CODE_EQUIVALENCE_DISJOINT: CodeEquivalence

class RequestCodeUploadRequest(_message.Message):
    __slots__ = ("format", "size", "sha256", "url", "version", "title")
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    URL_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    format: CodeFileFormat
    size: int
    sha256: bytes
    url: str
    version: str
    title: str
    def __init__(self, format: _Optional[_Union[CodeFileFormat, str]] = ..., size: _Optional[int] = ..., sha256: _Optional[bytes] = ..., url: _Optional[str] = ..., version: _Optional[str] = ..., title: _Optional[str] = ...) -> None: ...

class CodeUpload(_message.Message):
    __slots__ = ("path", "expires_at")
    PATH_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    path: str
    expires_at: _timestamp_pb2.Timestamp
    def __init__(self, path: _Optional[str] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class CodeTable(_message.Message):
    __slots__ = ("id", "kind", "url", "version", "title", "codes", "sha256", "loaded_at", "required")
    ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    URL_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    CODES_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    LOADED_AT_FIELD_NUMBER: _ClassVar[int]
    REQUIRED_FIELD_NUMBER: _ClassVar[int]
    id: str
    kind: CodeTableKind
    url: str
    version: str
    title: str
    codes: int
    sha256: bytes
    loaded_at: _timestamp_pb2.Timestamp
    required: bool
    def __init__(self, id: _Optional[str] = ..., kind: _Optional[_Union[CodeTableKind, str]] = ..., url: _Optional[str] = ..., version: _Optional[str] = ..., title: _Optional[str] = ..., codes: _Optional[int] = ..., sha256: _Optional[bytes] = ..., loaded_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., required: _Optional[bool] = ...) -> None: ...

class ListCodeTablesRequest(_message.Message):
    __slots__ = ("page",)
    PAGE_FIELD_NUMBER: _ClassVar[int]
    page: _types_pb2.PageRequest
    def __init__(self, page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class CodeTablePage(_message.Message):
    __slots__ = ("tables", "page")
    TABLES_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    tables: _containers.RepeatedCompositeFieldContainer[CodeTable]
    page: _types_pb2.PageInfo
    def __init__(self, tables: _Optional[_Iterable[_Union[CodeTable, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class CodeMap(_message.Message):
    __slots__ = ("id", "institution_id", "url", "version", "title", "status", "entries", "sha256", "submitted_at", "decided_at", "reason", "applied_at")
    ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    URL_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    SUBMITTED_AT_FIELD_NUMBER: _ClassVar[int]
    DECIDED_AT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    APPLIED_AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    institution_id: str
    url: str
    version: str
    title: str
    status: CodeMapStatus
    entries: int
    sha256: bytes
    submitted_at: _timestamp_pb2.Timestamp
    decided_at: _timestamp_pb2.Timestamp
    reason: str
    applied_at: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., institution_id: _Optional[str] = ..., url: _Optional[str] = ..., version: _Optional[str] = ..., title: _Optional[str] = ..., status: _Optional[_Union[CodeMapStatus, str]] = ..., entries: _Optional[int] = ..., sha256: _Optional[bytes] = ..., submitted_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., decided_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., reason: _Optional[str] = ..., applied_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListCodeMapsRequest(_message.Message):
    __slots__ = ("status", "page")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    status: CodeMapStatus
    page: _types_pb2.PageRequest
    def __init__(self, status: _Optional[_Union[CodeMapStatus, str]] = ..., page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class CodeMapPage(_message.Message):
    __slots__ = ("maps", "page")
    MAPS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    maps: _containers.RepeatedCompositeFieldContainer[CodeMap]
    page: _types_pb2.PageInfo
    def __init__(self, maps: _Optional[_Iterable[_Union[CodeMap, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class ListCodeMapEntriesRequest(_message.Message):
    __slots__ = ("code_map_id", "page")
    CODE_MAP_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    code_map_id: str
    page: _types_pb2.PageRequest
    def __init__(self, code_map_id: _Optional[str] = ..., page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class CodeMapEntry(_message.Message):
    __slots__ = ("source", "target", "equivalence")
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    TARGET_FIELD_NUMBER: _ClassVar[int]
    EQUIVALENCE_FIELD_NUMBER: _ClassVar[int]
    source: Coding
    target: Coding
    equivalence: CodeEquivalence
    def __init__(self, source: _Optional[_Union[Coding, _Mapping]] = ..., target: _Optional[_Union[Coding, _Mapping]] = ..., equivalence: _Optional[_Union[CodeEquivalence, str]] = ...) -> None: ...

class CodeMapEntryPage(_message.Message):
    __slots__ = ("entries", "page")
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    entries: _containers.RepeatedCompositeFieldContainer[CodeMapEntry]
    page: _types_pb2.PageInfo
    def __init__(self, entries: _Optional[_Iterable[_Union[CodeMapEntry, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class DecideCodeMapRequest(_message.Message):
    __slots__ = ("code_map_id", "approved", "reason")
    CODE_MAP_ID_FIELD_NUMBER: _ClassVar[int]
    APPROVED_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    code_map_id: str
    approved: bool
    reason: str
    def __init__(self, code_map_id: _Optional[str] = ..., approved: _Optional[bool] = ..., reason: _Optional[str] = ...) -> None: ...

class Coding(_message.Message):
    __slots__ = ("system", "code", "display")
    SYSTEM_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_FIELD_NUMBER: _ClassVar[int]
    system: str
    code: str
    display: str
    def __init__(self, system: _Optional[str] = ..., code: _Optional[str] = ..., display: _Optional[str] = ...) -> None: ...

class UnmappedCode(_message.Message):
    __slots__ = ("id", "coding", "resource_type", "table_url", "first_came_at", "last_came_at")
    ID_FIELD_NUMBER: _ClassVar[int]
    CODING_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_TYPE_FIELD_NUMBER: _ClassVar[int]
    TABLE_URL_FIELD_NUMBER: _ClassVar[int]
    FIRST_CAME_AT_FIELD_NUMBER: _ClassVar[int]
    LAST_CAME_AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    coding: Coding
    resource_type: str
    table_url: str
    first_came_at: _timestamp_pb2.Timestamp
    last_came_at: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., coding: _Optional[_Union[Coding, _Mapping]] = ..., resource_type: _Optional[str] = ..., table_url: _Optional[str] = ..., first_came_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., last_came_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListUnmappedCodesRequest(_message.Message):
    __slots__ = ("page",)
    PAGE_FIELD_NUMBER: _ClassVar[int]
    page: _types_pb2.PageRequest
    def __init__(self, page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class UnmappedCodePage(_message.Message):
    __slots__ = ("codes", "page")
    CODES_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    codes: _containers.RepeatedCompositeFieldContainer[UnmappedCode]
    page: _types_pb2.PageInfo
    def __init__(self, codes: _Optional[_Iterable[_Union[UnmappedCode, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class LookUpCodeRequest(_message.Message):
    __slots__ = ("system", "code", "version")
    SYSTEM_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    system: str
    code: str
    version: str
    def __init__(self, system: _Optional[str] = ..., code: _Optional[str] = ..., version: _Optional[str] = ...) -> None: ...

class CodeDetails(_message.Message):
    __slots__ = ("coding", "version", "title", "parent", "active")
    CODING_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    PARENT_FIELD_NUMBER: _ClassVar[int]
    ACTIVE_FIELD_NUMBER: _ClassVar[int]
    coding: Coding
    version: str
    title: str
    parent: str
    active: bool
    def __init__(self, coding: _Optional[_Union[Coding, _Mapping]] = ..., version: _Optional[str] = ..., title: _Optional[str] = ..., parent: _Optional[str] = ..., active: _Optional[bool] = ...) -> None: ...

class ValidateCodeRequest(_message.Message):
    __slots__ = ("url", "version", "system", "code", "display")
    URL_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    SYSTEM_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_FIELD_NUMBER: _ClassVar[int]
    url: str
    version: str
    system: str
    code: str
    display: str
    def __init__(self, url: _Optional[str] = ..., version: _Optional[str] = ..., system: _Optional[str] = ..., code: _Optional[str] = ..., display: _Optional[str] = ...) -> None: ...

class CodeValidation(_message.Message):
    __slots__ = ("valid", "message", "display", "version")
    VALID_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    valid: bool
    message: str
    display: str
    version: str
    def __init__(self, valid: _Optional[bool] = ..., message: _Optional[str] = ..., display: _Optional[str] = ..., version: _Optional[str] = ...) -> None: ...

class TranslateCodeRequest(_message.Message):
    __slots__ = ("system", "code", "target_system", "institution_id")
    SYSTEM_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    TARGET_SYSTEM_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    system: str
    code: str
    target_system: str
    institution_id: str
    def __init__(self, system: _Optional[str] = ..., code: _Optional[str] = ..., target_system: _Optional[str] = ..., institution_id: _Optional[str] = ...) -> None: ...

class CodeTranslations(_message.Message):
    __slots__ = ("matches",)
    MATCHES_FIELD_NUMBER: _ClassVar[int]
    matches: _containers.RepeatedCompositeFieldContainer[CodeTranslation]
    def __init__(self, matches: _Optional[_Iterable[_Union[CodeTranslation, _Mapping]]] = ...) -> None: ...

class CodeTranslation(_message.Message):
    __slots__ = ("coding", "equivalence", "map_url", "map_version")
    CODING_FIELD_NUMBER: _ClassVar[int]
    EQUIVALENCE_FIELD_NUMBER: _ClassVar[int]
    MAP_URL_FIELD_NUMBER: _ClassVar[int]
    MAP_VERSION_FIELD_NUMBER: _ClassVar[int]
    coding: Coding
    equivalence: CodeEquivalence
    map_url: str
    map_version: str
    def __init__(self, coding: _Optional[_Union[Coding, _Mapping]] = ..., equivalence: _Optional[_Union[CodeEquivalence, str]] = ..., map_url: _Optional[str] = ..., map_version: _Optional[str] = ...) -> None: ...

class MappedCode(_message.Message):
    __slots__ = ("coding", "sent")
    CODING_FIELD_NUMBER: _ClassVar[int]
    SENT_FIELD_NUMBER: _ClassVar[int]
    coding: Coding
    sent: Coding
    def __init__(self, coding: _Optional[_Union[Coding, _Mapping]] = ..., sent: _Optional[_Union[Coding, _Mapping]] = ...) -> None: ...
