"""Generated from the contract; do not edit."""

from chassis.client import Client
from yima.records.v1 import api_pb2


class RecordsClient(Client):
    """What is known of a resident's health; nothing is released without a consent decision."""

    service = api_pb2.DESCRIPTOR.services_by_name["RecordsApi"]

    async def ingest_resources(
        self, request: api_pb2.IngestResourcesRequest, token: str = "", key: str = ""
    ) -> api_pb2.IngestReceipt:
        """Ingest FHIR R4 resources of one resident from the caller's institution: all of them, or none. By a partner in good standing that serves the resident by a confirmed order, or has scanned their code; the resident sees it in their log."""
        return await self.call("IngestResources", request, api_pb2.IngestReceipt, token, key)

    async def read_records(
        self, request: api_pb2.ReadRecordsRequest, token: str = "", key: str = ""
    ) -> api_pb2.RecordPage:
        """Read a resident's records of some information types, for a purpose."""
        return await self.call("ReadRecords", request, api_pb2.RecordPage, token, key)
