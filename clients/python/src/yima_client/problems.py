"""A class for each refusal. Generated from the refusals in the code by `make proto`; do not edit."""

from yima_client.errors import Refused


class AbsenceNotTaken(Refused):
    """That somebody did not come is not stated of this order."""


class AbsenceTooEarly(Refused):
    """The resident may still come."""


class AbsenceTooLate(Refused):
    """The time to state that somebody did not come is over."""


class AccessLogBroken(Refused):
    """The access log is not the one that was signed; nothing is added to it until it is restored."""


class AccountFrozen(Refused):
    """A regulator has frozen this account."""


class AccountSuspended(Refused):
    """This account is suspended."""


class AccountUnconfirmed(Refused):
    """Another person than who invited you has to confirm this account before it can be used."""


class AdjustmentDecided(Refused):
    """The adjustment has been decided."""


class AdjustmentPending(Refused):
    """An adjustment of this break waits for its decision."""


class AgeUnknown(Refused):
    """The service is for people of some age, and how old the one to be served is is not known."""


class AlertRuleMoveRefused(Refused):
    """The rule is past that step."""


class AllOfIt(Refused):
    """These sessions are all that is left of the order; cancel the order."""


class AlreadyAnswered(Refused):
    """The request was answered before, or its order has ended."""


class AlreadyAppealed(Refused):
    """The partner has appealed against this step before."""


class AlreadyApplied(Refused):
    """The institution has applied before."""


class AlreadyAttested(Refused):
    """The erasure was attested before."""


class AlreadyComplained(Refused):
    """There is an open complaint about this order."""


class AlreadyEnded(Refused):
    """The consent ended with its order or project."""


class AlreadyFrozen(Refused):
    """The same is frozen under this case number."""


class AlreadyJoined(Refused):
    """The resident has joined the project."""


class AlreadyLifted(Refused):
    """The freeze was lifted before."""


class AlreadyProven(Refused):
    """It is proven already who this person is, by another number."""


class AlreadyReviewed(Refused):
    """The service was reviewed already."""


class AlreadyRevoked(Refused):
    """The consent was revoked before."""


class AlreadySpoken(Refused):
    """The caller has given their voice on this appeal."""


class AnswerNotKept(Refused):
    """This was done before, and its answer held a secret, which is shown once and kept nowhere."""


class AppCodeRefused(Refused):
    """The app's code is not good: it is another app's, was used before, or is over."""


class AppRefused(Refused):
    """There is no such app, or it may not ask residents for anything now."""


class AppealOver(Refused):
    """The appeal was decided, or has lapsed."""


class AttachmentRefused(Refused):
    """What was sent cannot be shown to people. It was not kept."""


class BankAccountChangeOpen(Refused):
    """Another change of the partner's bank account is under way."""


class BankAccountChangeOver(Refused):
    """The change was confirmed, stopped, or is in force."""


class BankDecides(Refused):
    """The cardholder's bank decides this dispute."""


class BatchCut(Refused):
    """The bytes that came are not those that were sent; nothing of them was kept. Send the batch again."""


class BatchDiffers(Refused):
    """A batch of this number came before, with other bytes; give the new lines the next number."""


class BatchNotMissing(Refused):
    """The batch is not missing."""


class BatchTooFarAhead(Refused):
    """Too many batches before this one have not come; send those first, or say that they never will."""


class BeyondFunds(Refused):
    """Who bears this refund has too little left for it; the operator may give it back."""


class BookedElsewhere(Refused):
    """The resident is booked at that time already."""


class BreakResolved(Refused):
    """The break has been resolved."""


class BudgetSpent(Refused):
    """The client has spent its budget of this minute."""


class BundleRefused(Refused):
    """Some entries of the transaction are refused. None was stored."""


class Busy(Refused):
    """More is asked at once than can be taken on; try again shortly."""


class CalendarEnded(Refused):
    """The calendar has ended by then."""


class CalendarOfAnother(Refused):
    """The calendar is of something else, or somebody has one already."""


class CalendarTaken(Refused):
    """A calendar has a slot at that time."""


class CardDiffers(Refused):
    """The identity number is not that of whose printed code this is."""


class CartChanged(Refused):
    """The cart has changed meanwhile; look at it again."""


class CartEmpty(Refused):
    """There is nothing in the cart."""


class CaseOpen(Refused):
    """A case about this payment is open; nothing is given back before it is settled."""


class CaseResolved(Refused):
    """The case has been resolved."""


class CaseStepRefused(Refused):
    """Where the complaint stands does not allow this step."""


class ChecklistChanged(Refused):
    """The city's checklist is another one by now than the one that was answered."""


class ChecklistIncomplete(Refused):
    """An item of the checklist is not answered, and no knock-out decides without it."""


class CityNotTrusted(Refused):
    """The trust list in force does not have this city."""


class CityRequestForged(Refused):
    """This is no request that a city of the trust list signed for this one."""


class CityRequestReplayed(Refused):
    """This request of another city was used before."""


class ClientRefused(Refused):
    """The system has not proven who it is; what it signed is not good, or was used before."""


class ClocksDiffer(Refused):
    """The health code is genuine, but the clock that issued it is ahead of the one that reads it."""


class CodeExpired(Refused):
    """The health code has expired; ask for a fresh one."""


class CodeFileRefused(Refused):
    """The file of codes cannot be taken in. Nothing of it was kept."""


class CodeForged(Refused):
    """This is not a health code of this city."""


class CodeMapDecided(Refused):
    """The map of codes was decided before."""


class CodeNotYet(Refused):
    """The health code is for a later minute; ask for the one of this minute."""


class CodeOfAnotherCity(Refused):
    """The health code is of another city."""


class CodeRotated(Refused):
    """The health code was replaced after this was issued; ask for a fresh one."""


class CodeTooSoon(Refused):
    """A code was sent just now."""


class CodeUsed(Refused):
    """The health code was used before; ask for a fresh one."""


class CodeWrong(Refused):
    """This is not the code that was sent, or it is good no longer."""


class CodesDiffer(Refused):
    """This version is here already with other codes; a version never changes once it is loaded."""


class ConcurrentWrite(Refused):
    """Another request wrote the same at the same time. Nothing was stored; send it again."""


class ConditionAmbiguous(Refused):
    """More than one resource matches the condition. Nothing was stored."""


class ConformanceCheckBegun(Refused):
    """This check of the run was begun before; start another run to try it again."""


class ConformanceNotPassed(Refused):
    """The run of the checks of conformance is not passed; play it until it is."""


class ConformanceRunOver(Refused):
    """The run of the checks of conformance is over; start another."""


