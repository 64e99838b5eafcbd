from google.protobuf import descriptor_pb2 as _descriptor_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from typing import ClassVar as _ClassVar

DESCRIPTOR: _descriptor.FileDescriptor

class PartnerView(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PARTNER_VIEW_UNSPECIFIED: _ClassVar[PartnerView]
    PARTNER_VIEW_SEALED: _ClassVar[PartnerView]
    PARTNER_VIEW_WITHHELD: _ClassVar[PartnerView]
    PARTNER_VIEW_NAMES_RESIDENT: _ClassVar[PartnerView]
PARTNER_VIEW_UNSPECIFIED: PartnerView
PARTNER_VIEW_SEALED: PartnerView
PARTNER_VIEW_WITHHELD: PartnerView
PARTNER_VIEW_NAMES_RESIDENT: PartnerView
PARTNER_VIEW_FIELD_NUMBER: _ClassVar[int]
partner_view: _descriptor.FieldDescriptor
