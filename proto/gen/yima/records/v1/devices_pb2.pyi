import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from yima.common.v1 import types_pb2 as _types_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class DeviceKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DEVICE_KIND_UNSPECIFIED: _ClassVar[DeviceKind]
    DEVICE_KIND_THERMOMETER: _ClassVar[DeviceKind]
    DEVICE_KIND_BLOOD_PRESSURE: _ClassVar[DeviceKind]
    DEVICE_KIND_GLUCOSE: _ClassVar[DeviceKind]
    DEVICE_KIND_OXIMETER: _ClassVar[DeviceKind]
    DEVICE_KIND_ECG_12_LEAD: _ClassVar[DeviceKind]
    DEVICE_KIND_URIC_ACID: _ClassVar[DeviceKind]
    DEVICE_KIND_LIPIDS: _ClassVar[DeviceKind]
    DEVICE_KIND_WEIGHT: _ClassVar[DeviceKind]
    DEVICE_KIND_STEPS: _ClassVar[DeviceKind]
    DEVICE_KIND_SLEEP: _ClassVar[DeviceKind]
    DEVICE_KIND_FOETAL_HEART: _ClassVar[DeviceKind]
    DEVICE_KIND_SPIROMETER: _ClassVar[DeviceKind]

class DeviceModelStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DEVICE_MODEL_STATUS_UNSPECIFIED: _ClassVar[DeviceModelStatus]
    DEVICE_MODEL_STATUS_PROPOSED: _ClassVar[DeviceModelStatus]
    DEVICE_MODEL_STATUS_APPROVED: _ClassVar[DeviceModelStatus]
    DEVICE_MODEL_STATUS_REFUSED: _ClassVar[DeviceModelStatus]

class DeviceStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DEVICE_STATUS_UNSPECIFIED: _ClassVar[DeviceStatus]
    DEVICE_STATUS_PROPOSED: _ClassVar[DeviceStatus]
    DEVICE_STATUS_BOUND: _ClassVar[DeviceStatus]
    DEVICE_STATUS_DECLINED: _ClassVar[DeviceStatus]
    DEVICE_STATUS_ENDED: _ClassVar[DeviceStatus]

class DeviceEndReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DEVICE_END_REASON_UNSPECIFIED: _ClassVar[DeviceEndReason]
    DEVICE_END_REASON_RETURNED: _ClassVar[DeviceEndReason]
    DEVICE_END_REASON_LOST: _ClassVar[DeviceEndReason]
    DEVICE_END_REASON_NOT_THEIRS: _ClassVar[DeviceEndReason]