class ConsentDenied(Refused):
    """No consent in force permits this."""


class ConsentInForce(Refused):
    """The consent has not ended: what was kept under it need not be erased yet."""


class ContactDenied(Refused):
    """No consent in force lets the caller know who this is and how they are reached."""


class ContractSuperseded(Refused):
    """The contract was signed before, or another is on offer."""


class CorrectionChangesMajority(Refused):
    """While a guardianship is in force no correction makes somebody of age, or a minor."""


class DeadlinePassed(Refused):
    """The statement was not disputed in time, and is deemed confirmed."""


class Decided(Refused):
    """The dispute has been decided."""


class DeletionRefused(Refused):
    """Nothing is deleted from a health record. Say that it was entered in error."""


class DeviceBound(Refused):
    """A device of this model and serial number is bound already."""


class DeviceEnded(Refused):
    """The device is bound to nobody any more, or not yet: nothing is taken from it."""


class DeviceKeyKnown(Refused):
    """The key was registered before: every device has keys of its own, and each once."""


class DeviceModelDecided(Refused):
    """The model has been decided on before."""


class DeviceModelKnown(Refused):
    """The maker has a model of this name already."""


class DeviceModelNotApproved(Refused):
    """Devices of this model may not be bound."""


class DeviceMoveRefused(Refused):
    """The device is past that step."""


class DeviceNotRecognised(Refused):
    """What was sent is not signed by the key in force of this device."""


class Disputed(Refused):
    """A dispute about this payment is open; its decision says what becomes of the money."""


class DistrictRegistered(Refused):
    """Where this person lives is the word of the register of people."""


class DistrictSaidLately(Refused):
    """Where somebody lives is said once in thirty days."""


class DistrictUnknown(Refused):
    """The service is for people of some districts, and where the one to be served lives is not known."""


class DocumentRefused(Refused):
    """What was sent is not the document that was announced. It was not kept."""


class DutyNeeded(Refused):
    """The caller's account has not the duty for this."""


class DutyNotYours(Refused):
    """Nobody gives a duty that they do not have."""


class EmergencyOpen(Refused):
    """The record is open to the practitioner by an emergency already."""


class EmergencyReviewed(Refused):
    """The emergency was reviewed before."""


class EntitlementOver(Refused):
    """The time to use this is over."""


class EntitlementUsedUp(Refused):
    """Nothing is left of this."""


class ErrorReportClosed(Refused):
    """The report was answered, or taken back."""


class ErrorReportOpen(Refused):
    """Something was said to be wrong in this resource before, and its institution has not answered yet."""


class EvidenceMissing(Refused):
    """The partner has handed in nothing in force that shows this."""


class FollowUpMoveRefused(Refused):
    """The follow-up cannot become this from what it is."""


class Forbidden(Refused):
    """The caller may not do this."""


class FormatNotOffered(Refused):
    """The answer cannot be had in a form that the caller takes."""


class GuardianActsNotYours(Refused):
    """A guardian lets another do only what they may do themselves."""


class GuardianInCare(Refused):
    """Documents show that somebody acts for this person, so that they act for nobody."""


class GuardianMinor(Refused):
    """A guardian has to be of age."""


class GuardianNotProven(Refused):
    """Who proves a dependant has to be proven first."""


class GuardianshipByEvidence(Refused):
    """Documents show this guardianship, so that an operator ends it."""


class GuardianshipConfirmedByPerson(Refused):
    """This proposal has no documents: the person who is asked confirms it."""


class GuardianshipDecidedByOperator(Refused):
    """An operator decides this proposal by its documents."""


class GuardianshipEvidenceNeeded(Refused):
    """Nobody can confirm this guardianship, so documents have to show it."""


class GuardianshipExists(Refused):
    """This person acts for the other already."""


class GuardianshipProposalClosed(Refused):
    """The proposal was answered before."""


class GuardianshipProposalExpired(Refused):
    """The proposal was not answered in time."""


class GuardianshipProposed(Refused):
    """This guardianship is proposed already, and waits for an answer."""


class GuardianshipTermNeeded(Refused):
    """A guardianship of an adult by documents is for a time."""


class GuardianshipTermTooLong(Refused):
    """A guardianship by documents is for at most five years at once."""


class HomeCityAway(Refused):
    """The city whose code it is does not answer; `retry_after` says in how many seconds to try again."""


class HomeCityRefused(Refused):
    """The city whose code it is does not honour it."""


class IdentityNotConfirmed(Refused):
    """The register of people does not confirm that this name and this number belong together."""


class IdentityNumberNeeded(Refused):
    """What is proven of somebody, or makes a dependant younger, is corrected with their identity number."""


class IdentityNumberTaken(Refused):
    """This number proves who another resident is."""


class IngestRefused(Refused):
    """The caller may not add to this record. Nothing was stored."""


class InteractionNotSupported(Refused):
    """This cannot be done here with this method."""


class Invalid(Refused):
    """The request is not well formed."""


class InvitationExpired(Refused):
    """The invitation has expired or was taken back; ask for another."""


class InvitationUnknown(Refused):
    """There is no such invitation; ask for the whole link again."""


class InvitationUsed(Refused):
    """The invitation was accepted before: sign in with the login that was chosen, or ask for another."""


class KeyNotTaken(Refused):
    """This request takes no idempotency key; send it without one."""


class KeyReused(Refused):
    """The idempotency key was used before with another request."""


class LastAccount(Refused):
    """This is the last account that can invite others; give another person its duty first."""


class LastFactor(Refused):
    """This account needs a second factor, and this is its last."""


class LateScan(Refused):
    """A scan that was sent in late proves a service; it opens no record."""


class LegalBasisOver(Refused):
    """The legal basis was signed before, has ended, or its time is over."""


class LicenceNotChecked(Refused):
    """The register of licences has not confirmed this practitioner's licence, or does so no longer."""


class LicenceNotConfirmed(Refused):
    """The register of licences does not confirm that this licence is in force and this person's."""


class LicenceTaken(Refused):
    """The institution has registered a practitioner with this licence already."""


class LoginTaken(Refused):
    """Somebody signs in with this login already."""


class MayNotHandInCodes(Refused):
    """The institution is no partner in good standing now; others hand in no files of codes."""


class MayNotUseData(Refused):
    """The institution may not use residents' data now."""


class MessagesNotSetUp(Refused):
    """This system sends no messages; ask its operator."""


class MinorDecides(Refused):
    """A minor neither proposes, confirms nor ends a guardianship."""


class MonthNotOver(Refused):
    """The month is not over yet; a report is of a month that is."""


