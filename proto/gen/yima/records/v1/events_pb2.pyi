from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional

DESCRIPTOR: _descriptor.FileDescriptor

class RecordIngested(_message.Message):
    __slots__ = ("record_id", "resident_id", "institution_id", "information_type", "content_sha256", "version")
    RECORD_ID_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    INFORMATION_TYPE_FIELD_NUMBER: _ClassVar[int]
    CONTENT_SHA256_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    record_id: str
    resident_id: str
    institution_id: str
    information_type: str
    content_sha256: bytes
    version: int
    def __init__(self, record_id: _Optional[str] = ..., resident_id: _Optional[str] = ..., institution_id: _Optional[str] = ..., information_type: _Optional[str] = ..., content_sha256: _Optional[bytes] = ..., version: _Optional[int] = ...) -> None: ...