class ReadingResult(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    READING_RESULT_UNSPECIFIED: _ClassVar[ReadingResult]
    READING_RESULT_STORED: _ClassVar[ReadingResult]
    READING_RESULT_KNOWN: _ClassVar[ReadingResult]
    READING_RESULT_REFUSED: _ClassVar[ReadingResult]
DEVICE_KIND_UNSPECIFIED: DeviceKind
DEVICE_KIND_THERMOMETER: DeviceKind
DEVICE_KIND_BLOOD_PRESSURE: DeviceKind
DEVICE_KIND_GLUCOSE: DeviceKind
DEVICE_KIND_OXIMETER: DeviceKind
DEVICE_KIND_ECG_12_LEAD: DeviceKind
DEVICE_KIND_URIC_ACID: DeviceKind
DEVICE_KIND_LIPIDS: DeviceKind
DEVICE_KIND_WEIGHT: DeviceKind
DEVICE_KIND_STEPS: DeviceKind
DEVICE_KIND_SLEEP: DeviceKind
DEVICE_KIND_FOETAL_HEART: DeviceKind
DEVICE_KIND_SPIROMETER: DeviceKind
DEVICE_MODEL_STATUS_UNSPECIFIED: DeviceModelStatus
DEVICE_MODEL_STATUS_PROPOSED: DeviceModelStatus
DEVICE_MODEL_STATUS_APPROVED: DeviceModelStatus
DEVICE_MODEL_STATUS_REFUSED: DeviceModelStatus
DEVICE_STATUS_UNSPECIFIED: DeviceStatus
DEVICE_STATUS_PROPOSED: DeviceStatus
DEVICE_STATUS_BOUND: DeviceStatus
DEVICE_STATUS_DECLINED: DeviceStatus
DEVICE_STATUS_ENDED: DeviceStatus
DEVICE_END_REASON_UNSPECIFIED: DeviceEndReason
DEVICE_END_REASON_RETURNED: DeviceEndReason
DEVICE_END_REASON_LOST: DeviceEndReason
DEVICE_END_REASON_NOT_THEIRS: DeviceEndReason
READING_RESULT_UNSPECIFIED: ReadingResult
READING_RESULT_STORED: ReadingResult
READING_RESULT_KNOWN: ReadingResult
READING_RESULT_REFUSED: ReadingResult

class DeviceMeasurement(_message.Message):
    __slots__ = ("code", "display", "unit")
    CODE_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    code: str
    display: str
    unit: str
    def __init__(self, code: _Optional[str] = ..., display: _Optional[str] = ..., unit: _Optional[str] = ...) -> None: ...

class DeviceModel(_message.Message):
    __slots__ = ("id", "maker", "name", "kind", "measurements", "bluetooth_service", "status", "partner_id", "proposed_at", "decided_at", "reason")
    ID_FIELD_NUMBER: _ClassVar[int]
    MAKER_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    MEASUREMENTS_FIELD_NUMBER: _ClassVar[int]
    BLUETOOTH_SERVICE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ID_FIELD_NUMBER: _ClassVar[int]
    PROPOSED_AT_FIELD_NUMBER: _ClassVar[int]
    DECIDED_AT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    id: str
    maker: str
    name: str
    kind: DeviceKind
    measurements: _containers.RepeatedCompositeFieldContainer[DeviceMeasurement]
    bluetooth_service: str
    status: DeviceModelStatus
    partner_id: str
    proposed_at: _timestamp_pb2.Timestamp
    decided_at: _timestamp_pb2.Timestamp
    reason: str
    def __init__(self, id: _Optional[str] = ..., maker: _Optional[str] = ..., name: _Optional[str] = ..., kind: _Optional[_Union[DeviceKind, str]] = ..., measurements: _Optional[_Iterable[_Union[DeviceMeasurement, _Mapping]]] = ..., bluetooth_service: _Optional[str] = ..., status: _Optional[_Union[DeviceModelStatus, str]] = ..., partner_id: _Optional[str] = ..., proposed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., decided_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., reason: _Optional[str] = ...) -> None: ...

class ListDeviceModelsRequest(_message.Message):
    __slots__ = ("kind", "maker", "words", "code", "status", "page")
    KIND_FIELD_NUMBER: _ClassVar[int]
    MAKER_FIELD_NUMBER: _ClassVar[int]
    WORDS_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    kind: DeviceKind
    maker: str
    words: str
    code: str
    status: DeviceModelStatus
    page: _types_pb2.PageRequest
    def __init__(self, kind: _Optional[_Union[DeviceKind, str]] = ..., maker: _Optional[str] = ..., words: _Optional[str] = ..., code: _Optional[str] = ..., status: _Optional[_Union[DeviceModelStatus, str]] = ..., page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class DeviceModelPage(_message.Message):
    __slots__ = ("models", "page")
    MODELS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    models: _containers.RepeatedCompositeFieldContainer[DeviceModel]
    page: _types_pb2.PageInfo
    def __init__(self, models: _Optional[_Iterable[_Union[DeviceModel, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class ProposeDeviceModelRequest(_message.Message):
    __slots__ = ("name", "kind", "codes", "units", "bluetooth")
    NAME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    CODES_FIELD_NUMBER: _ClassVar[int]
    UNITS_FIELD_NUMBER: _ClassVar[int]
    BLUETOOTH_FIELD_NUMBER: _ClassVar[int]
    name: str
    kind: DeviceKind
    codes: _containers.RepeatedScalarFieldContainer[str]
    units: _containers.RepeatedScalarFieldContainer[str]
    bluetooth: bool
    def __init__(self, name: _Optional[str] = ..., kind: _Optional[_Union[DeviceKind, str]] = ..., codes: _Optional[_Iterable[str]] = ..., units: _Optional[_Iterable[str]] = ..., bluetooth: _Optional[bool] = ...) -> None: ...

class DecideDeviceModelRequest(_message.Message):
    __slots__ = ("device_model_id", "approved", "reason")
    DEVICE_MODEL_ID_FIELD_NUMBER: _ClassVar[int]
    APPROVED_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    device_model_id: str
    approved: bool
    reason: str
    def __init__(self, device_model_id: _Optional[str] = ..., approved: _Optional[bool] = ..., reason: _Optional[str] = ...) -> None: ...

class Device(_message.Message):
    __slots__ = ("id", "model", "serial", "user", "resident_id", "institution_id", "order_id", "status", "requested_at", "bound_at", "ended_at", "end_reason", "last_received_at", "key_number", "key_registered_at", "key_in_force")
    ID_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    SERIAL_FIELD_NUMBER: _ClassVar[int]
    USER_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    REQUESTED_AT_FIELD_NUMBER: _ClassVar[int]
    BOUND_AT_FIELD_NUMBER: _ClassVar[int]
    ENDED_AT_FIELD_NUMBER: _ClassVar[int]
    END_REASON_FIELD_NUMBER: _ClassVar[int]
    LAST_RECEIVED_AT_FIELD_NUMBER: _ClassVar[int]
    KEY_NUMBER_FIELD_NUMBER: _ClassVar[int]
    KEY_REGISTERED_AT_FIELD_NUMBER: _ClassVar[int]
    KEY_IN_FORCE_FIELD_NUMBER: _ClassVar[int]
    id: str
    model: DeviceModel
    serial: str
    user: int
    resident_id: str
    institution_id: str
    order_id: str
    status: DeviceStatus
    requested_at: _timestamp_pb2.Timestamp
    bound_at: _timestamp_pb2.Timestamp
    ended_at: _timestamp_pb2.Timestamp
    end_reason: DeviceEndReason
    last_received_at: _timestamp_pb2.Timestamp
    key_number: int
    key_registered_at: _timestamp_pb2.Timestamp
    key_in_force: bool
    def __init__(self, id: _Optional[str] = ..., model: _Optional[_Union[DeviceModel, _Mapping]] = ..., serial: _Optional[str] = ..., user: _Optional[int] = ..., resident_id: _Optional[str] = ..., institution_id: _Optional[str] = ..., order_id: _Optional[str] = ..., status: _Optional[_Union[DeviceStatus, str]] = ..., requested_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., bound_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., ended_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_reason: _Optional[_Union[DeviceEndReason, str]] = ..., last_received_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., key_number: _Optional[int] = ..., key_registered_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., key_in_force: _Optional[bool] = ...) -> None: ...

class BindDeviceRequest(_message.Message):
    __slots__ = ("device_model_id", "serial", "user", "public_key", "proof", "resident_id", "order_id")
    DEVICE_MODEL_ID_FIELD_NUMBER: _ClassVar[int]
    SERIAL_FIELD_NUMBER: _ClassVar[int]
    USER_FIELD_NUMBER: _ClassVar[int]
    PUBLIC_KEY_FIELD_NUMBER: _ClassVar[int]
    PROOF_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    device_model_id: str
    serial: str
    user: int
    public_key: bytes
    proof: bytes
    resident_id: str
    order_id: str
    def __init__(self, device_model_id: _Optional[str] = ..., serial: _Optional[str] = ..., user: _Optional[int] = ..., public_key: _Optional[bytes] = ..., proof: _Optional[bytes] = ..., resident_id: _Optional[str] = ..., order_id: _Optional[str] = ...) -> None: ...

class AnswerDeviceRequest(_message.Message):
    __slots__ = ("device_id", "agreed")
    DEVICE_ID_FIELD_NUMBER: _ClassVar[int]
    AGREED_FIELD_NUMBER: _ClassVar[int]
    device_id: str
    agreed: bool
    def __init__(self, device_id: _Optional[str] = ..., agreed: _Optional[bool] = ...) -> None: ...

class EndDeviceRequest(_message.Message):
    __slots__ = ("device_id", "reason")
    DEVICE_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    device_id: str
    reason: DeviceEndReason
    def __init__(self, device_id: _Optional[str] = ..., reason: _Optional[_Union[DeviceEndReason, str]] = ...) -> None: ...

class RotateDeviceKeyRequest(_message.Message):
    __slots__ = ("device_id", "public_key", "proof")
    DEVICE_ID_FIELD_NUMBER: _ClassVar[int]
    PUBLIC_KEY_FIELD_NUMBER: _ClassVar[int]
    PROOF_FIELD_NUMBER: _ClassVar[int]
    device_id: str
    public_key: bytes
    proof: bytes
    def __init__(self, device_id: _Optional[str] = ..., public_key: _Optional[bytes] = ..., proof: _Optional[bytes] = ...) -> None: ...

class RevokeDeviceKeyRequest(_message.Message):
    __slots__ = ("device_id",)
    DEVICE_ID_FIELD_NUMBER: _ClassVar[int]
    device_id: str
    def __init__(self, device_id: _Optional[str] = ...) -> None: ...

class ListDevicesRequest(_message.Message):
    __slots__ = ("resident_id", "status", "page")
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    status: DeviceStatus
    page: _types_pb2.PageRequest
    def __init__(self, resident_id: _Optional[str] = ..., status: _Optional[_Union[DeviceStatus, str]] = ..., page: _Optional[_Union[_types_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class DevicePage(_message.Message):
    __slots__ = ("devices", "page")
    DEVICES_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    devices: _containers.RepeatedCompositeFieldContainer[Device]
    page: _types_pb2.PageInfo
    def __init__(self, devices: _Optional[_Iterable[_Union[Device, _Mapping]]] = ..., page: _Optional[_Union[_types_pb2.PageInfo, _Mapping]] = ...) -> None: ...

class ReleaseSerialRequest(_message.Message):
    __slots__ = ("device_model_id", "serial")
    DEVICE_MODEL_ID_FIELD_NUMBER: _ClassVar[int]
    SERIAL_FIELD_NUMBER: _ClassVar[int]
    device_model_id: str
    serial: str
    def __init__(self, device_model_id: _Optional[str] = ..., serial: _Optional[str] = ...) -> None: ...

class ReleasedSerial(_message.Message):
    __slots__ = ("released",)
    RELEASED_FIELD_NUMBER: _ClassVar[int]
    released: int
    def __init__(self, released: _Optional[int] = ...) -> None: ...

class TakeReadingsRequest(_message.Message):
    __slots__ = ("device_id", "content", "signature")
    DEVICE_ID_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    SIGNATURE_FIELD_NUMBER: _ClassVar[int]
    device_id: str
    content: bytes
    signature: bytes
    def __init__(self, device_id: _Optional[str] = ..., content: _Optional[bytes] = ..., signature: _Optional[bytes] = ...) -> None: ...

class ReadingOutcome(_message.Message):
    __slots__ = ("sequence", "result", "unusual", "code", "field", "detail")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    UNUSUAL_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    FIELD_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    result: ReadingResult
    unusual: bool
    code: str
    field: str
    detail: str
    def __init__(self, sequence: _Optional[int] = ..., result: _Optional[_Union[ReadingResult, str]] = ..., unusual: _Optional[bool] = ..., code: _Optional[str] = ..., field: _Optional[str] = ..., detail: _Optional[str] = ...) -> None: ...

class WithdrawDeviceReadingRequest(_message.Message):
    __slots__ = ("resident_id", "record_id", "reason")
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    RECORD_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    resident_id: str
    record_id: str
    reason: str
    def __init__(self, resident_id: _Optional[str] = ..., record_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class WithdrawnReading(_message.Message):
    __slots__ = ("record_ids", "resident_id", "device_id", "reason", "withdrawn_at")
    RECORD_IDS_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_ID_FIELD_NUMBER: _ClassVar[int]
    DEVICE_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    WITHDRAWN_AT_FIELD_NUMBER: _ClassVar[int]
    record_ids: _containers.RepeatedScalarFieldContainer[str]
    resident_id: str
    device_id: str
    reason: str
    withdrawn_at: _timestamp_pb2.Timestamp
    def __init__(self, record_ids: _Optional[_Iterable[str]] = ..., resident_id: _Optional[str] = ..., device_id: _Optional[str] = ..., reason: _Optional[str] = ..., withdrawn_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ReadingsReceipt(_message.Message):
    __slots__ = ("device_id", "outcomes")
    DEVICE_ID_FIELD_NUMBER: _ClassVar[int]
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    device_id: str
    outcomes: _containers.RepeatedCompositeFieldContainer[ReadingOutcome]
    def __init__(self, device_id: _Optional[str] = ..., outcomes: _Optional[_Iterable[_Union[ReadingOutcome, _Mapping]]] = ...) -> None: ...