class NameTaken(Refused):
    """A partner of this name in the same district was let through before."""


class NeedsSecondPerson(Refused):
    """A second person has to approve this: propose it, and let another operator or the regulator decide."""


class NoCodeSent(Refused):
    """No code was sent for this order as it stands."""


class NoConsentForFollowUp(Refused):
    """A practitioner notes and closes follow-ups within a resident's consent."""


class NoConsentForRule(Refused):
    """A practitioner's rule needs a consent that covers what it looks at."""


class NoDebt(Refused):
    """The partner owes nothing."""


class NoDeviceMaker(Refused):
    """Models are proposed by makers of devices that are partners in good standing."""


class NoEmergencySlice(Refused):
    """The resident has given nothing to read in an emergency."""


class NoPilot(Refused):
    """The offering is not published as a pilot."""


class NoSuchProgramme(Refused):
    """The city has no such programme."""


class NoSuchResource(Refused):
    """Your institution has sent no such resource, or it matches no condition."""


class NoTelephone(Refused):
    """No text message reaches them."""


class NoTrustList(Refused):
    """There is no trust list here: no other city's code is honoured."""


class NobodyToAnswer(Refused):
    """No institution sent this, so none answers for it."""


class NotCorrected(Refused):
    """The resource is the version that was reported; send the corrected one first."""


class NotDisputed(Refused):
    """Nobody disputes this statement."""


class NotEligible(Refused):
    """The service is for others."""


class NotEven(Refused):
    """The two sides do not come to the same amount."""


class NotFound(Refused):
    """There is no such thing, or the caller may not know of it."""


class NotInGoodStanding(Refused):
    """The partner is suspended or frozen, or its certificates have lapsed."""


class NotInProgramme(Refused):
    """The service is for who takes part in a programme of the city's, and the one to be served does not."""


class NotLeaving(Refused):
    """The partner is not leaving: it has not begun to, stopped, or has left."""


class NotOurAccount(Refused):
    """The statement is not of an account of the operator's."""


class NotPermitted(Refused):
    """The partner may not publish this now."""


class NotProven(Refused):
    """It is not proven who this person is; what touches health data needs that."""


class NotRegisteredThen(Refused):
    """The practitioner was not registered yet when the code was scanned."""


class NotServed(Refused):
    """Nothing was served that this could be about."""


class NotThatMessage(Refused):
    """The file is not a valid message of its kind."""


class NotTheirStep(Refused):
    """The caller's role does not take this step."""


class NotYourOffering(Refused):
    """A desk orders what its own institution offers."""


class NotYourResident(Refused):
    """There is no such resident for the caller."""


class NothingProven(Refused):
    """Not everything ordered has been proven yet."""


class NothingReturned(Refused):
    """No bank statement says that this payout came back, or that is booked already."""


class NothingTaken(Refused):
    """No money of this order has been taken that could be given back."""


class NothingToAdjust(Refused):
    """There is no difference here that an entry could settle."""


class NothingToAppeal(Refused):
    """The partner's newest step is none that it may appeal against now."""


class NothingToAskBy(Refused):
    """Nobody can be asked for the patient number: it is matched, or has no name and birth date."""


class NothingToCosign(Refused):
    """The certificate needs no signature of a regulator's, has it, is over, or another was proposed since."""


class NothingToErase(Refused):
    """The consent lets nobody keep anything."""


class NothingToRetry(Refused):
    """There is nothing here that could be asked for again."""


class NothingToRevoke(Refused):
    """The certificate is not in force: it is over, was revoked, was replaced, or was never signed."""


class ObjectionOpen(Refused):
    """The resident may still object to what the partner says was given, or has objected."""


class OfAge(Refused):
    """Nobody acts for a person who is of age."""


class OfferOver(Refused):
    """The offer's time is over: it cannot be answered any more."""


class OfferingFrozen(Refused):
    """A regulator has frozen the offering."""


class OfferingWithdrawn(Refused):
    """The offering is not on sale."""


class OrderNotServed(Refused):
    """A device is bound to an order that the caller's institution is serving."""


class OrderedAlone(Refused):
    """What is paid by the period is ordered by itself."""


class OutcomeDiffers(Refused):
    """The answers come to another outcome than the one that was named."""


class OwnAccount(Refused):
    """Nobody freezes their own account, or lifts a freeze of it."""


class OwnAlertRule(Refused):
    """Nobody approves a rule that they proposed."""


class OwnCodeMap(Refused):
    """A map of codes is decided by somebody who has not sent it."""


class OwnDeviceModel(Refused):
    """Nobody approves a model that they proposed."""


class OwnGuardianshipProposal(Refused):
    """Another person confirms a guardianship than who proposed it."""


class OwnProposal(Refused):
    """Nobody signs what they proposed."""


class OwnSource(Refused):
    """Nobody approves a source that they registered."""


class OwnStep(Refused):
    """Nobody decides an appeal against a step that they took."""


class OwnerNotProven(Refused):
    """Only who has proven who they are has a printed code: it is good with their identity card alone."""


class PaidOtherwise(Refused):
    """The same transfer was recorded with another amount."""


class PaidTooMuch(Refused):
    """More was paid than the invoice still asks for."""


class PartnerFrozen(Refused):
    """A regulator has frozen what the partner may do."""


class PartnerNotActive(Refused):
    """The institution is not a partner in good standing now."""


class PasskeyCeremonyOver(Refused):
    """This was begun too long ago, or was finished before; begin again."""


class PasskeyCopied(Refused):
    """The passkey's counter went back: there may be a copy of it."""


class PasskeyKnown(Refused):
    """The authenticator has a passkey here already."""


class PasskeyRefused(Refused):
    """What the authenticator answered is not genuine, or is not of a passkey of this account."""


class PasskeysNotSetUp(Refused):
    """This city's pages take no passkeys; its operator has not said where they are."""


class PasswordWrong(Refused):
    """The current password is not this one."""


class PatientLinkMoveRefused(Refused):
    """The link between the patient number and the resident is past that step."""


class PeriodClosed(Refused):
    """A statement was issued until then already."""


class PeriodNotBegun(Refused):
    """The period that was paid for has not begun."""


class PeriodNotOver(Refused):
    """The period has not ended."""


class PeriodOutOfTurn(Refused):
    """Periods are closed in their order, each once."""


class PersistedQueryNotFound(Refused):
    """No document of this hash is known; send its text with it."""


class PersonHasAccount(Refused):
    """This person has an account of an operator or a regulator already, and one person has one."""


class PersonNotProven(Refused):
    """It has to be proven who the people of a guardianship are."""


