"""Generated from the contract; do not edit."""

from chassis.client import Client
from yima.partners.v1 import api_pb2


class PartnersClient(Client):
    """May this partner publish, sell, read data, be paid."""

    service = api_pb2.DESCRIPTOR.services_by_name["PartnersApi"]

    async def apply(
        self, request: api_pb2.ApplyRequest, token: str = "", key: str = ""
    ) -> api_pb2.Partner:
        """Apply to become a partner, with a manifest; the caller's institution is the applicant."""
        return await self.call("Apply", request, api_pb2.Partner, token, key)

    async def get_partner(
        self, request: api_pb2.GetPartnerRequest, token: str = "", key: str = ""
    ) -> api_pb2.Partner:
        """One partner in full: for its own staff, the operator and the regulator."""
        return await self.call("GetPartner", request, api_pb2.Partner, token, key)

    async def list_partners(
        self, request: api_pb2.ListPartnersRequest, token: str = "", key: str = ""
    ) -> api_pb2.PartnerPage:
        """All partners, newest first, optionally of one status, kind, district or name."""
        return await self.call("ListPartners", request, api_pb2.PartnerPage, token, key)

    async def list_partner_levels(
        self, request: api_pb2.ListPartnerLevelsRequest, token: str = "", key: str = ""
    ) -> api_pb2.PartnerLevels:
        """On which of the four levels of data each active partner takes part now, with its kind and districts."""
        return await self.call("ListPartnerLevels", request, api_pb2.PartnerLevels, token, key)

    async def get_partner_funnel(
        self, request: api_pb2.GetPartnerFunnelRequest, token: str = "", key: str = ""
    ) -> api_pb2.PartnerFunnel:
        """How far a partner has come from its application to its first offering on sale: days in each step, who waits for whom."""
        return await self.call("GetPartnerFunnel", request, api_pb2.PartnerFunnel, token, key)

    async def get_city_funnel(
        self, request: api_pb2.GetCityFunnelRequest, token: str = "", key: str = ""
    ) -> api_pb2.CityFunnel:
        """The same of all partners: medians of each step, and who is under way, those first that have been in their step for longest."""
        return await self.call("GetCityFunnel", request, api_pb2.CityFunnel, token, key)

    async def get_profiles(
        self, request: api_pb2.GetProfilesRequest, token: str = "", key: str = ""
    ) -> api_pb2.Profiles:
        """What the public may know of several partners at once; unknown ids are left out."""
        return await self.call("GetProfiles", request, api_pb2.Profiles, token, key)

    async def get_checklist(
        self, request: api_pb2.GetChecklistRequest, token: str = "", key: str = ""
    ) -> api_pb2.Checklist:
        """What a partner of a kind is screened by: the city's checklist for it, and how much of it is enough."""
        return await self.call("GetChecklist", request, api_pb2.Checklist, token, key)

    async def add_evidence(
        self, request: api_pb2.AddEvidenceRequest, token: str = "", key: str = ""
    ) -> api_pb2.Partner:
        """Hand in more evidence, as what is to be mended asks for, or before a review. It stands beside what there is."""
        return await self.call("AddEvidence", request, api_pb2.Partner, token, key)

    async def issue_conformance_result(
        self, request: api_pb2.IssueConformanceResultRequest, token: str = "", key: str = ""
    ) -> api_pb2.ConformanceResult:
        """Have the city sign that a system of the caller's partner passed a run of the checks of conformance, as notifications observed it. It stands among the partner's evidence of technology from then on. Asked again, it is the same."""
        return await self.call("IssueConformanceResult", request, api_pb2.ConformanceResult, token, key)

    async def decide_screening(
        self, request: api_pb2.DecideScreeningRequest, token: str = "", key: str = ""
    ) -> api_pb2.Partner:
        """Decide an application's screening by the checklist of its kind. The outcome follows from the answers."""
        return await self.call("DecideScreening", request, api_pb2.Partner, token, key)

    async def review_partner(
        self, request: api_pb2.ReviewPartnerRequest, token: str = "", key: str = ""
    ) -> api_pb2.Partner:
        """Review a partner that was let through, in all areas or some, by the checklist of its kind. It takes nothing away that is in force. Certificates are issued in areas whose newest review is passed and recent."""
        return await self.call("ReviewPartner", request, api_pb2.Partner, token, key)

    async def issue_certificates(
        self, request: api_pb2.IssueCertificatesRequest, token: str = "", key: str = ""
    ) -> api_pb2.Partner:
        """Issue certificates in one or more of the five aspects. In those that touch data, which the city's pack names, a certificate is proposed by this, and in force once a regulator has co-signed it."""
        return await self.call("IssueCertificates", request, api_pb2.Partner, token, key)

    async def cosign_certificate(
        self, request: api_pb2.CosignCertificateRequest, token: str = "", key: str = ""
    ) -> api_pb2.Partner:
        """Co-sign a certificate that an operator proposed: it is in force from now on."""
        return await self.call("CosignCertificate", request, api_pb2.Partner, token, key)

    async def revoke_certificate(
        self, request: api_pb2.RevokeCertificateRequest, token: str = "", key: str = ""
    ) -> api_pb2.Partner:
        """Revoke a certificate that is in force: it counts for nothing from now on. The reason is in the public registry. Another is issued on a review of after this. The answer waits until decisions about data go by it."""
        return await self.call("RevokeCertificate", request, api_pb2.Partner, token, key)

    async def get_certificate_registry(
        self, request: api_pb2.GetCertificateRegistryRequest, token: str = "", key: str = ""
    ) -> api_pb2.CertificateRegistry:
        """The certificate registry, signed: who is certified in what, until when, and what was revoked. Whoever keeps it and the published keys verifies it offline."""
        return await self.call("GetCertificateRegistry", request, api_pb2.CertificateRegistry, token, key)

    async def offer_contract(
        self, request: api_pb2.OfferContractRequest, token: str = "", key: str = ""
    ) -> api_pb2.Partner:
        """Offer a contract with a split plan to a certified partner."""
        return await self.call("OfferContract", request, api_pb2.Partner, token, key)

    async def sign_contract(
        self, request: api_pb2.SignContractRequest, token: str = "", key: str = ""
    ) -> api_pb2.Partner:
        """Sign the contract on offer; the partner becomes active, unless it is suspended: then nothing is signed."""
        return await self.call("SignContract", request, api_pb2.Partner, token, key)

    async def suspend(
        self, request: api_pb2.SuspendRequest, token: str = "", key: str = ""
    ) -> api_pb2.Partner:
        """Suspend a partner: its offerings leave the catalog, open orders finish, payouts stop. A regulator may take over an operator's suspension."""
        return await self.call("Suspend", request, api_pb2.Partner, token, key)

    async def reinstate(
        self, request: api_pb2.ReinstateRequest, token: str = "", key: str = ""
    ) -> api_pb2.Partner:
        """Reinstate a suspended partner. What a regulator suspended, only a regulator reinstates."""
        return await self.call("Reinstate", request, api_pb2.Partner, token, key)

    async def open_appeal(
        self, request: api_pb2.OpenAppealRequest, token: str = "", key: str = ""
    ) -> api_pb2.Appeal:
        """Appeal against the newest step of the caller's partner: that its application was rejected, or that it was suspended. Once a step, within the days that the city's pack says. Other people than who took the step decide it."""
        return await self.call("OpenAppeal", request, api_pb2.Appeal, token, key)

    async def decide_appeal(
        self, request: api_pb2.DecideAppealRequest, token: str = "", key: str = ""
    ) -> api_pb2.Appeal:
        """Give a voice on an appeal, once a person, and never on a step of one's own. Against an operator's step two equal voices decide, of operators or regulators, and a third where two differ; against a regulator's another regulator does."""
        return await self.call("DecideAppeal", request, api_pb2.Appeal, token, key)

    async def list_appeals(
        self, request: api_pb2.ListAppealsRequest, token: str = "", key: str = ""
    ) -> api_pb2.AppealPage:
        """Appeals, newest first, or those that wait for a decision."""
        return await self.call("ListAppeals", request, api_pb2.AppealPage, token, key)

    async def begin_offboarding(
        self, request: api_pb2.BeginOffboardingRequest, token: str = "", key: str = ""
    ) -> api_pb2.Partner:
        """Begin to leave the city: the partner's sale stops within a moment. The steps after that are taken in their order, each when nothing is left before it."""
        return await self.call("BeginOffboarding", request, api_pb2.Partner, token, key)

    async def advance_offboarding(
        self, request: api_pb2.AdvanceOffboardingRequest, token: str = "", key: str = ""
    ) -> api_pb2.Partner:
        """Take the next step of leaving. The partner takes the steps until its data is erased; what is left is asked of the services that know. An operator takes the last: the certificates end, and nothing brings them back."""
        return await self.call("AdvanceOffboarding", request, api_pb2.Partner, token, key)

    async def stop_offboarding(
        self, request: api_pb2.StopOffboardingRequest, token: str = "", key: str = ""
    ) -> api_pb2.Partner:
        """Stay after all, any time before the certificates end."""
        return await self.call("StopOffboarding", request, api_pb2.Partner, token, key)

    async def impose_freeze(
        self, request: api_pb2.ImposeFreezeRequest, token: str = "", key: str = ""
    ) -> api_pb2.Freeze:
        """Freeze what a partner, an offering, a practitioner or an account may do, under a case number. The answer waits until decisions about data go by it. A freeze stands beside the partner's status and changes nothing of it."""
        return await self.call("ImposeFreeze", request, api_pb2.Freeze, token, key)

    async def lift_freeze(
        self, request: api_pb2.LiftFreezeRequest, token: str = "", key: str = ""
    ) -> api_pb2.Freeze:
        """Lift a freeze, with the reason. What it took away is back at once, unless another freeze or the standing keeps it."""
        return await self.call("LiftFreeze", request, api_pb2.Freeze, token, key)

    async def list_freezes(
        self, request: api_pb2.ListFreezesRequest, token: str = "", key: str = ""
    ) -> api_pb2.FreezePage:
        """Freezes, newest first, those that were lifted too: all for operator and regulator; of a partner its own, those of its offerings, its practitioners and its staff's accounts."""
        return await self.call("ListFreezes", request, api_pb2.FreezePage, token, key)

    async def list_frozen(
        self, request: api_pb2.ListFrozenRequest, token: str = "", key: str = ""
    ) -> api_pb2.Frozen:
        """For our own processes: what is frozen now besides partners, by id. It says neither why nor by whom."""
        return await self.call("ListFrozen", request, api_pb2.Frozen, token, key)

    async def create_api_key(
        self, request: api_pb2.CreateApiKeyRequest, token: str = "", key: str = ""
    ) -> api_pb2.ApiKey:
        """Create an API key for the caller's systems; the secret is shown this once. Only people of the staff make keys."""
        return await self.call("CreateApiKey", request, api_pb2.ApiKey, token, key)

    async def list_api_keys(
        self, request: api_pb2.ListApiKeysRequest, token: str = "", key: str = ""
    ) -> api_pb2.ApiKeys:
        """The caller's API keys, newest first, those that are over too."""
        return await self.call("ListApiKeys", request, api_pb2.ApiKeys, token, key)

    async def check_api_key(
        self, request: api_pb2.CheckApiKeyRequest, token: str = "", key: str = ""
    ) -> api_pb2.ApiKeyHolder:
        """For identity, when a system signs in: whose key this is, while it is good and its partner is active."""
        return await self.call("CheckApiKey", request, api_pb2.ApiKeyHolder, token, key)

    async def get_key_set(
        self, request: api_pb2.GetKeySetRequest, token: str = "", key: str = ""
    ) -> api_pb2.KeySet:
        """For identity, before it believes that a system has signed something: the public keys of an API key that has some."""
        return await self.call("GetKeySet", request, api_pb2.KeySet, token, key)

    async def get_app(
        self, request: api_pb2.GetAppRequest, token: str = "", key: str = ""
    ) -> api_pb2.App:
        """For identity, when an app asks a resident for their word: which app this is, while it is good and its partner is active."""
        return await self.call("GetApp", request, api_pb2.App, token, key)

    async def check_api_keys(
        self, request: api_pb2.CheckApiKeysRequest, token: str = "", key: str = ""
    ) -> api_pb2.GoodApiKeys:
        """For identity: which of these keys are good now. It tells of nobody."""
        return await self.call("CheckApiKeys", request, api_pb2.GoodApiKeys, token, key)

    async def put_signing_key(
        self, request: api_pb2.PutSigningKeyRequest, token: str = "", key: str = ""
    ) -> api_pb2.SigningKey:
        """Register the public key the caller's systems sign statements with; it takes the place of the one before."""
        return await self.call("PutSigningKey", request, api_pb2.SigningKey, token, key)

    async def rotate_api_key(
        self, request: api_pb2.RotateApiKeyRequest, token: str = "", key: str = ""
    ) -> api_pb2.ApiKey:
        """Make a new API key like one of the caller's, which goes on for a while: systems change over without a pause."""
        return await self.call("RotateApiKey", request, api_pb2.ApiKey, token, key)

    async def revoke_api_key(
        self, request: api_pb2.RevokeApiKeyRequest, token: str = "", key: str = ""
    ) -> api_pb2.ApiKey:
        """Revoke one of the caller's API keys."""
        return await self.call("RevokeApiKey", request, api_pb2.ApiKey, token, key)

    async def propose_bank_account(
        self, request: api_pb2.ProposeBankAccountRequest, token: str = "", key: str = ""
    ) -> api_pb2.BankAccountChange:
        """Propose another account for payouts. Another person of the partner confirms it; payouts go to the old one until the city's cooling time is over."""
        return await self.call("ProposeBankAccount", request, api_pb2.BankAccountChange, token, key)

    async def confirm_bank_account(
        self, request: api_pb2.ConfirmBankAccountRequest, token: str = "", key: str = ""
    ) -> api_pb2.BankAccountChange:
        """Confirm an account that a colleague proposed. From now on its cooling time runs."""
        return await self.call("ConfirmBankAccount", request, api_pb2.BankAccountChange, token, key)

    async def stop_bank_account_change(
        self, request: api_pb2.StopBankAccountChangeRequest, token: str = "", key: str = ""
    ) -> api_pb2.BankAccountChange:
        """Stop a change before it is in force: any of the partner's people who may propose one, or an operator."""
        return await self.call("StopBankAccountChange", request, api_pb2.BankAccountChange, token, key)

    async def list_bank_account_changes(
        self, request: api_pb2.ListBankAccountChangesRequest, token: str = "", key: str = ""
    ) -> api_pb2.BankAccountChangePage:
        """Changes of bank accounts, newest first, those that are over too: a partner's own; for operator and regulator all."""
        return await self.call("ListBankAccountChanges", request, api_pb2.BankAccountChangePage, token, key)

    async def request_upload(
        self, request: api_pb2.RequestUploadRequest, token: str = "", key: str = ""
    ) -> api_pb2.DocumentLink:
        """Announce a document; it is then sent, as it is, to the path that comes back."""
        return await self.call("RequestUpload", request, api_pb2.DocumentLink, token, key)

    async def get_document(
        self, request: api_pb2.GetDocumentRequest, token: str = "", key: str = ""
    ) -> api_pb2.DocumentLink:
        """A path from which a document can be fetched for some minutes."""
        return await self.call("GetDocument", request, api_pb2.DocumentLink, token, key)
