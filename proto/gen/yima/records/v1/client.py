"""Generated from the contract; do not edit."""

from chassis.client import Client
from yima.records.v1 import api_pb2
from yima.records.v1 import error_reports_pb2
from yima.records.v1 import writes_pb2


class RecordsClient(Client):
    """What is known of a resident's health; nothing is released without a consent decision."""

    service = api_pb2.DESCRIPTOR.services_by_name["RecordsApi"]

    async def ingest_resources(
        self, request: api_pb2.IngestResourcesRequest, token: str = "", key: str = ""
    ) -> api_pb2.IngestReceipt:
        """Ingest FHIR R4 resources of one resident from the caller's institution: all of them, or none. By a partner in good standing that serves the resident by a confirmed order, or has scanned their code; the resident sees it in their log."""
        return await self.call("IngestResources", request, api_pb2.IngestReceipt, token, key)

    async def write_resource(
        self, request: writes_pb2.WriteResourceRequest, token: str = "", key: str = ""
    ) -> writes_pb2.WriteOutcome:
        """Create, update or patch one resource of the caller's institution, as FHIR's API has it. By whom IngestResources is."""
        return await self.call("WriteResource", request, writes_pb2.WriteOutcome, token, key)

    async def submit_bundle(
        self, request: writes_pb2.SubmitBundleRequest, token: str = "", key: str = ""
    ) -> writes_pb2.BundleOutcome:
        """Do what a FHIR Bundle says with resources of one resident: all of a transaction or none, of a batch each on its own. By whom IngestResources is."""
        return await self.call("SubmitBundle", request, writes_pb2.BundleOutcome, token, key)

    async def read_records(
        self, request: api_pb2.ReadRecordsRequest, token: str = "", key: str = ""
    ) -> api_pb2.RecordPage:
        """Read a resident's records of some information types, for a purpose."""
        return await self.call("ReadRecords", request, api_pb2.RecordPage, token, key)

    async def put_emergency_slice(
        self, request: api_pb2.PutEmergencySliceRequest, token: str = "", key: str = ""
    ) -> api_pb2.EmergencySlice:
        """Keep what a stranger has to know who treats the resident in an emergency; it replaces what was kept. It is signed as it was given, by the resident or who acts for them."""
        return await self.call("PutEmergencySlice", request, api_pb2.EmergencySlice, token, key)

    async def withdraw_emergency_slice(
        self, request: api_pb2.WithdrawEmergencySliceRequest, token: str = "", key: str = ""
    ) -> api_pb2.EmergencySlice:
        """Show it to nobody any more."""
        return await self.call("WithdrawEmergencySlice", request, api_pb2.EmergencySlice, token, key)

    async def read_versions(
        self, request: api_pb2.ReadVersionsRequest, token: str = "", key: str = ""
    ) -> api_pb2.RecordVersions:
        """Read what a resource of a record said before, and says now: all its versions that may be released."""
        return await self.call("ReadVersions", request, api_pb2.RecordVersions, token, key)

    async def read_emergency_slice(
        self, request: api_pb2.ReadEmergencySliceRequest, token: str = "", key: str = ""
    ) -> api_pb2.EmergencySlice:
        """Read it: one's own, a dependant's, or as a practitioner who has broken the glass. The resident's log says so."""
        return await self.call("ReadEmergencySlice", request, api_pb2.EmergencySlice, token, key)

    async def report_error(
        self, request: error_reports_pb2.ReportErrorRequest, token: str = "", key: str = ""
    ) -> error_reports_pb2.ErrorReport:
        """Say that something in one's record is wrong, or in that of somebody for whom one acts. Its institution answers."""
        return await self.call("ReportError", request, error_reports_pb2.ErrorReport, token, key)

    async def withdraw_error_report(
        self, request: error_reports_pb2.WithdrawErrorReportRequest, token: str = "", key: str = ""
    ) -> error_reports_pb2.ErrorReport:
        """Take a report back while it is open."""
        return await self.call("WithdrawErrorReport", request, error_reports_pb2.ErrorReport, token, key)

    async def answer_error_report(
        self, request: error_reports_pb2.AnswerErrorReportRequest, token: str = "", key: str = ""
    ) -> error_reports_pb2.ErrorReport:
        """Answer a report about what one's institution sent: that it was corrected, or that it is right."""
        return await self.call("AnswerErrorReport", request, error_reports_pb2.ErrorReport, token, key)

    async def list_error_reports(
        self, request: error_reports_pb2.ListErrorReportsRequest, token: str = "", key: str = ""
    ) -> error_reports_pb2.ErrorReportPage:
        """What residents say is wrong: for a resident in their own record, for an institution in what it sent. Newest first."""
        return await self.call("ListErrorReports", request, error_reports_pb2.ErrorReportPage, token, key)