class PilotElsewhere(Refused):
    """The service is tried out in some districts first, and the one to be served lives elsewhere."""


class PlanMalformed(Refused):
    """A split plan cannot be applied."""


class PractitionerFrozen(Refused):
    """A regulator has frozen this practitioner: they scan no codes."""


class PriceNotLower(Refused):
    """A private offer costs less than what everybody pays."""


class PrintedCodeOver(Refused):
    """The printed code is not in force: it was taken back, replaced, tried too often, or is over."""


class PrivateOfferOver(Refused):
    """The private offer is over."""


class PrivateOfferUsed(Refused):
    """The private offer was ordered by already; it is good once."""


class ProgrammeUnknown(Refused):
    """The service is for who takes part in a programme of the city's, and who orders is not told who does."""


class ProjectDoesNotFit(Refused):
    """The template does not ask what its project was approved for."""


class ProjectNotOpen(Refused):
    """Nobody can join the project: it is not approved, has ended, or its term is over."""


class ProjectStandsElsewhere(Refused):
    """The project does not stand where this step begins: it was taken before, or the project is over."""


class ProjectTakesThreePeople(Refused):
    """Whoever proposed or endorsed a project neither endorses nor approves it."""


class ProofNotTaken(Refused):
    """Services of this kind are proven in another way."""


class ProposalDecided(Refused):
    """The proposal has been decided."""


class ProviderAway(Refused):
    """The provider does not answer; sign in with the password, or try again shortly."""


class ProviderLinkTaken(Refused):
    """The account, or who the provider says this is, has another link already."""


class ProviderNotLinked(Refused):
    """No account is linked with who the provider says this is."""


class ProviderNotSetUp(Refused):
    """This city has no OpenID provider to sign in with."""


class ProviderRefused(Refused):
    """What came from the provider is not genuine, or is not of this sign-in."""


class ProviderSignInOver(Refused):
    """This sign-in was begun too long ago, or was finished before; begin again."""


class PushNotSetUp(Refused):
    """This city shows no messages in browsers; choose another channel."""


class QueryInvalid(Refused):
    """The query cannot be run as it is written."""


class QueryParameterInvalid(Refused):
    """A parameter is not one that the template allows."""


class QueueFull(Refused):
    """As many batches wait to be processed as may; send this one again later."""


class QuotaReached(Refused):
    """The institution has sent as much as it may in a day."""


class RateDiffers(Refused):
    """What was bought is not what was sold at that rate."""


class ReadingChanged(Refused):
    """The reading was corrected meanwhile."""


class ReadingDiffers(Refused):
    """Another reading of this number, or of this moment, was taken before."""


class ReadingImplausible(Refused):
    """No living person has such a value. Nothing was stored."""


class ReadingImpossible(Refused):
    """No body has such a value: the device or its unit is wrong."""


class ReadingOutOfTime(Refused):
    """A reading is of a time at which the device was not bound to this resident, or that cannot be right."""


class ReadingQuotaReached(Refused):
    """The device has sent as much as it may in a day."""


class ReadingRefused(Refused):
    """A reading is not well formed, or not of what the device measures."""


class ReadingWithdrawn(Refused):
    """The reading was withdrawn."""


class ReceiptRefused(Refused):
    """The scan's receipt does not prove this service."""


class ReferenceTaken(Refused):
    """The partner has an offering with this reference."""


class RefreshRefused(Refused):
    """The refresh token continues no session."""


class RefreshTokenReused(Refused):
    """The refresh token was used before, so its session was ended."""


class RefundTooLarge(Refused):
    """More would be given back than was taken."""


class RegisterAway(Refused):
    """The register cannot say now; nothing was decided. Ask again later."""


class RegistrationNotConfirmed(Refused):
    """The register of institutions does not confirm that this registration is in force and this institution's."""


class RegistrationTaken(Refused):
    """Another partner that passed screening has this registration number."""


class RegulatorDecides(Refused):
    """An appeal against a regulator's step is decided by another regulator."""


class ResidentNotServed(Refused):
    """The institution does not serve this resident now, so that it may ask them for nothing."""


class ResourceRefused(Refused):
    """A resource is not valid FHIR R4, or not of a kind that is kept here. None was stored."""


class ResourceStale(Refused):
    """A newer version of the resource is here already. None was stored."""


class ReusedByOthers(Refused):
    """Only the institution says that it has given a patient number to another patient."""


class ReviewClosed(Refused):
    """The review is settled, or the resource was sent again or left the record."""


class ReviewJudged(Refused):
    """You have judged this resource; it takes other people now."""


class ReviewNeeded(Refused):
    """The newest review of this area is not passed, or is too long ago for a certificate."""


class ReviewNotLooked(Refused):
    """Nobody judges a resource that they have not looked at."""


class RevisionChanged(Refused):
    """Another revision is in review than the one that was looked at."""


class RowsNotReleased(Refused):
    """COMPUTE releases results of approved queries, never records."""


class RunBudgetUsed(Refused):
    """The template, or its project, has been run as often as it may be."""


class RunNotOver(Refused):
    """The run has no result: it is not over, or nothing of it may be said."""


class SamePerson(Refused):
    """Whoever invited somebody does not confirm who they are; another person does."""


class ScanNotTaken(Refused):
    """A desk does not order by this scan."""


class ScanTooLate(Refused):
    """The scan was sent in too long after it was made."""


class ScanUsed(Refused):
    """The scan has proven this already, or something else; scan again."""


class ScopeRefused(Refused):
    """The system may do nothing of what it asks for."""


class SecondFactorNeeded(Refused):
    """A code of the second factor is needed."""


class SecondFactorNotSetUp(Refused):
    """This account needs a second factor, and has none yet."""


class SecondFactorThere(Refused):
    """The account has a second factor already."""


class SecondFactorWrong(Refused):
    """The code is not the second factor's, or was used before."""


class SessionBegun(Refused):
    """The session has begun, and the partner may still say whether its resident came."""


class SessionEnded(Refused):
    """The session was ended."""


class SeveralPartners(Refused):
    """An order is with one partner; place one for each, or use the cart."""


class SexUnknown(Refused):
    """The service is for people of one sex, and that of the one to be served is not known."""


class SignInRefused(Refused):
    """The login and the password do not belong together."""


class SiteChanged(Refused):
    """The site is not as it was when it was looked at."""


class SiteInUse(Refused):
    """Offerings on sale name the site."""


class SlotPast(Refused):
    """The slot has begun or is over."""


class SlotTaken(Refused):
    """No place is left in this slot."""


class SlotsOverlap(Refused):
    """The offering has a slot at that time."""


