"""The contract identity serves, what its functions need, and what answers each refusal."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from chassis.api import Api, Call
from chassis.auth import Verifier
from chassis.batching import Batcher
from chassis.database import Database
from chassis.looks import Look
from chassis.problems import Problem
from chassis.sealing import Sealer
from chassis.sessions import Ended
from chassis.signing import SigningKeys
from city_pack.pack import City
from yima.consent.v1.client import ConsentClient
from yima.identity.v1 import api_pb2 as pb
from yima.partners.v1.api_pb2 import CAPABILITY_PUBLISH, GetPartnerRequest
from yima.partners.v1.client import PartnersClient

from identity.commands import looks
from identity.commands.cities import BetweenCities
from identity.commands.scans import Presentation, Redemption
from identity.domain import (
    accounts,
    apps,
    cities,
    codes,
    factors,
    guardianships,
    licences,
    passkeys,
    patients,
    people,
    printed_codes,
    proofs,
    providers,
    releases,
    scans,
)
from identity.domain.access import SignInRefused, TryLimit
from identity.domain.clients import ClientRefused, ScopeRefused
from identity.domain.codes import CodeKeys
from identity.domain.contacts import CodeWrong, MessagesNotSetUp, NoTelephone, TooManyContacts
from identity.domain.passwords import PasswordWrong
from identity.domain.people import DistrictRegistered, DistrictSaidLately, PartnerNotActive, Role
from identity.domain.proofs import NumberKey
from identity.domain.sessions import RefreshRefused, RefreshTokenReused
from identity.hashing import Passwords
from identity.messenger import Messenger
from identity.registers.openid import Provider
from identity.registers.port import LicenceRegister, PeopleRegister

NOT_FOUND = 404


@dataclass(frozen=True)
class Resources:
    """What identity's functions need: the key ring, the batcher that redeems codes, the queue for hashing, the city,
    who knows API keys, and how many accounts one address may ask for; how long an access token is good, and whose
    accounts need a second factor; who carries messages, what their codes are hashed with, and the logins whose
    passwords are settings; the registers."""

    database: Database
    keys: SigningKeys
    redeeming: Batcher[Presentation, Redemption]
    passwords: Passwords
    ended: Ended
    partners: PartnersClient
    city: str
    pack: City
    locales: list[str]
    registrations: TryLimit
    access_life: timedelta
    factor_roles: frozenset[Role]
    sealer: Sealer  # of authenticators' secrets
    site: passkeys.Site | None  # where passkeys are asked for, if anywhere
    provider: Provider | None  # the city's OpenID provider, where there is one
    step_up_life: timedelta  # how long what is grave may be done after a factor was used
    confirms_registrations: bool
    messenger: Messenger | None
    set_by_settings: frozenset[str]
    people_register: PeopleRegister
    licence_register: LicenceRegister
    recheck: timedelta  # after which a licence is checked again
    number_key: NumberKey
    patient_seals: patients.PatientSeals  # of numbers that institutions have of their patients
    clock_ahead: timedelta  # how far our clock is ahead of that by which systems sign what they ask for a token with
    token_url: str  # where systems with keys of their own get tokens; empty: nowhere
    between: BetweenCities  # this city among others
    senders: Verifier  # of records' word on who sent a batch
    consent: ConsentClient  # says whether somebody may know who comes
    notifier: Verifier  # of notifications' word that it asks

    @property
    def codes(self) -> CodeKeys:
        """What issues and reads health codes now."""
        signer = self.keys.signer
        subjects = self.keys.derived("health code subject")
        return CodeKeys(signer.kid, signer.private, self.keys.cose_verifying, subjects)

    @property
    def contact_keys(self) -> Mapping[str, bytes]:
        """What codes that are sent to people are made with, by the id of the signing key of their time."""
        return self.keys.derived("contact code")


async def in_good_standing(call: Call[Resources]) -> None:
    """Refuse a caller whose institution is not a partner in good standing, as partners has it now."""
    request = GetPartnerRequest(partner_id=call.principal.partner_id)
    try:
        partner = await call.resources.partners.get_partner(request, call.authorization.removeprefix("Bearer "))
    except Problem as problem:
        if problem.status == NOT_FOUND:
            raise PartnerNotActive("apply first, and wait until the operator has let you through") from None
        raise
    if CAPABILITY_PUBLISH not in partner.capabilities:
        raise PartnerNotActive("this is for active partners whose certificates are in force and whom nobody has frozen")


async def note_look(look: Look, call: Call[Resources]) -> None:
    """Tell residents, by their access log, that an operator or a regulator was shown something of them."""
    looks.announce_look(call.session, look)


api: Api[Resources] = Api(
    pb.DESCRIPTOR.services_by_name["IdentityApi"],
    looks=note_look,
    refusals={
        releases.ContactDenied: 403,
        people.LoginTaken: 409,
        people.LicenceTaken: 409,
        people.TooManyDependants: 409,
        people.OfAge: 409,
        guardianships.GuardianMinor: 409,
        guardianships.MinorDecides: 403,
        guardianships.PersonNotProven: 409,
        guardianships.GuardianInCare: 409,
        guardianships.GuardianshipExists: 409,
        guardianships.GuardianshipProposed: 409,
        guardianships.TooManyProposals: 429,
        guardianships.TooManyGuardians: 409,
        guardianships.EvidenceNeeded: 409,
        guardianships.TermNeeded: 409,
        guardianships.TermTooLong: 409,
        guardianships.ActsNotYours: 403,
        guardianships.OwnProposal: 403,
        guardianships.ProposalClosed: 409,
        guardianships.ProposalExpired: 410,
        guardianships.OperatorDecides: 409,
        guardianships.PersonConfirms: 409,
        guardianships.EndedByOperatorOnly: 403,
        PartnerNotActive: 409,
        patients.TooManyNumbers: 429,
        accounts.InvitationUnknown: 404,
        accounts.InvitationExpired: 410,
        accounts.InvitationUsed: 409,
        accounts.TooManyInvitations: 409,
        accounts.DutyNotYours: 403,
        accounts.SamePerson: 403,
        accounts.PersonHasAccount: 409,
        accounts.LastAccount: 409,
        accounts.AccountUnconfirmed: 403,
        accounts.AccountSuspended: 403,
        SignInRefused: 401,
        ClientRefused: 401,
        apps.AppRefused: 403,
        apps.AppCodeRefused: 400,
        apps.UnderAge: 403,
        ScopeRefused: 400,
        PasswordWrong: 403,
        CodeWrong: 403,
        factors.SecondFactorNeeded: 401,
        factors.SecondFactorWrong: 401,
        factors.SecondFactorNotSetUp: 401,
        factors.SecondFactorThere: 409,
        factors.LastFactor: 403,
        passkeys.PasskeysNotSetUp: 409,
        passkeys.CeremonyOver: 410,
        passkeys.PasskeyRefused: 401,
        passkeys.PasskeyCopied: 401,
        passkeys.PasskeyKnown: 409,
        passkeys.TooManyPasskeys: 409,
        providers.ProviderNotSetUp: 409,
        providers.ProviderSignInOver: 410,
        providers.ProviderRefused: 401,
        providers.ProviderNotLinked: 403,
        providers.ProviderLinkTaken: 409,
        providers.ProviderAway: 503,
        TooManyContacts: 409,
        MessagesNotSetUp: 409,
        NoTelephone: 409,
        RefreshRefused: 401,
        RefreshTokenReused: 401,
        DistrictRegistered: 409,
        DistrictSaidLately: 409,
        proofs.IdentityNotConfirmed: 409,
        proofs.IdentityNumberTaken: 409,
        proofs.AlreadyProven: 409,
        proofs.GuardianNotProven: 409,
        proofs.IdentityNumberNeeded: 409,
        proofs.MajorityChanged: 409,
        proofs.TooManyCorrections: 429,
        proofs.RegisterAway: 503,
        licences.LicenceNotChecked: 403,
        licences.LicenceNotConfirmed: 409,
        codes.CodeForged: 400,
        codes.ClocksDiffer: 409,
        codes.CodeNotYet: 409,
        codes.CodeExpired: 410,
        codes.CodeRotated: 409,
        codes.CodeUsed: 409,
        printed_codes.PrintedCodeOver: 410,
        printed_codes.CardDiffers: 403,
        printed_codes.OwnerNotProven: 409,
        scans.ScanTooLate: 410,
        scans.NotRegisteredThen: 409,
        cities.CodeOfAnotherCity: 409,
        cities.CityNotTrusted: 403,
        cities.NoTrustList: 409,
        cities.TrustListExpired: 409,
        cities.TrustListForged: 400,
        cities.TrustListRolledBack: 409,
        cities.TrustListProposed: 409,
        cities.ProposerApproves: 403,
        cities.HomeCityAway: 503,
        cities.HomeCityRefused: 409,
        cities.CityRequestForged: 401,
        cities.CityRequestReplayed: 409,
    },
    standing_of_neighbour=in_good_standing,
)
