"""Generated from the contract; do not edit."""

from chassis.client import Client
from yima.consent.v1 import api_pb2
from yima.consent.v1 import indicators_pb2


class ConsentClient(Client):
    """May this party read or compute on this data, for this purpose, now."""

    service = api_pb2.DESCRIPTOR.services_by_name["ConsentApi"]

    async def list_consent_requests(
        self, request: api_pb2.ListConsentRequestsRequest, token: str = "", key: str = ""
    ) -> api_pb2.ConsentRequestPage:
        """Requests made of the caller or their dependants, newest first."""
        return await self.call("ListConsentRequests", request, api_pb2.ConsentRequestPage, token, key)

    async def grant_consent(
        self, request: api_pb2.GrantConsentRequest, token: str = "", key: str = ""
    ) -> api_pb2.ConsentArtefact:
        """Grant a request. The signed artefact is in force from the order's confirmation until the order's end; that of a visit from now on until the visit ends."""
        return await self.call("GrantConsent", request, api_pb2.ConsentArtefact, token, key)

    async def agree_to_order(
        self, request: api_pb2.AgreeToOrderRequest, token: str = "", key: str = ""
    ) -> api_pb2.OrderAgreement:
        """The caller's own word for an order of theirs: what this partner asks for it, as these hashes say, is granted. It may come before the order is heard of here; then it is kept, and counts as soon as the order is."""
        return await self.call("AgreeToOrder", request, api_pb2.OrderAgreement, token, key)

    async def grant_to_app(
        self, request: api_pb2.GrantToAppRequest, token: str = "", key: str = ""
    ) -> api_pb2.ConsentArtefact:
        """The resident's own word for an app of a partner's, for identity as it gives the app its code: it may look, as the resident asked, at these types of information. A consent like any other, in force from now on."""
        return await self.call("GrantToApp", request, api_pb2.ConsentArtefact, token, key)

    async def deny_consent(
        self, request: api_pb2.DenyConsentRequest, token: str = "", key: str = ""
    ) -> api_pb2.ConsentRequest:
        """Deny a request."""
        return await self.call("DenyConsent", request, api_pb2.ConsentRequest, token, key)

    async def list_consents(
        self, request: api_pb2.ListConsentsRequest, token: str = "", key: str = ""
    ) -> api_pb2.ConsentPage:
        """Artefacts: a resident's own and their dependants'; those a partner holds; of one resident for the regulator."""
        return await self.call("ListConsents", request, api_pb2.ConsentPage, token, key)

    async def revoke_consent(
        self, request: api_pb2.RevokeConsentRequest, token: str = "", key: str = ""
    ) -> api_pb2.ConsentArtefact:
        """Revoke an artefact: no decision after the answer permits, and nothing is released any more on one from before."""
        return await self.call("RevokeConsent", request, api_pb2.ConsentArtefact, token, key)

    async def export_consent(
        self, request: api_pb2.ExportConsentRequest, token: str = "", key: str = ""
    ) -> api_pb2.ConsentDocument:
        """A consent as a FHIR R4 Consent, signed: one's own or a dependant's; anybody's for the regulator."""
        return await self.call("ExportConsent", request, api_pb2.ConsentDocument, token, key)

    async def offer_consent(
        self, request: api_pb2.OfferConsentRequest, token: str = "", key: str = ""
    ) -> api_pb2.ConsentRequest:
        """Offer a resident to consent to what a FHIR R4 Consent says: by an institution that serves them, or by their own app. It grants nothing: the resident is asked, whatever the document says of its status."""
        return await self.call("OfferConsent", request, api_pb2.ConsentRequest, token, key)

    async def list_consent_offers(
        self, request: api_pb2.ListConsentOffersRequest, token: str = "", key: str = ""
    ) -> api_pb2.ConsentRequestPage:
        """What residents were offered for the caller's institution by FHIR Consents, and what came of it; newest first."""
        return await self.call("ListConsentOffers", request, api_pb2.ConsentRequestPage, token, key)

    async def list_erasures(
        self, request: api_pb2.ListErasuresRequest, token: str = "", key: str = ""
    ) -> api_pb2.ErasurePage:
        """What partners keep under consents and have to erase, by the moment it is due: a partner's own; everybody's, or one partner's, for operator and regulator."""
        return await self.call("ListErasures", request, api_pb2.ErasurePage, token, key)

    async def attest_erasure(
        self, request: api_pb2.AttestErasureRequest, token: str = "", key: str = ""
    ) -> api_pb2.Erasure:
        """Attest that what was kept under a consent that has ended is erased. The answer carries a signed receipt."""
        return await self.call("AttestErasure", request, api_pb2.Erasure, token, key)

    async def decide(
        self, request: api_pb2.DecideRequest, token: str = "", key: str = ""
    ) -> api_pb2.Decision:
        """Decide whether the caller may use a resident's data, and write the decision to the access log."""
        return await self.call("Decide", request, api_pb2.Decision, token, key)

    async def decide_each(
        self, request: api_pb2.DecideEachRequest, token: str = "", key: str = ""
    ) -> api_pb2.Decisions:
        """Decide for several residents at once, as Decide does for one; each decision is in the log of whom it is about."""
        return await self.call("DecideEach", request, api_pb2.Decisions, token, key)

    async def decide_ingest(
        self, request: api_pb2.DecideIngestRequest, token: str = "", key: str = ""
    ) -> api_pb2.Decision:
        """Decide whether the caller may add to a resident's record, and write it to the access log: a partner in standing that serves the resident by a confirmed order, or has scanned their code within the hour."""
        return await self.call("DecideIngest", request, api_pb2.Decision, token, key)

    async def decide_ingests(
        self, request: api_pb2.DecideIngestsRequest, token: str = "", key: str = ""
    ) -> api_pb2.IngestDecisions:
        """For records: the same decisions for the lines of a batch, whose sender records vouches for by a token that it has signed. Each is in the access log as if the sender had asked."""
        return await self.call("DecideIngests", request, api_pb2.IngestDecisions, token, key)

    async def decide_computation(
        self, request: api_pb2.DecideComputationRequest, token: str = "", key: str = ""
    ) -> api_pb2.ComputationDecisions:
        """For records: who may be counted in a run of a query now, some residents at once. Whose run it is, records says by a token that it has signed. Each decision is in the resident's access log, with the run and what they are counted in."""
        return await self.call("DecideComputation", request, api_pb2.ComputationDecisions, token, key)

    async def break_glass(
        self, request: api_pb2.BreakGlassRequest, token: str = "", key: str = ""
    ) -> api_pb2.Emergency:
        """Break the glass: in an emergency, open a resident's record to the caller without their word, with a reason. It is told the resident at once, reviewed by the caller's institution and audited by the regulator; few a day."""
        return await self.call("BreakGlass", request, api_pb2.Emergency, token, key)

    async def list_emergencies(
        self, request: api_pb2.ListEmergenciesRequest, token: str = "", key: str = ""
    ) -> api_pb2.EmergencyPage:
        """Emergencies: a resident's own and their dependants'; those of the caller's institution; everybody's for the regulator. Newest first."""
        return await self.call("ListEmergencies", request, api_pb2.EmergencyPage, token, key)

    async def review_emergency(
        self, request: api_pb2.ReviewEmergencyRequest, token: str = "", key: str = ""
    ) -> api_pb2.Emergency:
        """Review an emergency of one's own institution, or audit anybody's as the regulator: once each, within its deadline. One that was not justified is shut at once."""
        return await self.call("ReviewEmergency", request, api_pb2.Emergency, token, key)

    async def enter_legal_basis(
        self, request: api_pb2.EnterLegalBasisRequest, token: str = "", key: str = ""
    ) -> api_pb2.LegalBasis:
        """Enter a legal basis other than consent, such as a statute: what it lets whom see of everybody. It is in force once a regulator has signed it."""
        return await self.call("EnterLegalBasis", request, api_pb2.LegalBasis, token, key)

    async def sign_legal_basis(
        self, request: api_pb2.SignLegalBasisRequest, token: str = "", key: str = ""
    ) -> api_pb2.LegalBasis:
        """Sign a legal basis that an operator has entered, as it stands: it is in force from now on."""
        return await self.call("SignLegalBasis", request, api_pb2.LegalBasis, token, key)

    async def end_legal_basis(
        self, request: api_pb2.EndLegalBasisRequest, token: str = "", key: str = ""
    ) -> api_pb2.LegalBasis:
        """End a legal basis, or withdraw one that nobody has signed: no decision after the answer permits by it."""
        return await self.call("EndLegalBasis", request, api_pb2.LegalBasis, token, key)

    async def list_legal_bases(
        self, request: api_pb2.ListLegalBasesRequest, token: str = "", key: str = ""
    ) -> api_pb2.LegalBasisPage:
        """Every legal basis there is or was, newest first: laws are no secret."""
        return await self.call("ListLegalBases", request, api_pb2.LegalBasisPage, token, key)

    async def propose_project(
        self, request: api_pb2.ProposeProjectRequest, token: str = "", key: str = ""
    ) -> api_pb2.Project:
        """Propose a project of research or public health of the caller's institution, as it is to be approved: what it is for, which information it asks residents for, how, and for how long."""
        return await self.call("ProposeProject", request, api_pb2.Project, token, key)

    async def endorse_project(
        self, request: api_pb2.EndorseProjectRequest, token: str = "", key: str = ""
    ) -> api_pb2.Project:
        """Endorse a project that an institution has proposed, as an operator: a regulator may approve it from now on."""
        return await self.call("EndorseProject", request, api_pb2.Project, token, key)

    async def approve_project(
        self, request: api_pb2.ApproveProjectRequest, token: str = "", key: str = ""
    ) -> api_pb2.Project:
        """Approve a project that another person has endorsed: residents may join it from now on, until its term is over."""
        return await self.call("ApproveProject", request, api_pb2.Project, token, key)

    async def end_project(
        self, request: api_pb2.EndProjectRequest, token: str = "", key: str = ""
    ) -> api_pb2.Project:
        """End a project, withdraw it, or reject one that was only proposed: no decision after the answer permits by what residents consented to for it."""
        return await self.call("EndProject", request, api_pb2.Project, token, key)

    async def list_projects(
        self, request: api_pb2.ListProjectsRequest, token: str = "", key: str = ""
    ) -> api_pb2.ProjectPage:
        """Projects, newest first: those that were approved at some time, for everybody; proposed ones for the institution that proposed them, for operators and regulators."""
        return await self.call("ListProjects", request, api_pb2.ProjectPage, token, key)

    async def join_project(
        self, request: api_pb2.JoinProjectRequest, token: str = "", key: str = ""
    ) -> api_pb2.ConsentArtefact:
        """Join an approved project: the caller's own consent, or for a dependant, to what it asks for as it stands. It ends with the project, and may be revoked as any other."""
        return await self.call("JoinProject", request, api_pb2.ConsentArtefact, token, key)

    async def explain_access(
        self, request: api_pb2.ExplainAccessRequest, token: str = "", key: str = ""
    ) -> api_pb2.AccessExplanation:
        """Why a partner may, or may not, use a resident's data now, and what would change it: for the resident and whoever acts for them, for the partner itself as far as what it holds says, and for the regulator. It decides nothing."""
        return await self.call("ExplainAccess", request, api_pb2.AccessExplanation, token, key)

    async def list_visits(
        self, request: api_pb2.ListVisitsRequest, token: str = "", key: str = ""
    ) -> api_pb2.ConsentRequestPage:
        """Visits: what scans of residents' codes offered the caller's institution, and what came of it; newest first."""
        return await self.call("ListVisits", request, api_pb2.ConsentRequestPage, token, key)

    async def set_visit_rule(
        self, request: api_pb2.SetVisitRuleRequest, token: str = "", key: str = ""
    ) -> api_pb2.VisitRule:
        """Set a rule of the caller's or a dependant's: a scan that fits it opens the record for the visit, and nobody is asked."""
        return await self.call("SetVisitRule", request, api_pb2.VisitRule, token, key)

    async def list_visit_rules(
        self, request: api_pb2.ListVisitRulesRequest, token: str = "", key: str = ""
    ) -> api_pb2.VisitRulePage:
        """The rules of the caller and their dependants, newest first; those that have ended too."""
        return await self.call("ListVisitRules", request, api_pb2.VisitRulePage, token, key)

    async def end_visit_rule(
        self, request: api_pb2.EndVisitRuleRequest, token: str = "", key: str = ""
    ) -> api_pb2.VisitRule:
        """End a rule: no scan is granted by it any more. What it granted before stays, until the visit ends or it is revoked."""
        return await self.call("EndVisitRule", request, api_pb2.VisitRule, token, key)

    async def learn_standing(
        self, request: api_pb2.LearnStandingRequest, token: str = "", key: str = ""
    ) -> api_pb2.LearnedStanding:
        """For partners, with the token of who suspends or freezes: ask now how a partner or a practitioner stands. Once it is answered no decision goes by what was so before."""
        return await self.call("LearnStanding", request, api_pb2.LearnedStanding, token, key)

    async def list_access_log(
        self, request: api_pb2.ListAccessLogRequest, token: str = "", key: str = ""
    ) -> api_pb2.AccessLogPage:
        """Who asked for a resident's data or added to it, when, for what, and the answer; newest first. Refusals alike, of one asker on one day, are one entry. Entries of the kind CITY are about no resident, and everybody's to read."""
        return await self.call("ListAccessLog", request, api_pb2.AccessLogPage, token, key)

    async def list_data_indicators(
        self, request: indicators_pb2.ListDataIndicatorsRequest, token: str = "", key: str = ""
    ) -> indicators_pb2.DataIndicators:
        """How data is used, month by month: counted once when a month is over, and of ten residents or more alone."""
        return await self.call("ListDataIndicators", request, indicators_pb2.DataIndicators, token, key)

    async def check_access_log(
        self, request: api_pb2.CheckAccessLogRequest, token: str = "", key: str = ""
    ) -> api_pb2.AccessLogCheck:
        """Compute the access log's tree again from its entries, and say whether it is the one that was signed."""
        return await self.call("CheckAccessLog", request, api_pb2.AccessLogCheck, token, key)

    async def get_log_checkpoint(
        self, request: api_pb2.GetLogCheckpointRequest, token: str = "", key: str = ""
    ) -> api_pb2.LogCheckpoint:
        """The signed word of how large the access log's tree is, and of its root. It tells nothing of anybody."""
        return await self.call("GetLogCheckpoint", request, api_pb2.LogCheckpoint, token, key)

    async def get_log_consistency(
        self, request: api_pb2.GetLogConsistencyRequest, token: str = "", key: str = ""
    ) -> api_pb2.LogConsistency:
        """The path that shows that one tree of the access log is the beginning of a later one."""
        return await self.call("GetLogConsistency", request, api_pb2.LogConsistency, token, key)

    async def get_log_tile(
        self, request: api_pb2.GetLogTileRequest, token: str = "", key: str = ""
    ) -> api_pb2.LogTile:
        """Hashes of the access log's tree, as C2SP tlog-tiles has them: what witnesses and verifiers work proofs out of."""
        return await self.call("GetLogTile", request, api_pb2.LogTile, token, key)

    async def get_log_inclusion(
        self, request: api_pb2.GetLogInclusionRequest, token: str = "", key: str = ""
    ) -> api_pb2.LogInclusion:
        """An entry as it was hashed, and the path that shows that it is in the tree: a resident's own or a dependant's, or one that concerns everybody; any for the regulator."""
        return await self.call("GetLogInclusion", request, api_pb2.LogInclusion, token, key)

    async def cosign_log_checkpoint(
        self, request: api_pb2.CosignLogCheckpointRequest, token: str = "", key: str = ""
    ) -> api_pb2.LogCheckpoint:
        """Take a witness's signature beneath a checkpoint. Its key is known here; the signature says who it is."""
        return await self.call("CosignLogCheckpoint", request, api_pb2.LogCheckpoint, token, key)
