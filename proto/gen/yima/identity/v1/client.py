"""Generated from the contract; do not edit."""

from chassis.client import Client
from yima.identity.v1 import accounts_pb2
from yima.identity.v1 import api_pb2
from yima.identity.v1 import cities_pb2
from yima.identity.v1 import guardianships_pb2
from yima.identity.v1 import passkeys_pb2
from yima.identity.v1 import providers_pb2


class IdentityClient(Client):
    """Who is this; is this code genuine, fresh and unused."""

    service = api_pb2.DESCRIPTOR.services_by_name["IdentityApi"]

    async def register_resident(
        self, request: api_pb2.RegisterResidentRequest, token: str = "", key: str = ""
    ) -> api_pb2.Resident:
        """Register a resident and the account that signs in for them. Where codes are sent, nobody is told that a login is taken: the answer is the same, its owner gets a message instead of a code, and nothing is registered."""
        return await self.call("RegisterResident", request, api_pb2.Resident, token, key)

    async def confirm_registration(
        self, request: api_pb2.ConfirmRegistrationRequest, token: str = "", key: str = ""
    ) -> api_pb2.Contact:
        """Give the code that was sent to the login's address: until then nobody signs in with it, and in a day it is free again."""
        return await self.call("ConfirmRegistration", request, api_pb2.Contact, token, key)

    async def add_dependant(
        self, request: api_pb2.AddDependantRequest, token: str = "", key: str = ""
    ) -> api_pb2.Resident:
        """Add a minor for whom the signed-in resident acts as guardian until they come of age."""
        return await self.call("AddDependant", request, api_pb2.Resident, token, key)

    async def prove_resident(
        self, request: api_pb2.ProveResidentRequest, token: str = "", key: str = ""
    ) -> api_pb2.Resident:
        """Prove who the caller or a dependant is, by an identity number that the register of people confirms. The number itself is kept nowhere. Tokens say who is proven from the next one on."""
        return await self.call("ProveResident", request, api_pb2.Resident, token, key)

    async def correct_resident(
        self, request: api_pb2.CorrectResidentRequest, token: str = "", key: str = ""
    ) -> api_pb2.Resident:
        """Correct a name or a birth date that was mistyped, the caller's or a dependant's: a few times, until it is proven who they are. Afterwards, or to make a dependant younger, with the identity number: the register of people confirms it."""
        return await self.call("CorrectResident", request, api_pb2.Resident, token, key)

    async def set_home_district(
        self, request: api_pb2.SetHomeDistrictRequest, token: str = "", key: str = ""
    ) -> api_pb2.Resident:
        """Say in which of the city's districts the caller or a dependant lives, where the register of people does not say it. Said again once in thirty days; what the register said is not for anybody to say otherwise."""
        return await self.call("SetHomeDistrict", request, api_pb2.Resident, token, key)

    async def check_proven(
        self, request: api_pb2.CheckProvenRequest, token: str = "", key: str = ""
    ) -> api_pb2.ProvenCheck:
        """For records: is a resident proven to be who they say?"""
        return await self.call("CheckProven", request, api_pb2.ProvenCheck, token, key)

    async def release_contact(
        self, request: api_pb2.ReleaseContactRequest, token: str = "", key: str = ""
    ) -> api_pb2.ReleasedContact:
        """Who comes: name, age and telephone of a resident, for a partner of whose order a consent in force covers `contact`. That it was released, and to whom, is in the resident's access log."""
        return await self.call("ReleaseContact", request, api_pb2.ReleasedContact, token, key)

    async def propose_guardianship(
        self, request: guardianships_pb2.ProposeGuardianshipRequest, token: str = "", key: str = ""
    ) -> guardianships_pb2.GuardianshipProposal:
        """Propose that somebody who is registered acts for another: a daughter for her mother, a second parent for a child. The other one confirms it; for a minor, a guardian they have. Where nobody can, an operator decides by documents."""
        return await self.call("ProposeGuardianship", request, guardianships_pb2.GuardianshipProposal, token, key)

    async def confirm_guardianship(
        self, request: guardianships_pb2.ConfirmGuardianshipRequest, token: str = "", key: str = ""
    ) -> guardianships_pb2.GuardianshipProposal:
        """Confirm what another person proposed. The guardian acts from their next token on."""
        return await self.call("ConfirmGuardianship", request, guardianships_pb2.GuardianshipProposal, token, key)

    async def decline_guardianship(
        self, request: guardianships_pb2.DeclineGuardianshipRequest, token: str = "", key: str = ""
    ) -> guardianships_pb2.GuardianshipProposal:
        """Decline what another person proposed, or take back what the caller did."""
        return await self.call("DeclineGuardianship", request, guardianships_pb2.GuardianshipProposal, token, key)

    async def decide_guardianship(
        self, request: guardianships_pb2.DecideGuardianshipRequest, token: str = "", key: str = ""
    ) -> guardianships_pb2.GuardianshipProposal:
        """Decide a proposal by its documents, with a reason: nobody is made a guardian by their own word."""
        return await self.call("DecideGuardianship", request, guardianships_pb2.GuardianshipProposal, token, key)

    async def list_guardianship_proposals(
        self, request: guardianships_pb2.ListGuardianshipProposalsRequest, token: str = "", key: str = ""
    ) -> guardianships_pb2.GuardianshipProposalPage:
        """Proposals that the caller is part of or asked about, newest first; for operator and regulator those with documents."""
        return await self.call("ListGuardianshipProposals", request, guardianships_pb2.GuardianshipProposalPage, token, key)

    async def list_guardianships(
        self, request: guardianships_pb2.ListGuardianshipsRequest, token: str = "", key: str = ""
    ) -> guardianships_pb2.GuardianshipPage:
        """Who acts for the caller and for whom the caller acts, newest first; of anybody for operator and regulator."""
        return await self.call("ListGuardianships", request, guardianships_pb2.GuardianshipPage, token, key)

    async def end_guardianship(
        self, request: api_pb2.EndGuardianshipRequest, token: str = "", key: str = ""
    ) -> api_pb2.Guardianship:
        """End a guardianship: the guardian theirs; an adult dependant one that they agreed to; an operator anybody's. The guardian has to sign in again."""
        return await self.call("EndGuardianship", request, api_pb2.Guardianship, token, key)

    async def register_institution(
        self, request: api_pb2.RegisterInstitutionRequest, token: str = "", key: str = ""
    ) -> api_pb2.Institution:
        """Register an institution and its first staff account; the institution may then apply as a partner."""
        return await self.call("RegisterInstitution", request, api_pb2.Institution, token, key)

    async def get_institutions(
        self, request: api_pb2.GetInstitutionsRequest, token: str = "", key: str = ""
    ) -> api_pb2.Institutions:
        """Several institutions by id, as they call themselves; unknown ids are left out."""
        return await self.call("GetInstitutions", request, api_pb2.Institutions, token, key)

    async def register_practitioner(
        self, request: api_pb2.RegisterPractitionerRequest, token: str = "", key: str = ""
    ) -> api_pb2.Practitioner:
        """Register a practitioner at the caller's institution."""
        return await self.call("RegisterPractitioner", request, api_pb2.Practitioner, token, key)

    async def end_practitioner_registration(
        self, request: api_pb2.EndPractitionerRegistrationRequest, token: str = "", key: str = ""
    ) -> api_pb2.Practitioner:
        """End a practitioner's registration, e.g. of one who leaves the institution: their sessions end at once and nobody signs in for them any more. Their licence number and login are free again; scans made before stay good."""
        return await self.call("EndPractitionerRegistration", request, api_pb2.Practitioner, token, key)

    async def check_licence(
        self, request: api_pb2.CheckLicenceRequest, token: str = "", key: str = ""
    ) -> api_pb2.Practitioner:
        """Have the register of licences asked about a practitioner's now, e.g. where something was put right there. It is asked by itself, too: when they are registered, and every day."""
        return await self.call("CheckLicence", request, api_pb2.Practitioner, token, key)

    async def list_practitioners(
        self, request: api_pb2.ListPractitionersRequest, token: str = "", key: str = ""
    ) -> api_pb2.PractitionerPage:
        """Who practises at an institution, the latest first: a partner's own; anybody's for operator and regulator."""
        return await self.call("ListPractitioners", request, api_pb2.PractitionerPage, token, key)

    async def sign_in(
        self, request: api_pb2.SignInRequest, token: str = "", key: str = ""
    ) -> api_pb2.AccessToken:
        """Exchange a login and a password for an access token; with a code, where the account has a second factor. The first code after `BeginSecondFactor` confirms it: that answer alone has the recovery codes."""
        return await self.call("SignIn", request, api_pb2.AccessToken, token, key)

    async def begin_second_factor(
        self, request: api_pb2.BeginSecondFactorRequest, token: str = "", key: str = ""
    ) -> api_pb2.SecondFactor:
        """Have a second factor made, where the account has none: an authenticator's secret. It is asked for from the first sign-in with one of its codes on."""
        return await self.call("BeginSecondFactor", request, api_pb2.SecondFactor, token, key)

    async def end_second_factor(
        self, request: api_pb2.EndSecondFactorRequest, token: str = "", key: str = ""
    ) -> api_pb2.AccessEnd:
        """Take the caller's own authenticator away, with one of its codes. The last factor of who needs one stays."""
        return await self.call("EndSecondFactor", request, api_pb2.AccessEnd, token, key)

    async def reset_second_factor(
        self, request: api_pb2.ResetSecondFactorRequest, token: str = "", key: str = ""
    ) -> api_pb2.AccessEnd:
        """Take the second factors of somebody away who lost them and their recovery codes, passkeys too: they set another one up when they sign in next. Their sessions end, and they are told. Nobody does it to themselves."""
        return await self.call("ResetSecondFactor", request, api_pb2.AccessEnd, token, key)

    async def begin_passkey(
        self, request: passkeys_pb2.BeginPasskeyRequest, token: str = "", key: str = ""
    ) -> passkeys_pb2.PasskeyCeremony:
        """Begin an account's first passkey (WebAuthn), where it has no second factor: with login and password, as `BeginSecondFactor`. `FinishPasskey` makes it."""
        return await self.call("BeginPasskey", request, passkeys_pb2.PasskeyCeremony, token, key)

    async def add_passkey(
        self, request: passkeys_pb2.AddPasskeyRequest, token: str = "", key: str = ""
    ) -> passkeys_pb2.PasskeyCeremony:
        """Begin another passkey, for whoever has used a factor of theirs a few minutes ago: at the sign-in, or by `StepUp`."""
        return await self.call("AddPasskey", request, passkeys_pb2.PasskeyCeremony, token, key)

    async def finish_passkey(
        self, request: passkeys_pb2.FinishPasskeyRequest, token: str = "", key: str = ""
    ) -> passkeys_pb2.AddedPasskey:
        """Give what the authenticator made: the account has the passkey from then on. The answer for a first factor alone has the recovery codes."""
        return await self.call("FinishPasskey", request, passkeys_pb2.AddedPasskey, token, key)

    async def begin_passkey_sign_in(
        self, request: passkeys_pb2.BeginPasskeySignInRequest, token: str = "", key: str = ""
    ) -> passkeys_pb2.PasskeyCeremony:
        """Begin a sign-in with a passkey: nobody says whose, the authenticator knows. `StepUp` takes its answer, too."""
        return await self.call("BeginPasskeySignIn", request, passkeys_pb2.PasskeyCeremony, token, key)

    async def finish_passkey_sign_in(
        self, request: passkeys_pb2.FinishPasskeySignInRequest, token: str = "", key: str = ""
    ) -> api_pb2.AccessToken:
        """Sign in with what the authenticator signed. It has verified its owner: no password and no code is asked for."""
        return await self.call("FinishPasskeySignIn", request, api_pb2.AccessToken, token, key)

    async def list_passkeys(
        self, request: passkeys_pb2.ListPasskeysRequest, token: str = "", key: str = ""
    ) -> passkeys_pb2.Passkeys:
        """The caller's passkeys."""
        return await self.call("ListPasskeys", request, passkeys_pb2.Passkeys, token, key)

    async def rename_passkey(
        self, request: passkeys_pb2.RenamePasskeyRequest, token: str = "", key: str = ""
    ) -> passkeys_pb2.Passkey:
        """Call a passkey something else."""
        return await self.call("RenamePasskey", request, passkeys_pb2.Passkey, token, key)

    async def remove_passkey(
        self, request: passkeys_pb2.RemovePasskeyRequest, token: str = "", key: str = ""
    ) -> passkeys_pb2.Passkey:
        """Remove a passkey, for whoever has used a factor a few minutes ago. The last factor of who needs one stays."""
        return await self.call("RemovePasskey", request, passkeys_pb2.Passkey, token, key)

    async def add_second_factor(
        self, request: api_pb2.AddSecondFactorRequest, token: str = "", key: str = ""
    ) -> api_pb2.SecondFactor:
        """Have an authenticator's secret made beside the factors there are, for whoever has used one a few minutes ago. It is asked for from the first sign-in with one of its codes on."""
        return await self.call("AddSecondFactor", request, api_pb2.SecondFactor, token, key)

    async def step_up(
        self, request: api_pb2.StepUpRequest, token: str = "", key: str = ""
    ) -> api_pb2.AccessToken:
        """Use a factor again, without signing in again: what is grave is asked for again after some minutes (`step-up-needed`). The session goes on, with its refresh token; use the access token of the answer in the place of the one before."""
        return await self.call("StepUp", request, api_pb2.AccessToken, token, key)

    async def begin_provider_sign_in(
        self, request: providers_pb2.BeginProviderSignInRequest, token: str = "", key: str = ""
    ) -> providers_pb2.ProviderSignIn:
        """Begin to sign in with the city's OpenID provider, where there is one: the browser goes to the address."""
        return await self.call("BeginProviderSignIn", request, providers_pb2.ProviderSignIn, token, key)

    async def finish_provider_sign_in(
        self, request: providers_pb2.FinishProviderSignInRequest, token: str = "", key: str = ""
    ) -> api_pb2.AccessToken:
        """Sign in as who the provider says: an account that its owner has linked with it, and no other, whatever its address. The account's second factor is asked for as at any sign-in."""
        return await self.call("FinishProviderSignIn", request, api_pb2.AccessToken, token, key)

    async def begin_provider_link(
        self, request: providers_pb2.BeginProviderLinkRequest, token: str = "", key: str = ""
    ) -> providers_pb2.ProviderSignIn:
        """Begin to link the caller's account with the provider, with its password; and with a factor that was used a few minutes ago, where it has one."""
        return await self.call("BeginProviderLink", request, providers_pb2.ProviderSignIn, token, key)

    async def finish_provider_link(
        self, request: providers_pb2.FinishProviderLinkRequest, token: str = "", key: str = ""
    ) -> providers_pb2.ProviderLink:
        """Link the caller's account with who the provider says the browser's owner is."""
        return await self.call("FinishProviderLink", request, providers_pb2.ProviderLink, token, key)

    async def list_provider_links(
        self, request: providers_pb2.ListProviderLinksRequest, token: str = "", key: str = ""
    ) -> providers_pb2.ProviderLinks:
        """The caller's links with OpenID providers."""
        return await self.call("ListProviderLinks", request, providers_pb2.ProviderLinks, token, key)

    async def unlink_provider(
        self, request: providers_pb2.UnlinkProviderRequest, token: str = "", key: str = ""
    ) -> providers_pb2.ProviderLink:
        """End one of the caller's links: nobody signs in by it any more."""
        return await self.call("UnlinkProvider", request, providers_pb2.ProviderLink, token, key)

    async def refresh_access(
        self, request: api_pb2.RefreshAccessRequest, token: str = "", key: str = ""
    ) -> api_pb2.AccessToken:
        """Exchange a refresh token for the session's next access token and refresh token. Each is good once: send the newest, and one request at a time. One that was used before ends its session, unless the answer to that use may have been lost: for two minutes, and only while what was answered has not been used."""
        return await self.call("RefreshAccess", request, api_pb2.AccessToken, token, key)

    async def exchange_api_key(
        self, request: api_pb2.ExchangeApiKeyRequest, token: str = "", key: str = ""
    ) -> api_pb2.AccessToken:
        """Exchange a partner's API key for an access token."""
        return await self.call("ExchangeApiKey", request, api_pb2.AccessToken, token, key)

    async def exchange_client_assertion(
        self, request: api_pb2.ExchangeClientAssertionRequest, token: str = "", key: str = ""
    ) -> api_pb2.AccessToken:
        """Exchange what a partner's system has signed with a key of its own for an access token (SMART on FHIR's backend services: RFC 7523). It is good at the FHIR origin alone."""
        return await self.call("ExchangeClientAssertion", request, api_pb2.AccessToken, token, key)

    async def review_app(
        self, request: api_pb2.ReviewAppRequest, token: str = "", key: str = ""
    ) -> api_pb2.AppReview:
        """What an app asks a resident for (SMART App Launch), as a page shows it before they answer. Refused, where nothing may be answered to whoever sent them here."""
        return await self.call("ReviewApp", request, api_pb2.AppReview, token, key)

    async def authorize_app(
        self, request: api_pb2.AuthorizeAppRequest, token: str = "", key: str = ""
    ) -> api_pb2.AppAuthorization:
        """The resident's word: what of it the app may see, whose, and until when. It becomes a consent; the app gets a code, which is good once, for a minute."""
        return await self.call("AuthorizeApp", request, api_pb2.AppAuthorization, token, key)

    async def exchange_app_code(
        self, request: api_pb2.ExchangeAppCodeRequest, token: str = "", key: str = ""
    ) -> api_pb2.AccessToken:
        """Exchange an app's code for its first access token, which is good at the FHIR origin alone."""
        return await self.call("ExchangeAppCode", request, api_pb2.AccessToken, token, key)

    async def refresh_app_access(
        self, request: api_pb2.RefreshAppAccessRequest, token: str = "", key: str = ""
    ) -> api_pb2.AccessToken:
        """Exchange an app's refresh token for its next access token and refresh token, as `RefreshAccess`."""
        return await self.call("RefreshAppAccess", request, api_pb2.AccessToken, token, key)

    async def change_password(
        self, request: api_pb2.ChangePasswordRequest, token: str = "", key: str = ""
    ) -> api_pb2.AccessEnd:
        """Choose another password; the one in use is asked for. Every other session of the account ends. (The operator's and the regulator's passwords are settings of the service.)"""
        return await self.call("ChangePassword", request, api_pb2.AccessEnd, token, key)

    async def request_password_reset(
        self, request: api_pb2.RequestPasswordResetRequest, token: str = "", key: str = ""
    ) -> api_pb2.SentCode:
        """Ask for a code to choose another password with. It is sent to the login's address, if there is such an account. The answer is the same where there is none. (The first operator's and regulator's passwords are settings: no code is sent.)"""
        return await self.call("RequestPasswordReset", request, api_pb2.SentCode, token, key)

    async def reset_password(
        self, request: api_pb2.ResetPasswordRequest, token: str = "", key: str = ""
    ) -> api_pb2.AccessEnd:
        """Choose another password with the code that was sent. Every session of the account ends."""
        return await self.call("ResetPassword", request, api_pb2.AccessEnd, token, key)

    async def request_contact_code(
        self, request: api_pb2.RequestContactCodeRequest, token: str = "", key: str = ""
    ) -> api_pb2.SentCode:
        """Ask for a code that is sent to an address or number of the caller's, to show that messages reach them there."""
        return await self.call("RequestContactCode", request, api_pb2.SentCode, token, key)

    async def confirm_contact(
        self, request: api_pb2.ConfirmContactRequest, token: str = "", key: str = ""
    ) -> api_pb2.Contact:
        """Give the code that was sent: from now on messages about the account go there, too."""
        return await self.call("ConfirmContact", request, api_pb2.Contact, token, key)

    async def sign_out(
        self, request: api_pb2.SignOutRequest, token: str = "", key: str = ""
    ) -> api_pb2.AccessEnd:
        """End the session this token belongs to: every service refuses the token from now on."""
        return await self.call("SignOut", request, api_pb2.AccessEnd, token, key)

    async def sign_out_everywhere(
        self, request: api_pb2.SignOutEverywhereRequest, token: str = "", key: str = ""
    ) -> api_pb2.AccessEnd:
        """End every session of the caller, this one too."""
        return await self.call("SignOutEverywhere", request, api_pb2.AccessEnd, token, key)

    async def list_sessions(
        self, request: api_pb2.ListSessionsRequest, token: str = "", key: str = ""
    ) -> api_pb2.Sessions:
        """Where the caller is signed in, the sign-in last made first."""
        return await self.call("ListSessions", request, api_pb2.Sessions, token, key)

    async def end_session(
        self, request: api_pb2.EndSessionRequest, token: str = "", key: str = ""
    ) -> api_pb2.AccessEnd:
        """End one session of the caller, e.g. of a telephone that was lost."""
        return await self.call("EndSession", request, api_pb2.AccessEnd, token, key)

    async def end_sessions(
        self, request: api_pb2.EndSessionsRequest, token: str = "", key: str = ""
    ) -> api_pb2.AccessEnd:
        """End every session of somebody else's account, e.g. of one who lost a telephone."""
        return await self.call("EndSessions", request, api_pb2.AccessEnd, token, key)

    async def find_subject(
        self, request: api_pb2.FindSubjectRequest, token: str = "", key: str = ""
    ) -> api_pb2.Subject:
        """For partners, with a regulator's token: is there an account or a practitioner of this id, and of which institution."""
        return await self.call("FindSubject", request, api_pb2.Subject, token, key)

    async def learn_freezes(
        self, request: api_pb2.LearnFreezesRequest, token: str = "", key: str = ""
    ) -> api_pb2.LearnedFreezes:
        """For partners, with a regulator's token: ask now who is frozen. Once it is answered none of them scans or signs in."""
        return await self.call("LearnFreezes", request, api_pb2.LearnedFreezes, token, key)

    async def list_ended_sessions(
        self, request: api_pb2.ListEndedSessionsRequest, token: str = "", key: str = ""
    ) -> api_pb2.EndedSessions:
        """For our own processes: the sessions that were ended and whose tokens are not over yet. It tells of nobody."""
        return await self.call("ListEndedSessions", request, api_pb2.EndedSessions, token, key)

    async def invite_account(
        self, request: accounts_pb2.InviteAccountRequest, token: str = "", key: str = ""
    ) -> accounts_pb2.Invitation:
        """Invite somebody to be an operator, a regulator or a member of the caller's staff, as the caller is. The token is shown once. An operator or regulator waits for another person than the inviter to confirm them."""
        return await self.call("InviteAccount", request, accounts_pb2.Invitation, token, key)

    async def list_invitations(
        self, request: accounts_pb2.ListInvitationsRequest, token: str = "", key: str = ""
    ) -> accounts_pb2.InvitationPage:
        """The invitations of the caller's role and institution, newest first."""
        return await self.call("ListInvitations", request, accounts_pb2.InvitationPage, token, key)

    async def revoke_invitation(
        self, request: accounts_pb2.RevokeInvitationRequest, token: str = "", key: str = ""
    ) -> accounts_pb2.Invitation:
        """Take an invitation back that nobody has accepted."""
        return await self.call("RevokeInvitation", request, accounts_pb2.Invitation, token, key)

    async def accept_invitation(
        self, request: accounts_pb2.AcceptInvitationRequest, token: str = "", key: str = ""
    ) -> accounts_pb2.Account:
        """Accept an invitation, once: whoever has its token chooses login, name and password."""
        return await self.call("AcceptInvitation", request, accounts_pb2.Account, token, key)

    async def list_accounts(
        self, request: accounts_pb2.ListAccountsRequest, token: str = "", key: str = ""
    ) -> accounts_pb2.AccountPage:
        """Accounts of the caller's role and institution, those that have left too, newest first."""
        return await self.call("ListAccounts", request, accounts_pb2.AccountPage, token, key)

    async def confirm_account(
        self, request: accounts_pb2.ConfirmAccountRequest, token: str = "", key: str = ""
    ) -> accounts_pb2.Account:
        """Confirm that an invited operator or regulator is who they should be: by another person than who invited them, so that nobody makes themselves a second person."""
        return await self.call("ConfirmAccount", request, accounts_pb2.Account, token, key)

    async def prove_account(
        self, request: accounts_pb2.ProveAccountRequest, token: str = "", key: str = ""
    ) -> accounts_pb2.Account:
        """Prove who holds the caller's own account, of an operator or a regulator that the settings made, or that was there before accounts were of proven people. One person has one such account. Its duties are in the next access token."""
        return await self.call("ProveAccount", request, accounts_pb2.Account, token, key)

    async def set_duties(
        self, request: accounts_pb2.SetDutiesRequest, token: str = "", key: str = ""
    ) -> accounts_pb2.Account:
        """Say which duties an account has from now on. Its sessions end."""
        return await self.call("SetDuties", request, accounts_pb2.Account, token, key)

    async def suspend_account(
        self, request: accounts_pb2.SuspendAccountRequest, token: str = "", key: str = ""
    ) -> accounts_pb2.Account:
        """Suspend an account: its sessions end at once, and nobody signs in until it is reinstated."""
        return await self.call("SuspendAccount", request, accounts_pb2.Account, token, key)

    async def reinstate_account(
        self, request: accounts_pb2.ReinstateAccountRequest, token: str = "", key: str = ""
    ) -> accounts_pb2.Account:
        """Let the person of a suspended account sign in again."""
        return await self.call("ReinstateAccount", request, accounts_pb2.Account, token, key)

    async def remove_account(
        self, request: accounts_pb2.RemoveAccountRequest, token: str = "", key: str = ""
    ) -> accounts_pb2.Account:
        """Remove a colleague who has left: their sessions end at once and nobody signs in for them any more. What they did stays theirs."""
        return await self.call("RemoveAccount", request, accounts_pb2.Account, token, key)

    async def leave(
        self, request: accounts_pb2.LeaveRequest, token: str = "", key: str = ""
    ) -> accounts_pb2.Account:
        """Leave: the same for the caller's own account."""
        return await self.call("Leave", request, accounts_pb2.Account, token, key)

    async def get_me(
        self, request: api_pb2.GetMeRequest, token: str = "", key: str = ""
    ) -> api_pb2.Me:
        """The caller, as identity knows them."""
        return await self.call("GetMe", request, api_pb2.Me, token, key)

    async def get_birth_dates(
        self, request: api_pb2.GetBirthDatesRequest, token: str = "", key: str = ""
    ) -> api_pb2.BirthDates:
        """When the caller and their dependants were born, of what sex they are, and where they live: for services that are offered by these."""
        return await self.call("GetBirthDates", request, api_pb2.BirthDates, token, key)

    async def get_scanned_resident(
        self, request: api_pb2.GetScannedResidentRequest, token: str = "", key: str = ""
    ) -> api_pb2.ScannedResident:
        """For ordering: whose code was scanned, and what services are offered by. Only of a scan of the caller's institution that was made within the quarter of an hour."""
        return await self.call("GetScannedResident", request, api_pb2.ScannedResident, token, key)

    async def send_order_word(
        self, request: api_pb2.SendOrderWordRequest, token: str = "", key: str = ""
    ) -> api_pb2.SentCode:
        """For ordering: send whose code was scanned at the caller's institution, or who acts for them in orders, a text message that says what a desk ordered for them, with a code of six digits by which they agree to it. Ordering asks for standing."""
        return await self.call("SendOrderWord", request, api_pb2.SentCode, token, key)

    async def check_order_word(
        self, request: api_pb2.CheckOrderWordRequest, token: str = "", key: str = ""
    ) -> api_pb2.SentCode:
        """For ordering: is this the code that was sent for an order? A wrong one counts; five at most are tried."""
        return await self.call("CheckOrderWord", request, api_pb2.SentCode, token, key)

    async def check_birth(
        self, request: api_pb2.CheckBirthRequest, token: str = "", key: str = ""
    ) -> api_pb2.BirthCheck:
        """For records: was a resident born by a day? It says no more than that, and a no to the same institution so often only."""
        return await self.call("CheckBirth", request, api_pb2.BirthCheck, token, key)

    async def check_residents(
        self, request: api_pb2.CheckResidentsRequest, token: str = "", key: str = ""
    ) -> api_pb2.ResidentChecks:
        """For records: are these residents proven, and were they born by these days? Of a batch, whose sender records vouches for by a token that it has signed; a no counts as one to that institution."""
        return await self.call("CheckResidents", request, api_pb2.ResidentChecks, token, key)

    async def compare_residents(
        self, request: api_pb2.CompareResidentsRequest, token: str = "", key: str = ""
    ) -> api_pb2.ResidentComparisons:
        """For records: what its rules about the quality of data ask about residents. It is answered yes or no, or not at all, and never with a date or a name. Records says by a token that it has signed of whose data it is; a no to what could be a guess counts as one to that institution."""
        return await self.call("CompareResidents", request, api_pb2.ResidentComparisons, token, key)

    async def seal_identity_numbers(
        self, request: api_pb2.SealIdentityNumbersRequest, token: str = "", key: str = ""
    ) -> api_pb2.SealedNumbers:
        """For records: seal identity numbers that came in an institution's batch, before the batch is stored. What comes back says nothing to anybody but identity, and is of no use to another institution; so many a day."""
        return await self.call("SealIdentityNumbers", request, api_pb2.SealedNumbers, token, key)

    async def match_patients(
        self, request: api_pb2.MatchPatientsRequest, token: str = "", key: str = ""
    ) -> api_pb2.PatientMatches:
        """For records: whose are these patients of an institution? Only who is proven is said; of an unknown one and of one who is not proven nothing is."""
        return await self.call("MatchPatients", request, api_pb2.PatientMatches, token, key)

    async def reach_people(
        self, request: api_pb2.ReachPeopleRequest, token: str = "", key: str = ""
    ) -> api_pb2.PeopleReached:
        """For notifications: who is behind each of these, such as the guardians of a child, and where messages have been shown to reach them. Nothing is said of an account that ended."""
        return await self.call("ReachPeople", request, api_pb2.PeopleReached, token, key)

    async def issue_health_code_token(
        self, request: api_pb2.IssueHealthCodeTokenRequest, token: str = "", key: str = ""
    ) -> api_pb2.HealthCodeToken:
        """Issue a fresh health-code token, to be shown as a QR, for the caller or a dependant."""
        return await self.call("IssueHealthCodeToken", request, api_pb2.HealthCodeToken, token, key)

    async def prefetch_health_code_tokens(
        self, request: api_pb2.PrefetchHealthCodeTokensRequest, token: str = "", key: str = ""
    ) -> api_pb2.HealthCodeTokens:
        """Issue tokens ahead, for a phone that will have no network: each is good in a minute of its own, one after another from now on, for an hour at most. A copy that is shown, or `RotateHealthCode`, makes all of them void."""
        return await self.call("PrefetchHealthCodeTokens", request, api_pb2.HealthCodeTokens, token, key)

    async def rotate_health_code(
        self, request: api_pb2.RotateHealthCodeRequest, token: str = "", key: str = ""
    ) -> api_pb2.HealthCodeRotation:
        """Make every health-code token void that was issued until now, e.g. since the phone that has them was lost."""
        return await self.call("RotateHealthCode", request, api_pb2.HealthCodeRotation, token, key)

    async def print_health_code(
        self, request: api_pb2.PrintHealthCodeRequest, token: str = "", key: str = ""
    ) -> api_pb2.PrintedCode:
        """Print a code for somebody without a phone, the caller or a dependant: good for half a year, with their identity card alone. The one before is void."""
        return await self.call("PrintHealthCode", request, api_pb2.PrintedCode, token, key)

    async def get_printed_code(
        self, request: api_pb2.GetPrintedCodeRequest, token: str = "", key: str = ""
    ) -> api_pb2.PrintedCode:
        """The printed code that is in force, without its text; nothing where there is none."""
        return await self.call("GetPrintedCode", request, api_pb2.PrintedCode, token, key)

    async def end_printed_code(
        self, request: api_pb2.EndPrintedCodeRequest, token: str = "", key: str = ""
    ) -> api_pb2.EndedPrintedCode:
        """Make the printed code void, e.g. since it was lost."""
        return await self.call("EndPrintedCode", request, api_pb2.EndedPrintedCode, token, key)

    async def redeem_printed_code(
        self, request: api_pb2.RedeemPrintedCodeRequest, token: str = "", key: str = ""
    ) -> api_pb2.Scan:
        """Scan a printed code, with the number on the identity card of who stands there: it says who they are, opens no record and proves no service. Five numbers in a row that are not theirs end it."""
        return await self.call("RedeemPrintedCode", request, api_pb2.Scan, token, key)

    async def redeem_health_code_token(
        self, request: api_pb2.RedeemHealthCodeTokenRequest, token: str = "", key: str = ""
    ) -> api_pb2.Scan:
        """Redeem a scanned token: at most once, within its minute, by an authenticated practitioner. Who redeemed it and asks again, since the answer was lost, gets the same scan for as long as its receipt is good. Who scanned without a network says when, and sends it within three days: that is a late scan."""
        return await self.call("RedeemHealthCodeToken", request, api_pb2.Scan, token, key)

    async def list_scans(
        self, request: api_pb2.ListScansRequest, token: str = "", key: str = ""
    ) -> api_pb2.ScanList:
        """Who scanned the caller's code, or a dependant's; newest first."""
        return await self.call("ListScans", request, api_pb2.ScanList, token, key)

    async def list_code_alerts(
        self, request: api_pb2.ListCodeAlertsRequest, token: str = "", key: str = ""
    ) -> api_pb2.CodeAlerts:
        """Where copies of the caller's codes were shown, or of a dependant's; newest first."""
        return await self.call("ListCodeAlerts", request, api_pb2.CodeAlerts, token, key)

    async def redeem_foreign_code(
        self, request: cities_pb2.RedeemForeignCodeRequest, token: str = "", key: str = ""
    ) -> cities_pb2.ForeignScan:
        """Redeem a code of another city: it is verified here by the trust list, and honoured once, by its own city, which is asked. It opens no record."""
        return await self.call("RedeemForeignCode", request, cities_pb2.ForeignScan, token, key)

    async def list_foreign_scans(
        self, request: cities_pb2.ListForeignScansRequest, token: str = "", key: str = ""
    ) -> cities_pb2.ForeignScanPage:
        """Codes of other cities that were honoured for practitioners of this one, newest first: a practitioner's own, those of a partner's practitioners, any for who supervises. They say no more of who showed them than their city and when."""
        return await self.call("ListForeignScans", request, cities_pb2.ForeignScanPage, token, key)

    async def redeem_for_city(
        self, request: cities_pb2.RedeemForCityRequest, token: str = "", key: str = ""
    ) -> cities_pb2.CityAnswer:
        """For another city of the trust list: redeem a code of this one, for a practitioner there."""
        return await self.call("RedeemForCity", request, cities_pb2.CityAnswer, token, key)

    async def get_city_keys(
        self, request: cities_pb2.GetCityKeysRequest, token: str = "", key: str = ""
    ) -> cities_pb2.CityKeys:
        """For other cities: the keys that sign this one's health codes."""
        return await self.call("GetCityKeys", request, cities_pb2.CityKeys, token, key)

    async def get_trust_list(
        self, request: cities_pb2.GetTrustListRequest, token: str = "", key: str = ""
    ) -> cities_pb2.TrustList:
        """Which cities' codes are honoured, with what verifies them without a network."""
        return await self.call("GetTrustList", request, cities_pb2.TrustList, token, key)

    async def put_trust_list(
        self, request: cities_pb2.PutTrustListRequest, token: str = "", key: str = ""
    ) -> cities_pb2.TrustList:
        """Propose a newer trust list, which the authority has signed. It is in force once another person has approved it."""
        return await self.call("PutTrustList", request, cities_pb2.TrustList, token, key)

    async def decide_trust_list(
        self, request: cities_pb2.DecideTrustListRequest, token: str = "", key: str = ""
    ) -> cities_pb2.TrustList:
        """Approve the trust list that another person has proposed: it is in force from the next scan on. Or reject it, or take one's own back."""
        return await self.call("DecideTrustList", request, cities_pb2.TrustList, token, key)

    async def get_keys(
        self, request: api_pb2.GetKeysRequest, token: str = "", key: str = ""
    ) -> api_pb2.KeySet:
        """The public keys that verify access tokens, scan receipts and health codes (RFC 7517)."""
        return await self.call("GetKeys", request, api_pb2.KeySet, token, key)