class SomethingLeft(Refused):
    """Something is left to do before the partner leaves."""


class SourceBudgetReached(Refused):
    """The source has sent as much as it said that it sends within a minute."""


class SourceKnown(Refused):
    """The institution has a source of this name already."""


class SourceMoveRefused(Refused):
    """The source is past that step."""


class SourcePaused(Refused):
    """The last batches of the source were mostly refused; look at their outcomes, then send the next."""


class SourceStopped(Refused):
    """The source may not send: it is not approved, or its institution may not use residents' data now."""


class StatementAnswered(Refused):
    """The statement has been answered."""


class StatementContradicts(Refused):
    """The bank gave another statement under this id before."""


class StatementNeeded(Refused):
    """Money is booked by the bank's statement alone; this message is another."""


class StatementRefused(Refused):
    """The partner's statement does not prove this service."""


class StatementUneven(Refused):
    """The statement's opening balance and entries do not come to its closing balance."""


class StatementUsed(Refused):
    """The statement has proven a service already."""


class StepRefused(Refused):
    """The partner's status does not allow this step."""


class StepUpNeeded(Refused):
    """This is grave, and the second factor was used too long ago."""


class SuspendedByRegulator(Refused):
    """A regulator suspended the partner; only a regulator lifts that."""


class TemplateKnown(Refused):
    """A version of this template waits for approval already."""


class TemplateNotApproved(Refused):
    """Only an approved template that was not withdrawn is run."""


class TemplateStandsElsewhere(Refused):
    """The template does not stand where this step begins."""


class TemplateTakesThreePeople(Refused):
    """Whoever proposed or endorsed a template neither endorses nor approves it."""


class TermsChanged(Refused):
    """The terms are not those that were agreed to."""


class TokenExpired(Refused):
    """The access token has expired."""


class TooCostly(Refused):
    """The operation costs more than one request may; ask for smaller pages."""


class TooLarge(Refused):
    """The request is larger than it may be."""


class TooLateToMove(Refused):
    """Moving the booking now would cost a fee; cancel, or ask the partner to move it."""


class TooManyAgreements(Refused):
    """Too many of the caller's orders are not heard of yet."""


class TooManyAlertRules(Refused):
    """There are as many rules as there may be; end one first."""


class TooManyApiKeys(Refused):
    """A partner may have only so many API keys at once."""


class TooManyAttachments(Refused):
    """The partner has as many pictures and documents as it may."""


class TooManyCalendars(Refused):
    """The partner has as many calendars as it may have."""


class TooManyCodeFiles(Refused):
    """So many files of codes are announced and not yet sent."""


class TooManyCodes(Refused):
    """No further code is sent for this order."""


class TooManyConformanceRuns(Refused):
    """A partner may start only so many runs of the checks of conformance a day; try tomorrow."""


class TooManyContacts(Refused):
    """An account may have only so many addresses and numbers."""


class TooManyCorrections(Refused):
    """A name and a birth date are corrected only so many times without the register."""


class TooManyDependants(Refused):
    """A guardian may have only so many dependants."""


class TooManyDeviceModels(Refused):
    """The maker has as many models waiting for a decision as it may have."""


class TooManyDevices(Refused):
    """The resident has as many devices, or the device as many keys, as there may be."""


class TooManyDocuments(Refused):
    """The institution has handed in as many documents as it may."""


class TooManyEmergencies(Refused):
    """The practitioner has opened as many records in emergencies as they may in a day."""


class TooManyErrorReports(Refused):
    """Many reports wait for answers; more are taken when some are answered."""


class TooManyFollowUps(Refused):
    """Many follow-ups are open for this resident; close some first."""


class TooManyFreezes(Refused):
    """So many freezes are in force that no more can be told to every service."""


class TooManyGuardians(Refused):
    """A dependant may have only so many guardians."""


class TooManyGuardianshipProposals(Refused):
    """A person may have only so many proposals that wait for an answer."""


class TooManyIdentityNumbers(Refused):
    """The institution has sent as many identity numbers as it may in a day; send the others tomorrow."""


class TooManyInvitations(Refused):
    """Only so many invitations may be open at once; take back those that nobody will accept."""


class TooManyLooks(Refused):
    """You have looked at this resource many times; judge it, or leave it to somebody else."""


class TooManyNewDocuments(Refused):
    """Too many documents that nobody sent before are waiting to be looked at; try again shortly."""


class TooManyOffers(Refused):
    """The resident was sent as many offers for this institution as one may be in a day."""


class TooManyOpen(Refused):
    """Too many connections or subscriptions are open; close some, or try again later."""


class TooManyPasskeys(Refused):
    """An account may have only so many passkeys."""


class TooManyPatientQuestions(Refused):
    """As many of the institution's patients are asked who they are as may be at a time."""


class TooManyPlaces(Refused):
    """One account holds no more places of one time or day, whoever they are for."""


class TooManyPrivateOffers(Refused):
    """The partner has as many private offers open as it may."""


class TooManyPushSubscriptions(Refused):
    """Messages are shown by only so many browsers."""


class TooManyReadings(Refused):
    """So many readings were entered within a day."""


class TooManyRuns(Refused):
    """Too many of the partner's runs wait; try again when one is over."""


class TooManySites(Refused):
    """The partner has as many sites as it may have."""


class TooManySources(Refused):
    """The institution has as many sources as it may have; end one first."""


class TooManyTries(Refused):
    """There were too many tries; wait before the next one."""


class TooManyUnpaid(Refused):
    """There are too many orders or places that nothing was paid for."""


class TooManyVisitRules(Refused):
    """The resident has as many visit rules as there may be."""


class TooManyWebhookEndpoints(Refused):
    """A partner may have only so many webhook endpoints; end one that is not needed."""


class TooMuchAsked(Refused):
    """The document asks for more than one request may."""


class TooOftenCalledOff(Refused):
    """Too many bookings were called off unpaid within the hour."""


class TooSlow(Refused):
    """The request's body did not come in time."""


class TransferRefused(Refused):
    """This order cannot be passed on."""


class TransitionRefused(Refused):
    """The order's status does not allow this step."""


class TrustListByTwo(Refused):
    """Whoever proposed a trust list does not approve it; another person does."""


class TrustListExpired(Refused):
    """The trust list is good no longer."""


class TrustListForged(Refused):
    """This is no trust list of the authority that the city's pack names."""


class TrustListProposed(Refused):
    """Another trust list waits for a decision; decide it first."""


class TrustListRolledBack(Refused):
    """There is a newer trust list than this one."""


class TryLater(Refused):
    """This cannot be taken on now; try again later. `retry_after` says in how many seconds."""


