"""Generated from the contract; do not edit."""

from chassis.client import Client
from yima.records.v1 import alert_rules_pb2
from yima.records.v1 import api_pb2
from yima.records.v1 import collection_pb2
from yima.records.v1 import compute_pb2
from yima.records.v1 import devices_pb2
from yima.records.v1 import error_reports_pb2
from yima.records.v1 import follow_ups_pb2
from yima.records.v1 import own_readings_pb2
from yima.records.v1 import patients_pb2
from yima.records.v1 import quality_pb2
from yima.records.v1 import reviews_pb2
from yima.records.v1 import terminology_pb2
from yima.records.v1 import timeline_pb2
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

    async def read_timeline(
        self, request: timeline_pb2.ReadTimelineRequest, token: str = "", key: str = ""
    ) -> timeline_pb2.TimelinePage:
        """Read a resident's record as they read it themselves, across institutions, newest first. It is logged as their look."""
        return await self.call("ReadTimeline", request, timeline_pb2.TimelinePage, token, key)

    async def read_series(
        self, request: timeline_pb2.ReadSeriesRequest, token: str = "", key: str = ""
    ) -> timeline_pb2.Series:
        """Read what was measured of one thing over time, across institutions, in one unit."""
        return await self.call("ReadSeries", request, timeline_pb2.Series, token, key)

    async def record_own_reading(
        self, request: own_readings_pb2.RecordOwnReadingRequest, token: str = "", key: str = ""
    ) -> own_readings_pb2.OwnReading:
        """Enter what one measured oneself, or somebody for whom one acts; it is marked so wherever it is shown."""
        return await self.call("RecordOwnReading", request, own_readings_pb2.OwnReading, token, key)

    async def correct_own_reading(
        self, request: own_readings_pb2.CorrectOwnReadingRequest, token: str = "", key: str = ""
    ) -> own_readings_pb2.OwnReading:
        """Correct a reading of one's own. The version before stays."""
        return await self.call("CorrectOwnReading", request, own_readings_pb2.OwnReading, token, key)

    async def withdraw_own_reading(
        self, request: own_readings_pb2.WithdrawOwnReadingRequest, token: str = "", key: str = ""
    ) -> own_readings_pb2.OwnReading:
        """Withdraw a reading of one's own: it is held back from every page, and its versions stay."""
        return await self.call("WithdrawOwnReading", request, own_readings_pb2.OwnReading, token, key)

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

    async def register_source(
        self, request: collection_pb2.RegisterSourceRequest, token: str = "", key: str = ""
    ) -> collection_pb2.Source:
        """Register a system of the caller's institution that is to send. An operator approves it before it may."""
        return await self.call("RegisterSource", request, collection_pb2.Source, token, key)

    async def list_sources(
        self, request: collection_pb2.ListSourcesRequest, token: str = "", key: str = ""
    ) -> collection_pb2.SourcePage:
        """Sources, newest first: a partner's own, or those of all for who supervises."""
        return await self.call("ListSources", request, collection_pb2.SourcePage, token, key)

    async def get_source(
        self, request: collection_pb2.GetSourceRequest, token: str = "", key: str = ""
    ) -> collection_pb2.Source:
        """A source: how fresh and how complete what it sends is, and which of its batches have not come."""
        return await self.call("GetSource", request, collection_pb2.Source, token, key)

    async def decide_source(
        self, request: collection_pb2.DecideSourceRequest, token: str = "", key: str = ""
    ) -> collection_pb2.Source:
        """Approve a source, or refuse it with a reason."""
        return await self.call("DecideSource", request, collection_pb2.Source, token, key)

    async def end_source(
        self, request: collection_pb2.EndSourceRequest, token: str = "", key: str = ""
    ) -> collection_pb2.Source:
        """End a source: nothing more is taken from it. What came is kept."""
        return await self.call("EndSource", request, collection_pb2.Source, token, key)

    async def set_source_budget(
        self, request: collection_pb2.SetSourceBudgetRequest, token: str = "", key: str = ""
    ) -> collection_pb2.Source:
        """Say how much a source sends within a minute, and how often."""
        return await self.call("SetSourceBudget", request, collection_pb2.Source, token, key)

    async def put_batch(
        self, request: collection_pb2.PutBatchRequest, token: str = "", key: str = ""
    ) -> collection_pb2.BatchReceipt:
        """Take a batch, and answer once it is here for good; its lines are processed afterwards, each by itself. The same number with the same bytes is answered again, with other bytes it is refused."""
        return await self.call("PutBatch", request, collection_pb2.BatchReceipt, token, key)

    async def list_batches(
        self, request: collection_pb2.ListBatchesRequest, token: str = "", key: str = ""
    ) -> collection_pb2.BatchPage:
        """A source's batches, the highest number first."""
        return await self.call("ListBatches", request, collection_pb2.BatchPage, token, key)

    async def get_batch(
        self, request: collection_pb2.GetBatchRequest, token: str = "", key: str = ""
    ) -> collection_pb2.BatchOutcomes:
        """A batch, and what became of each of its lines."""
        return await self.call("GetBatch", request, collection_pb2.BatchOutcomes, token, key)

    async def list_left_out_lines(
        self, request: collection_pb2.ListLeftOutLinesRequest, token: str = "", key: str = ""
    ) -> collection_pb2.LeftOutLinePage:
        """Lines of a source that waited for whose patient number it is and did not come into a record: too long, or refused when the number was matched. The last sent first."""
        return await self.call("ListLeftOutLines", request, collection_pb2.LeftOutLinePage, token, key)

    async def ask_for_missing(
        self, request: collection_pb2.AskForMissingRequest, token: str = "", key: str = ""
    ) -> collection_pb2.MissingBatches:
        """What a source is to send again now: batches that have not come. It asks so itself, and is asked for no more than its budget has left, each batch less and less often."""
        return await self.call("AskForMissing", request, collection_pb2.MissingBatches, token, key)

    async def report_connector(
        self, request: collection_pb2.ReportConnectorRequest, token: str = "", key: str = ""
    ) -> collection_pb2.ConnectorState:
        """Say how a source's connector is: its version, what waits in it, since when, and what went wrong. The latest is kept."""
        return await self.call("ReportConnector", request, collection_pb2.ConnectorState, token, key)

    async def give_up_batches(
        self, request: collection_pb2.GiveUpBatchesRequest, token: str = "", key: str = ""
    ) -> collection_pb2.Source:
        """Say that batches will never come, and why: they are missing no more."""
        return await self.call("GiveUpBatches", request, collection_pb2.Source, token, key)

    async def list_patient_numbers(
        self, request: patients_pb2.ListPatientNumbersRequest, token: str = "", key: str = ""
    ) -> patients_pb2.PatientNumberPage:
        """An institution's own patient numbers that are not matched with a resident, or for which something waits, newest first."""
        return await self.call("ListPatientNumbers", request, patients_pb2.PatientNumberPage, token, key)

    async def ask_patient(
        self, request: patients_pb2.AskPatientRequest, token: str = "", key: str = ""
    ) -> patients_pb2.PatientNumber:
        """Have the patient asked whom name and birth date mean, if there is one and only one. Whether there is, is not said; the resident confirms it or not."""
        return await self.call("AskPatient", request, patients_pb2.PatientNumber, token, key)

    async def list_patient_links(
        self, request: patients_pb2.ListPatientLinksRequest, token: str = "", key: str = ""
    ) -> patients_pb2.PatientLinkPage:
        """Which institutions' patient numbers are taken for the resident's, and which ask whether they are."""
        return await self.call("ListPatientLinks", request, patients_pb2.PatientLinkPage, token, key)

    async def answer_patient_link(
        self, request: patients_pb2.AnswerPatientLinkRequest, token: str = "", key: str = ""
    ) -> patients_pb2.PatientLink:
        """Say whether a patient number is one's own, as its institution has asked."""
        return await self.call("AnswerPatientLink", request, patients_pb2.PatientLink, token, key)

    async def end_patient_link(
        self, request: patients_pb2.EndPatientLinkRequest, token: str = "", key: str = ""
    ) -> patients_pb2.PatientLink:
        """End a link: it was wrong, and what came by it leaves the record and waits again; or the number is another patient's from now on. Its resident, its institution and operators may."""
        return await self.call("EndPatientLink", request, patients_pb2.PatientLink, token, key)

    async def request_code_upload(
        self, request: terminology_pb2.RequestCodeUploadRequest, token: str = "", key: str = ""
    ) -> terminology_pb2.CodeUpload:
        """Announce a file of codes; it is then sent to the path that comes back, by PUT. An operator's tables are in force when they are loaded, and a version never changes. A map waits for an operator who has not sent it."""
        return await self.call("RequestCodeUpload", request, terminology_pb2.CodeUpload, token, key)

    async def list_code_tables(
        self, request: terminology_pb2.ListCodeTablesRequest, token: str = "", key: str = ""
    ) -> terminology_pb2.CodeTablePage:
        """The tables of codes there are, newest first."""
        return await self.call("ListCodeTables", request, terminology_pb2.CodeTablePage, token, key)

    async def list_code_maps(
        self, request: terminology_pb2.ListCodeMapsRequest, token: str = "", key: str = ""
    ) -> terminology_pb2.CodeMapPage:
        """The maps of local codes, newest first: a partner's own and the city's; all, for operator and regulator."""
        return await self.call("ListCodeMaps", request, terminology_pb2.CodeMapPage, token, key)

    async def list_code_map_entries(
        self, request: terminology_pb2.ListCodeMapEntriesRequest, token: str = "", key: str = ""
    ) -> terminology_pb2.CodeMapEntryPage:
        """What a map says, line by line: read it before you approve it."""
        return await self.call("ListCodeMapEntries", request, terminology_pb2.CodeMapEntryPage, token, key)

    async def decide_code_map(
        self, request: terminology_pb2.DecideCodeMapRequest, token: str = "", key: str = ""
    ) -> terminology_pb2.CodeMap:
        """Approve a map of local codes, or reject it; not one's own. What comes from then on is mapped by it at once, what is there already within minutes."""
        return await self.call("DecideCodeMap", request, terminology_pb2.CodeMap, token, key)

    async def list_unmapped_codes(
        self, request: terminology_pb2.ListUnmappedCodesRequest, token: str = "", key: str = ""
    ) -> terminology_pb2.UnmappedCodePage:
        """The codes that the caller's institution sent where the city's tables have none for them, the last first."""
        return await self.call("ListUnmappedCodes", request, terminology_pb2.UnmappedCodePage, token, key)

    async def list_quality_rules(
        self, request: quality_pb2.ListQualityRulesRequest, token: str = "", key: str = ""
    ) -> quality_pb2.QualityRules:
        """The rules that stored data is examined by."""
        return await self.call("ListQualityRules", request, quality_pb2.QualityRules, token, key)

    async def list_findings(
        self, request: quality_pb2.ListFindingsRequest, token: str = "", key: str = ""
    ) -> quality_pb2.QualityFindingPage:
        """What was found of the resources that the caller's institution sent, the last first."""
        return await self.call("ListFindings", request, quality_pb2.QualityFindingPage, token, key)

    async def list_quality_grades(
        self, request: quality_pb2.ListQualityGradesRequest, token: str = "", key: str = ""
    ) -> quality_pb2.QualityGradePage:
        """How good what institutions sent is, by kind and month, the newest first: a partner's own, or everybody's for who supervises."""
        return await self.call("ListQualityGrades", request, quality_pb2.QualityGradePage, token, key)

    async def list_quality_reviews(
        self, request: reviews_pb2.ListQualityReviewsRequest, token: str = "", key: str = ""
    ) -> reviews_pb2.QualityReviewPage:
        """Resources that wait for people to judge them, what is due first first: for an operator those that they have not judged. Whose they are is said once they are settled."""
        return await self.call("ListQualityReviews", request, reviews_pb2.QualityReviewPage, token, key)

    async def look_at_review(
        self, request: reviews_pb2.LookAtReviewRequest, token: str = "", key: str = ""
    ) -> reviews_pb2.ReviewedResource:
        """Look at what a review is about: the resource, without whose it is. The resident's log says that somebody did."""
        return await self.call("LookAtReview", request, reviews_pb2.ReviewedResource, token, key)

    async def judge_resource(
        self, request: reviews_pb2.JudgeResourceRequest, token: str = "", key: str = ""
    ) -> reviews_pb2.QualityReview:
        """Judge a resource that one has looked at. Two who judge alike settle it; where they differ a third decides."""
        return await self.call("JudgeResource", request, reviews_pb2.QualityReview, token, key)

    async def list_quality_reports(
        self, request: quality_pb2.ListQualityReportsRequest, token: str = "", key: str = ""
    ) -> quality_pb2.QualityReportPage:
        """The monthly reports of how good data is, the last issued first: a partner's own, or everybody's for who supervises."""
        return await self.call("ListQualityReports", request, quality_pb2.QualityReportPage, token, key)

    async def get_quality_report_document(
        self, request: quality_pb2.GetQualityReportDocumentRequest, token: str = "", key: str = ""
    ) -> quality_pb2.QualityReportDocument:
        """A report as a file: JSON, or PDF with trends as pictures."""
        return await self.call("GetQualityReportDocument", request, quality_pb2.QualityReportDocument, token, key)

    async def list_catalogue_entries(
        self, request: quality_pb2.ListCatalogueEntriesRequest, token: str = "", key: str = ""
    ) -> quality_pb2.CatalogueEntryPage:
        """The resource catalogue: which data there is, from whom, how fresh and how good. It counts nobody."""
        return await self.call("ListCatalogueEntries", request, quality_pb2.CatalogueEntryPage, token, key)

    async def look_up_code(
        self, request: terminology_pb2.LookUpCodeRequest, token: str = "", key: str = ""
    ) -> terminology_pb2.CodeDetails:
        """What a code means (FHIR's $lookup)."""
        return await self.call("LookUpCode", request, terminology_pb2.CodeDetails, token, key)

    async def validate_code(
        self, request: terminology_pb2.ValidateCodeRequest, token: str = "", key: str = ""
    ) -> terminology_pb2.CodeValidation:
        """Is it a code of that table (FHIR's $validate-code)?"""
        return await self.call("ValidateCode", request, terminology_pb2.CodeValidation, token, key)

    async def translate_code(
        self, request: terminology_pb2.TranslateCodeRequest, token: str = "", key: str = ""
    ) -> terminology_pb2.CodeTranslations:
        """What a code is in another system, by the maps in force (FHIR's $translate)."""
        return await self.call("TranslateCode", request, terminology_pb2.CodeTranslations, token, key)

    async def propose_template(
        self, request: compute_pb2.ProposeTemplateRequest, token: str = "", key: str = ""
    ) -> compute_pb2.QueryTemplate:
        """Propose a template of a query, or the next version of one: what is counted, of whom, and how often. Nobody runs it before an operator has endorsed it and a regulator has approved it."""
        return await self.call("ProposeTemplate", request, compute_pb2.QueryTemplate, token, key)

    async def endorse_template(
        self, request: compute_pb2.EndorseTemplateRequest, token: str = "", key: str = ""
    ) -> compute_pb2.QueryTemplate:
        """Endorse a proposed template as it stands, as an operator: a regulator may approve it from now on."""
        return await self.call("EndorseTemplate", request, compute_pb2.QueryTemplate, token, key)

    async def approve_template(
        self, request: compute_pb2.ApproveTemplateRequest, token: str = "", key: str = ""
    ) -> compute_pb2.QueryTemplate:
        """Approve a template that another person has endorsed: its partner may run it from now on. It stands in the place of the version before."""
        return await self.call("ApproveTemplate", request, compute_pb2.QueryTemplate, token, key)

    async def withdraw_template(
        self, request: compute_pb2.WithdrawTemplateRequest, token: str = "", key: str = ""
    ) -> compute_pb2.QueryTemplate:
        """Withdraw a template, or reject one that was only proposed: nothing of it is begun any more."""
        return await self.call("WithdrawTemplate", request, compute_pb2.QueryTemplate, token, key)

    async def list_templates(
        self, request: compute_pb2.ListTemplatesRequest, token: str = "", key: str = ""
    ) -> compute_pb2.TemplatePage:
        """Templates, newest first: a partner's own, or everybody's for who supervises."""
        return await self.call("ListTemplates", request, compute_pb2.TemplatePage, token, key)

    async def request_run(
        self, request: compute_pb2.RequestRunRequest, token: str = "", key: str = ""
    ) -> compute_pb2.QueryRun:
        """Ask for a run of an approved template, over the residents whose consent holds when it runs. Each reads in their log that they were counted, and in what."""
        return await self.call("RequestRun", request, compute_pb2.QueryRun, token, key)

    async def list_runs(
        self, request: compute_pb2.ListRunsRequest, token: str = "", key: str = ""
    ) -> compute_pb2.RunPage:
        """Runs, newest first: a partner's own, or everybody's for who supervises."""
        return await self.call("ListRuns", request, compute_pb2.RunPage, token, key)

    async def read_result(
        self, request: compute_pb2.ReadResultRequest, token: str = "", key: str = ""
    ) -> compute_pb2.RunResult:
        """What a released run came to, signed: for its partner, and for a regulator."""
        return await self.call("ReadResult", request, compute_pb2.RunResult, token, key)

    async def list_device_models(
        self, request: devices_pb2.ListDeviceModelsRequest, token: str = "", key: str = ""
    ) -> devices_pb2.DeviceModelPage:
        """The models of devices that may be bound. What is not approved, its maker and the operator see."""
        return await self.call("ListDeviceModels", request, devices_pb2.DeviceModelPage, token, key)

    async def propose_device_model(
        self, request: devices_pb2.ProposeDeviceModelRequest, token: str = "", key: str = ""
    ) -> devices_pb2.DeviceModel:
        """Propose a model of one's own make, as a maker of devices in good standing. An operator decides."""
        return await self.call("ProposeDeviceModel", request, devices_pb2.DeviceModel, token, key)

    async def decide_device_model(
        self, request: devices_pb2.DecideDeviceModelRequest, token: str = "", key: str = ""
    ) -> devices_pb2.DeviceModel:
        """Let devices of a model be bound, or refuse it with a reason."""
        return await self.call("DecideDeviceModel", request, devices_pb2.DeviceModel, token, key)

    async def bind_device(
        self, request: devices_pb2.BindDeviceRequest, token: str = "", key: str = ""
    ) -> devices_pb2.Device:
        """Bind a device: a resident's own, or that of somebody for whom they act, at once; an institution's for an order that it is serving, once the resident agrees. It brings a key of its own, and proves that it has it."""
        return await self.call("BindDevice", request, devices_pb2.Device, token, key)

    async def answer_device(
        self, request: devices_pb2.AnswerDeviceRequest, token: str = "", key: str = ""
    ) -> devices_pb2.Device:
        """Agree to a device that an institution wants to bind to one, or decline it."""
        return await self.call("AnswerDevice", request, devices_pb2.Device, token, key)

    async def end_device(
        self, request: devices_pb2.EndDeviceRequest, token: str = "", key: str = ""
    ) -> devices_pb2.Device:
        """Take nothing more from a device: it was given back, or lost, or is not theirs. What it measured stays."""
        return await self.call("EndDevice", request, devices_pb2.Device, token, key)

    async def rotate_device_key(
        self, request: devices_pb2.RotateDeviceKeyRequest, token: str = "", key: str = ""
    ) -> devices_pb2.Device:
        """Give a device another key; the one before is good for nothing from then on."""
        return await self.call("RotateDeviceKey", request, devices_pb2.Device, token, key)

    async def revoke_device_key(
        self, request: devices_pb2.RevokeDeviceKeyRequest, token: str = "", key: str = ""
    ) -> devices_pb2.Device:
        """Let a device's key sign no more. It sends nothing until it has another."""
        return await self.call("RevokeDeviceKey", request, devices_pb2.Device, token, key)

    async def list_devices(
        self, request: devices_pb2.ListDevicesRequest, token: str = "", key: str = ""
    ) -> devices_pb2.DevicePage:
        """Devices, newest first: a resident's own or a dependant's; those that the caller's institution bound."""
        return await self.call("ListDevices", request, devices_pb2.DevicePage, token, key)

    async def release_serial(
        self, request: devices_pb2.ReleaseSerialRequest, token: str = "", key: str = ""
    ) -> devices_pb2.ReleasedSerial:
        """End whatever is bound by a serial number of which its owner has shown that it is theirs. Whose it was is not said."""
        return await self.call("ReleaseSerial", request, devices_pb2.ReleasedSerial, token, key)

    async def take_readings(
        self, request: devices_pb2.TakeReadingsRequest, token: str = "", key: str = ""
    ) -> devices_pb2.ReadingsReceipt:
        """Take what a device measured. Nobody is signed in: the body is signed by the device's own key. Each reading is stored, known or refused by itself."""
        return await self.call("TakeReadings", request, devices_pb2.ReadingsReceipt, token, key)

    async def withdraw_device_reading(
        self, request: devices_pb2.WithdrawDeviceReadingRequest, token: str = "", key: str = ""
    ) -> devices_pb2.WithdrawnReading:
        """Withdraw what a device measured: it was somebody else's, or the device was wrong. By its resident, or a practitioner within a consent. It leaves pages, trends and alerts; its versions stay, and the log says who did."""
        return await self.call("WithdrawDeviceReading", request, devices_pb2.WithdrawnReading, token, key)

    async def propose_alert_rule(
        self, request: alert_rules_pb2.ProposeAlertRuleRequest, token: str = "", key: str = ""
    ) -> alert_rules_pb2.AlertRule:
        """Propose a rule on what the devices of those measure who take part in a programme. Another operator decides."""
        return await self.call("ProposeAlertRule", request, alert_rules_pb2.AlertRule, token, key)

    async def watch_patient(
        self, request: alert_rules_pb2.WatchPatientRequest, token: str = "", key: str = ""
    ) -> alert_rules_pb2.PatientRule:
        """Make a rule on what a patient's devices measure, within a consent that covers what it looks at, and for 90 days."""
        return await self.call("WatchPatient", request, alert_rules_pb2.PatientRule, token, key)

    async def decide_alert_rule(
        self, request: alert_rules_pb2.DecideAlertRuleRequest, token: str = "", key: str = ""
    ) -> alert_rules_pb2.AlertRule:
        """Put a rule of a programme in force, or refuse it; not one's own."""
        return await self.call("DecideAlertRule", request, alert_rules_pb2.AlertRule, token, key)

    async def end_alert_rule(
        self, request: alert_rules_pb2.EndAlertRuleRequest, token: str = "", key: str = ""
    ) -> alert_rules_pb2.AlertRule:
        """Let a rule watch nobody any more: a practitioner's own, or for operators one of a programme."""
        return await self.call("EndAlertRule", request, alert_rules_pb2.AlertRule, token, key)

    async def list_alert_rules(
        self, request: alert_rules_pb2.ListAlertRulesRequest, token: str = "", key: str = ""
    ) -> alert_rules_pb2.AlertRulePage:
        """The rules of programmes, newest first."""
        return await self.call("ListAlertRules", request, alert_rules_pb2.AlertRulePage, token, key)

    async def list_patient_rules(
        self, request: alert_rules_pb2.ListPatientRulesRequest, token: str = "", key: str = ""
    ) -> alert_rules_pb2.PatientRulePage:
        """The rules that watch a resident, for themselves; a practitioner's own, with whom each watches. Newest first."""
        return await self.call("ListPatientRules", request, alert_rules_pb2.PatientRulePage, token, key)

    async def set_programme(
        self, request: alert_rules_pb2.SetProgrammeRequest, token: str = "", key: str = ""
    ) -> alert_rules_pb2.Programmes:
        """Say that one takes part in a programme of the city's, whose rules then watch what one's devices measure; or not any more."""
        return await self.call("SetProgramme", request, alert_rules_pb2.Programmes, token, key)

    async def get_programmes(
        self, request: alert_rules_pb2.GetProgrammesRequest, token: str = "", key: str = ""
    ) -> alert_rules_pb2.Programmes:
        """In which programmes of the city's a resident takes part, for themselves."""
        return await self.call("GetProgrammes", request, alert_rules_pb2.Programmes, token, key)

    async def check_programmes(
        self, request: alert_rules_pb2.CheckProgrammesRequest, token: str = "", key: str = ""
    ) -> alert_rules_pb2.Programmes:
        """For ordering, with the word of who orders: in which of these programmes does the one to be served take part? Of others nothing is said, and nobody but the resident and who acts for them in their record is answered."""
        return await self.call("CheckProgrammes", request, alert_rules_pb2.Programmes, token, key)

    async def list_reading_flags(
        self, request: alert_rules_pb2.ListReadingFlagsRequest, token: str = "", key: str = ""
    ) -> alert_rules_pb2.ReadingFlagPage:
        """What broke a rule: for a resident in their own record, for a practitioner as far as a consent covers it. Newest first."""
        return await self.call("ListReadingFlags", request, alert_rules_pb2.ReadingFlagPage, token, key)

    async def note_follow_up(
        self, request: follow_ups_pb2.NoteFollowUpRequest, token: str = "", key: str = ""
    ) -> follow_ups_pb2.FollowUp:
        """Note what is to be done next for a resident, within a consent to look at their visits. It refers them to another where it names a category or an offering. The resident sees it, and is told that there is something."""
        return await self.call("NoteFollowUp", request, follow_ups_pb2.FollowUp, token, key)

    async def list_follow_ups(
        self, request: follow_ups_pb2.ListFollowUpsRequest, token: str = "", key: str = ""
    ) -> follow_ups_pb2.FollowUpPage:
        """What is to be done next: for a resident themselves, for a practitioner as far as a consent covers it. Newest first."""
        return await self.call("ListFollowUps", request, follow_ups_pb2.FollowUpPage, token, key)

    async def list_due_follow_ups(
        self, request: follow_ups_pb2.ListDueFollowUpsRequest, token: str = "", key: str = ""
    ) -> follow_ups_pb2.FollowUpPage:
        """A practitioner's own open follow-ups of those who still let them look, the longest overdue first."""
        return await self.call("ListDueFollowUps", request, follow_ups_pb2.FollowUpPage, token, key)

    async def decline_follow_up(
        self, request: follow_ups_pb2.DeclineFollowUpRequest, token: str = "", key: str = ""
    ) -> follow_ups_pb2.FollowUp:
        """Say that one does not want it. What is booked is cancelled first."""
        return await self.call("DeclineFollowUp", request, follow_ups_pb2.FollowUp, token, key)

    async def close_follow_up(
        self, request: follow_ups_pb2.CloseFollowUpRequest, token: str = "", key: str = ""
    ) -> follow_ups_pb2.FollowUp:
        """Say what was done, as who noted it, within a consent."""
        return await self.call("CloseFollowUp", request, follow_ups_pb2.FollowUp, token, key)