class Unauthenticated(Refused):
    """A valid access token is needed."""


class Unavailable(Refused):
    """Something this needs is not reachable; try again shortly."""


class UnderAge(Refused):
    """A minor lets no app see their record; who acts for them does."""


class UnknownOffering(Refused):
    """The offering is not known here (yet)."""


class UnknownPrivateOffer(Refused):
    """There is no such private offer for the caller."""


class UnknownWitness(Refused):
    """The signature is of no witness that is known here."""


class UnsupportedMediaType(Refused):
    """The request's body is not of a type that is read here."""


class VersionConflict(Refused):
    """The stored version of the resource is another. Nothing was stored."""


class VisitOver(Refused):
    """The visit is over: what its scan offered cannot be answered any more."""


class VisitRuleEnded(Refused):
    """The visit rule was ended before."""


class WaitingLinesFull(Refused):
    """As many lines of the source wait for whose patient number it is as may; say first who the patients are."""


class WebhookEndpointEnded(Refused):
    """The webhook endpoint has ended; make another."""


class WebhookEndpointNotActive(Refused):
    """The webhook endpoint is paused or disabled; resume it first."""


class WebhooksNeedStanding(Refused):
    """Webhooks are for partners that are active, certified and not frozen."""


BY_CODE: dict[str, type[Refused]] = {
    "absence-not-taken": AbsenceNotTaken,
    "absence-too-early": AbsenceTooEarly,
    "absence-too-late": AbsenceTooLate,
    "access-log-broken": AccessLogBroken,
    "account-frozen": AccountFrozen,
    "account-suspended": AccountSuspended,
    "account-unconfirmed": AccountUnconfirmed,
    "adjustment-decided": AdjustmentDecided,
    "adjustment-pending": AdjustmentPending,
    "age-unknown": AgeUnknown,
    "alert-rule-move-refused": AlertRuleMoveRefused,
    "all-of-it": AllOfIt,
    "already-answered": AlreadyAnswered,
    "already-appealed": AlreadyAppealed,
    "already-applied": AlreadyApplied,
    "already-attested": AlreadyAttested,
    "already-complained": AlreadyComplained,
    "already-ended": AlreadyEnded,
    "already-frozen": AlreadyFrozen,
    "already-joined": AlreadyJoined,
    "already-lifted": AlreadyLifted,
    "already-proven": AlreadyProven,
    "already-reviewed": AlreadyReviewed,
    "already-revoked": AlreadyRevoked,
    "already-spoken": AlreadySpoken,
    "answer-not-kept": AnswerNotKept,
    "app-code-refused": AppCodeRefused,
    "app-refused": AppRefused,
    "appeal-over": AppealOver,
    "attachment-refused": AttachmentRefused,
    "bank-account-change-open": BankAccountChangeOpen,
    "bank-account-change-over": BankAccountChangeOver,
    "bank-decides": BankDecides,
    "batch-cut": BatchCut,
    "batch-differs": BatchDiffers,
    "batch-not-missing": BatchNotMissing,
    "batch-too-far-ahead": BatchTooFarAhead,
    "beyond-funds": BeyondFunds,
    "booked-elsewhere": BookedElsewhere,
    "break-resolved": BreakResolved,
    "budget-spent": BudgetSpent,
    "bundle-refused": BundleRefused,
    "busy": Busy,
    "calendar-ended": CalendarEnded,
    "calendar-of-another": CalendarOfAnother,
    "calendar-taken": CalendarTaken,
    "card-differs": CardDiffers,
    "cart-changed": CartChanged,
    "cart-empty": CartEmpty,
    "case-open": CaseOpen,
    "case-resolved": CaseResolved,
    "case-step-refused": CaseStepRefused,
    "checklist-changed": ChecklistChanged,
    "checklist-incomplete": ChecklistIncomplete,
    "city-not-trusted": CityNotTrusted,
    "city-request-forged": CityRequestForged,
    "city-request-replayed": CityRequestReplayed,
    "client-refused": ClientRefused,
    "clocks-differ": ClocksDiffer,
    "code-expired": CodeExpired,
    "code-file-refused": CodeFileRefused,
    "code-forged": CodeForged,
    "code-map-decided": CodeMapDecided,
    "code-not-yet": CodeNotYet,
    "code-of-another-city": CodeOfAnotherCity,
    "code-rotated": CodeRotated,
    "code-too-soon": CodeTooSoon,
    "code-used": CodeUsed,
    "code-wrong": CodeWrong,
    "codes-differ": CodesDiffer,
    "concurrent-write": ConcurrentWrite,
    "condition-ambiguous": ConditionAmbiguous,
    "conformance-check-begun": ConformanceCheckBegun,
    "conformance-not-passed": ConformanceNotPassed,
    "conformance-run-over": ConformanceRunOver,
    "consent-denied": ConsentDenied,
    "consent-in-force": ConsentInForce,
    "contact-denied": ContactDenied,
    "contract-superseded": ContractSuperseded,
    "correction-changes-majority": CorrectionChangesMajority,
    "deadline-passed": DeadlinePassed,
    "decided": Decided,
    "deletion-refused": DeletionRefused,
    "device-bound": DeviceBound,
    "device-ended": DeviceEnded,
    "device-key-known": DeviceKeyKnown,
    "device-model-decided": DeviceModelDecided,
    "device-model-known": DeviceModelKnown,
    "device-model-not-approved": DeviceModelNotApproved,
    "device-move-refused": DeviceMoveRefused,
    "device-not-recognised": DeviceNotRecognised,
    "disputed": Disputed,
    "district-registered": DistrictRegistered,
    "district-said-lately": DistrictSaidLately,
    "district-unknown": DistrictUnknown,
    "document-refused": DocumentRefused,
    "duty-needed": DutyNeeded,
    "duty-not-yours": DutyNotYours,
    "emergency-open": EmergencyOpen,
    "emergency-reviewed": EmergencyReviewed,
    "entitlement-over": EntitlementOver,
    "entitlement-used-up": EntitlementUsedUp,
    "error-report-closed": ErrorReportClosed,
    "error-report-open": ErrorReportOpen,
    "evidence-missing": EvidenceMissing,
    "follow-up-move-refused": FollowUpMoveRefused,
    "forbidden": Forbidden,
    "format-not-offered": FormatNotOffered,
    "guardian-acts-not-yours": GuardianActsNotYours,
    "guardian-in-care": GuardianInCare,
    "guardian-minor": GuardianMinor,
    "guardian-not-proven": GuardianNotProven,
    "guardianship-by-evidence": GuardianshipByEvidence,
    "guardianship-confirmed-by-person": GuardianshipConfirmedByPerson,
    "guardianship-decided-by-operator": GuardianshipDecidedByOperator,
    "guardianship-evidence-needed": GuardianshipEvidenceNeeded,
    "guardianship-exists": GuardianshipExists,
    "guardianship-proposal-closed": GuardianshipProposalClosed,
    "guardianship-proposal-expired": GuardianshipProposalExpired,
    "guardianship-proposed": GuardianshipProposed,
    "guardianship-term-needed": GuardianshipTermNeeded,
    "guardianship-term-too-long": GuardianshipTermTooLong,
    "home-city-away": HomeCityAway,
    "home-city-refused": HomeCityRefused,
    "identity-not-confirmed": IdentityNotConfirmed,
    "identity-number-needed": IdentityNumberNeeded,
    "identity-number-taken": IdentityNumberTaken,
    "ingest-refused": IngestRefused,
    "interaction-not-supported": InteractionNotSupported,
    "invalid": Invalid,
    "invitation-expired": InvitationExpired,
    "invitation-unknown": InvitationUnknown,
    "invitation-used": InvitationUsed,
    "key-not-taken": KeyNotTaken,
    "key-reused": KeyReused,
    "last-account": LastAccount,
    "last-factor": LastFactor,
    "late-scan": LateScan,
    "legal-basis-over": LegalBasisOver,
    "licence-not-checked": LicenceNotChecked,
    "licence-not-confirmed": LicenceNotConfirmed,
    "licence-taken": LicenceTaken,
    "login-taken": LoginTaken,
    "may-not-hand-in-codes": MayNotHandInCodes,
    "may-not-use-data": MayNotUseData,
    "messages-not-set-up": MessagesNotSetUp,
    "minor-decides": MinorDecides,
    "month-not-over": MonthNotOver,
    "name-taken": NameTaken,
    "needs-second-person": NeedsSecondPerson,
    "no-code-sent": NoCodeSent,
    "no-consent-for-follow-up": NoConsentForFollowUp,
    "no-consent-for-rule": NoConsentForRule,
    "no-debt": NoDebt,
    "no-device-maker": NoDeviceMaker,
    "no-emergency-slice": NoEmergencySlice,
    "no-pilot": NoPilot,
    "no-such-programme": NoSuchProgramme,
    "no-such-resource": NoSuchResource,
    "no-telephone": NoTelephone,
    "no-trust-list": NoTrustList,
    "nobody-to-answer": NobodyToAnswer,
    "not-corrected": NotCorrected,
    "not-disputed": NotDisputed,
    "not-eligible": NotEligible,
    "not-even": NotEven,
    "not-found": NotFound,
    "not-in-good-standing": NotInGoodStanding,
    "not-in-programme": NotInProgramme,
    "not-leaving": NotLeaving,
    "not-our-account": NotOurAccount,
    "not-permitted": NotPermitted,
    "not-proven": NotProven,
    "not-registered-then": NotRegisteredThen,
    "not-served": NotServed,
    "not-that-message": NotThatMessage,
    "not-their-step": NotTheirStep,
    "not-your-offering": NotYourOffering,
    "not-your-resident": NotYourResident,
    "nothing-proven": NothingProven,
    "nothing-returned": NothingReturned,
    "nothing-taken": NothingTaken,
    "nothing-to-adjust": NothingToAdjust,
    "nothing-to-appeal": NothingToAppeal,
    "nothing-to-ask-by": NothingToAskBy,
    "nothing-to-cosign": NothingToCosign,
    "nothing-to-erase": NothingToErase,
    "nothing-to-retry": NothingToRetry,
    "nothing-to-revoke": NothingToRevoke,
    "objection-open": ObjectionOpen,
    "of-age": OfAge,
    "offer-over": OfferOver,
    "offering-frozen": OfferingFrozen,
    "offering-withdrawn": OfferingWithdrawn,
    "order-not-served": OrderNotServed,
    "ordered-alone": OrderedAlone,
    "outcome-differs": OutcomeDiffers,
    "own-account": OwnAccount,
    "own-alert-rule": OwnAlertRule,
    "own-code-map": OwnCodeMap,
    "own-device-model": OwnDeviceModel,
    "own-guardianship-proposal": OwnGuardianshipProposal,
    "own-proposal": OwnProposal,
    "own-source": OwnSource,
    "own-step": OwnStep,
    "owner-not-proven": OwnerNotProven,
    "paid-otherwise": PaidOtherwise,
    "paid-too-much": PaidTooMuch,
    "partner-frozen": PartnerFrozen,
    "partner-not-active": PartnerNotActive,
    "passkey-ceremony-over": PasskeyCeremonyOver,
    "passkey-copied": PasskeyCopied,
    "passkey-known": PasskeyKnown,
    "passkey-refused": PasskeyRefused,
    "passkeys-not-set-up": PasskeysNotSetUp,
    "password-wrong": PasswordWrong,
    "patient-link-move-refused": PatientLinkMoveRefused,
    "period-closed": PeriodClosed,
    "period-not-begun": PeriodNotBegun,
    "period-not-over": PeriodNotOver,
    "period-out-of-turn": PeriodOutOfTurn,
    "persisted-query-not-found": PersistedQueryNotFound,
    "person-has-account": PersonHasAccount,
    "person-not-proven": PersonNotProven,
    "pilot-elsewhere": PilotElsewhere,
    "plan-malformed": PlanMalformed,
    "practitioner-frozen": PractitionerFrozen,
    "price-not-lower": PriceNotLower,
    "printed-code-over": PrintedCodeOver,
    "private-offer-over": PrivateOfferOver,
    "private-offer-used": PrivateOfferUsed,
    "programme-unknown": ProgrammeUnknown,
    "project-does-not-fit": ProjectDoesNotFit,
    "project-not-open": ProjectNotOpen,
    "project-stands-elsewhere": ProjectStandsElsewhere,
    "project-takes-three-people": ProjectTakesThreePeople,
    "proof-not-taken": ProofNotTaken,
    "proposal-decided": ProposalDecided,
    "provider-away": ProviderAway,
    "provider-link-taken": ProviderLinkTaken,
    "provider-not-linked": ProviderNotLinked,
    "provider-not-set-up": ProviderNotSetUp,
    "provider-refused": ProviderRefused,
    "provider-sign-in-over": ProviderSignInOver,
    "push-not-set-up": PushNotSetUp,
    "query-invalid": QueryInvalid,
    "query-parameter-invalid": QueryParameterInvalid,
    "queue-full": QueueFull,
    "quota-reached": QuotaReached,
    "rate-differs": RateDiffers,
    "reading-changed": ReadingChanged,
    "reading-differs": ReadingDiffers,
    "reading-implausible": ReadingImplausible,
    "reading-impossible": ReadingImpossible,
    "reading-out-of-time": ReadingOutOfTime,
    "reading-quota-reached": ReadingQuotaReached,
    "reading-refused": ReadingRefused,
    "reading-withdrawn": ReadingWithdrawn,
    "receipt-refused": ReceiptRefused,
    "reference-taken": ReferenceTaken,
    "refresh-refused": RefreshRefused,
    "refresh-token-reused": RefreshTokenReused,
    "refund-too-large": RefundTooLarge,
    "register-away": RegisterAway,
    "registration-not-confirmed": RegistrationNotConfirmed,
    "registration-taken": RegistrationTaken,
    "regulator-decides": RegulatorDecides,
    "resident-not-served": ResidentNotServed,
    "resource-refused": ResourceRefused,
    "resource-stale": ResourceStale,
    "reused-by-others": ReusedByOthers,
    "review-closed": ReviewClosed,
    "review-judged": ReviewJudged,
    "review-needed": ReviewNeeded,
    "review-not-looked": ReviewNotLooked,
    "revision-changed": RevisionChanged,
    "rows-not-released": RowsNotReleased,
    "run-budget-used": RunBudgetUsed,
    "run-not-over": RunNotOver,
    "same-person": SamePerson,
    "scan-not-taken": ScanNotTaken,
    "scan-too-late": ScanTooLate,
    "scan-used": ScanUsed,
    "scope-refused": ScopeRefused,
    "second-factor-needed": SecondFactorNeeded,
    "second-factor-not-set-up": SecondFactorNotSetUp,
    "second-factor-there": SecondFactorThere,
    "second-factor-wrong": SecondFactorWrong,
    "session-begun": SessionBegun,
    "session-ended": SessionEnded,
    "several-partners": SeveralPartners,
    "sex-unknown": SexUnknown,
    "sign-in-refused": SignInRefused,
    "site-changed": SiteChanged,
    "site-in-use": SiteInUse,
    "slot-past": SlotPast,
    "slot-taken": SlotTaken,
    "slots-overlap": SlotsOverlap,
    "something-left": SomethingLeft,
    "source-budget-reached": SourceBudgetReached,
    "source-known": SourceKnown,
    "source-move-refused": SourceMoveRefused,
    "source-paused": SourcePaused,
    "source-stopped": SourceStopped,
    "statement-answered": StatementAnswered,
    "statement-contradicts": StatementContradicts,
    "statement-needed": StatementNeeded,
    "statement-refused": StatementRefused,
    "statement-uneven": StatementUneven,
    "statement-used": StatementUsed,
    "step-refused": StepRefused,
    "step-up-needed": StepUpNeeded,
    "suspended-by-regulator": SuspendedByRegulator,
    "template-known": TemplateKnown,
    "template-not-approved": TemplateNotApproved,
    "template-stands-elsewhere": TemplateStandsElsewhere,
    "template-takes-three-people": TemplateTakesThreePeople,
    "terms-changed": TermsChanged,
    "token-expired": TokenExpired,
    "too-costly": TooCostly,
    "too-large": TooLarge,
    "too-late-to-move": TooLateToMove,
    "too-many-agreements": TooManyAgreements,
    "too-many-alert-rules": TooManyAlertRules,
    "too-many-api-keys": TooManyApiKeys,
    "too-many-attachments": TooManyAttachments,
    "too-many-calendars": TooManyCalendars,
    "too-many-code-files": TooManyCodeFiles,
    "too-many-codes": TooManyCodes,
    "too-many-conformance-runs": TooManyConformanceRuns,
    "too-many-contacts": TooManyContacts,
    "too-many-corrections": TooManyCorrections,
    "too-many-dependants": TooManyDependants,
    "too-many-device-models": TooManyDeviceModels,
    "too-many-devices": TooManyDevices,
    "too-many-documents": TooManyDocuments,
    "too-many-emergencies": TooManyEmergencies,
    "too-many-error-reports": TooManyErrorReports,
    "too-many-follow-ups": TooManyFollowUps,
    "too-many-freezes": TooManyFreezes,
    "too-many-guardians": TooManyGuardians,
    "too-many-guardianship-proposals": TooManyGuardianshipProposals,
    "too-many-identity-numbers": TooManyIdentityNumbers,
    "too-many-invitations": TooManyInvitations,
    "too-many-looks": TooManyLooks,
    "too-many-new-documents": TooManyNewDocuments,
    "too-many-offers": TooManyOffers,
    "too-many-open": TooManyOpen,
    "too-many-passkeys": TooManyPasskeys,
    "too-many-patient-questions": TooManyPatientQuestions,
    "too-many-places": TooManyPlaces,
    "too-many-private-offers": TooManyPrivateOffers,
    "too-many-push-subscriptions": TooManyPushSubscriptions,
    "too-many-readings": TooManyReadings,
    "too-many-runs": TooManyRuns,
    "too-many-sites": TooManySites,
    "too-many-sources": TooManySources,
    "too-many-tries": TooManyTries,
    "too-many-unpaid": TooManyUnpaid,
    "too-many-visit-rules": TooManyVisitRules,
    "too-many-webhook-endpoints": TooManyWebhookEndpoints,
    "too-much-asked": TooMuchAsked,
    "too-often-called-off": TooOftenCalledOff,
    "too-slow": TooSlow,
    "transfer-refused": TransferRefused,
    "transition-refused": TransitionRefused,
    "trust-list-by-two": TrustListByTwo,
    "trust-list-expired": TrustListExpired,
    "trust-list-forged": TrustListForged,
    "trust-list-proposed": TrustListProposed,
    "trust-list-rolled-back": TrustListRolledBack,
    "try-later": TryLater,
    "unauthenticated": Unauthenticated,
    "unavailable": Unavailable,
    "under-age": UnderAge,
    "unknown-offering": UnknownOffering,
    "unknown-private-offer": UnknownPrivateOffer,
    "unknown-witness": UnknownWitness,
    "unsupported-media-type": UnsupportedMediaType,
    "version-conflict": VersionConflict,
    "visit-over": VisitOver,
    "visit-rule-ended": VisitRuleEnded,
    "waiting-lines-full": WaitingLinesFull,
    "webhook-endpoint-ended": WebhookEndpointEnded,
    "webhook-endpoint-not-active": WebhookEndpointNotActive,
    "webhooks-need-standing": WebhooksNeedStanding,
}
