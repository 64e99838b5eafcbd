import { graphql } from "./graphql.ts";

export const PartnerMe = graphql(`
  query PagePartnerMe {
    me {
      duties
      institution { id name }
    }
  }
`);

export const PartnerPage = graphql(`
  query PagePartner($id: ID!) {
    partner(id: $id) {
      id name kind status registrationNumber districts appliedAt
      contact { name email telephone }
      bankAccount { holder number bankCode }
      evidence { aspect title reference validUntil documentId kind status renewFrom }
      certificates { id aspect scope issuedAt expiresAt cosignedAt }
      proposedCertificates { id aspect }
      capabilities
      suspensionReason suspendedAt
      offboarding { reason begunAt stoppedAt stopReason steps { step takenAs takenAt } }
      missingEvidence
      appealUntil
      appeals { id against status reason appealedAt endedAt voices { granted reason spokenAs spokenAt } }
      screening {
        passed reasons decidedAt score passAt
        areas { area score passed }
        toMend { item { code area question } verdict reason }
      }
      contract {
        id offeredAt signedAt
        splitPlan { shares { party of basisPoints fixed { amount currency } floor { amount currency } cap { amount currency } } }
      }
      contracts { id status offeredAt effectiveOn effectiveAt splitPlan { version shares { party basisPoints } } }
      steps { was became takenAt reason }
      freezes { id caseNumber capabilities reason imposedAt liftedAt }
    }
  }
`);

export const PartnerChecklist = graphql(`
  query PageChecklist($kind: PartnerKind!) {
    checklist(kind: $kind) {
      passAt areaAt reviewDays
      items { code area question weight knockOut evidence }
      documents { code name }
    }
  }
`);

export const ApplyAsPartner = graphql(`
  mutation PageApply($manifest: PartnerManifestInput!, $key: String!) {
    applyAsPartner(manifest: $manifest, idempotencyKey: $key) {
      __typename
      ... on Partner { id status }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const AnnounceAttachment = graphql(`
  mutation PageAnnounceAttachment($mediaType: String!, $size: Int!, $sha256: String!, $key: String!) {
    announceAttachment(mediaType: $mediaType, size: $size, sha256: $sha256, idempotencyKey: $key) {
      __typename
      ... on AttachmentLink { attachmentId path }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const SitesWithPictures = graphql(`
  query PageSitesWithPictures($partnerId: ID!) {
    sites(partnerId: $partnerId) {
      id code name address closed
      pictures { attachmentId altZh: alt(locale: "zh-CN") altEn: alt(locale: "en") file { url } }
    }
    siteReviews(first: 100) {
      nodes {
        site { id }
        pictures { attachmentId altZh: alt(locale: "zh-CN") altEn: alt(locale: "en") file { url } }
        hiddenAttachmentIds
        refusal
      }
    }
  }
`);

export const PutSitePictures = graphql(`
  mutation PagePutSitePictures($code: String!, $pictures: [PictureInput!]!, $key: String!) {
    putSitePictures(code: $code, pictures: $pictures, idempotencyKey: $key) {
      __typename
      ... on Site { id version }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const RequestUpload = graphql(`
  mutation PageRequestUpload($mediaType: String!, $size: Int!, $sha256: String!, $key: String!) {
    requestUpload(mediaType: $mediaType, size: $size, sha256: $sha256, idempotencyKey: $key) {
      __typename
      ... on DocumentLink { documentId path }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const AddEvidence = graphql(`
  mutation PageAddEvidence($evidence: [EvidenceInput!]!, $key: String!) {
    addEvidence(evidence: $evidence, idempotencyKey: $key) {
      __typename
      ... on Partner { id evidence { title } missingEvidence }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const SignContract = graphql(`
  mutation PageSignContract($id: ID!, $key: String!) {
    signContract(contractId: $id, idempotencyKey: $key) {
      __typename
      ... on Partner { id status }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const PartnerOrders = graphql(`
  query PagePartnerOrders(
    $status: OrderStatus, $waitsFor: OrderParty, $offeringId: ID, $placed: IntervalInput, $first: Int, $after: String
  ) {
    orders(
      status: $status, waitsFor: $waitsFor, offeringId: $offeringId, placed: $placed, first: $first, after: $after
    ) {
      nodes {
        id residentId status placedAt deadline contested
        total { amount currency }
        nextSteps { party action until }
        lines { title quantity bookings { interval { start end } } }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const DaySessions = graphql(`
  query PageDaySessions(
    $day: String, $siteId: ID, $practitionerId: ID, $waitsForPartner: Boolean, $first: Int, $after: String
  ) {
    daySessions(
      day: $day, siteId: $siteId, practitionerId: $practitionerId, waitsForPartner: $waitsForPartner, first: $first,
      after: $after
    ) {
      nodes {
        bookingId orderId orderLineId title calendars practitionerIds beneficiaryId status agreedAt proven
        interval { start end }
        site { id name }
        nextSteps { party action until }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const DeskPlaces = graphql(`
  query PageDeskPlaces($partnerId: ID!) {
    sites(partnerId: $partnerId) { id name closed }
    practitioners(first: 100) { nodes { id name } }
  }
`);

export const StateAbsence = graphql(`
  mutation PageStateAbsence($orderId: ID!, $key: String!, $validateOnly: Boolean!) {
    stateAbsence(orderId: $orderId, idempotencyKey: $key, validateOnly: $validateOnly) {
      __typename
      ... on Order {
        id status
        cancellation { due { amount currency } released { amount currency } }
      }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const Calendars = graphql(`
  query PageCalendars {
    calendars { code kind name practitionerId endsAt }
    practitioners(first: 100) { nodes { id name } }
  }
`);

export const PutCalendar = graphql(`
  mutation PagePutCalendar($code: String!, $kind: CalendarKind!, $name: String!, $practitionerId: ID, $key: String!) {
    putCalendar(code: $code, kind: $kind, name: $name, practitionerId: $practitionerId, idempotencyKey: $key) {
      __typename
      ... on Calendar { code kind name practitionerId endsAt }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const BookedDays = graphql(`
  query PageBookedDays($fromDay: String!, $untilDay: String, $siteId: ID, $calendarCode: String) {
    bookedDays(fromDay: $fromDay, untilDay: $untilDay, siteId: $siteId, calendarCode: $calendarCode) {
      slots sessions orders
      totals { amount currency }
    }
  }
`);

export const CloseDay = graphql(`
  mutation PageCloseDay($siteId: ID!, $day: String!, $reason: String!, $key: String!) {
    closeDay(siteId: $siteId, day: $day, reason: $reason, idempotencyKey: $key) {
      __typename
      ... on SlotsWithdrawn { slotIds }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const EndCalendar = graphql(`
  mutation PageEndCalendar($code: String!, $fromDay: String!, $reason: String!, $key: String!) {
    endCalendar(code: $code, fromDay: $fromDay, reason: $reason, idempotencyKey: $key) {
      __typename
      ... on SlotsWithdrawn { slotIds }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const PartnerOrder = graphql(`
  query PagePartnerOrder($id: ID!) {
    order(id: $id) {
      id residentId status reason process placedAt changedAt deadline objectionUntil contested consentProblem
      total { amount currency }
      series { period periodsMax startsAt endsAt end }
      nextSteps { party action until }
      cancellation { possible due { amount currency } released { amount currency } }
      lines {
        id title quantity proven offeringId pricedPer
        unitPrice { amount currency }
        due { amount currency }
        total { amount currency }
        bookings { id slotId interval { start end } bookedBy agreedAt answerBy }
        entitlements { code title granted used givenUp validUntil }
      }
      proofs { id orderLineId provenAt source item }
      payment {
        id status failure
        amount { amount currency }
        captured { amount currency }
        refunded { amount currency }
        refunding { amount currency }
        splits { gross { amount currency } parts { party amount { amount currency } } }
      }
    }
  }
`);

export const AcceptOrder = graphql(`
  mutation PageAcceptOrder($id: ID!, $key: String!) {
    acceptOrder(orderId: $id, idempotencyKey: $key) {
      __typename
      ... on Order { id status }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const RefuseOrder = graphql(`
  mutation PageRefuseOrder($id: ID!, $reason: String!, $key: String!) {
    refuseOrder(orderId: $id, reason: $reason, idempotencyKey: $key) {
      __typename
      ... on Order { id status }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const FulfilPartnerOrder = graphql(`
  mutation PageFulfilPartnerOrder($id: ID!, $key: String!) {
    fulfilOrder(orderId: $id, idempotencyKey: $key) {
      __typename
      ... on Order { id status }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const RefundOrder = graphql(`
  mutation PageRefundOrder($id: ID!, $reason: String!, $amount: MoneyInput, $key: String!) {
    refundOrder(orderId: $id, reason: $reason, amount: $amount, idempotencyKey: $key) {
      __typename
      ... on Payment { id status refunding { amount currency } }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const PartnerOfferings = graphql(`
  query PagePartnerOfferings($status: OfferingStatus, $first: Int, $after: String) {
    partnerOfferings(status: $status, first: $first, after: $after) {
      nodes {
        id reference revision status title kind category publishedAt reviewReasons bookingRequired
        price { amount currency }
        pricedPer
        periodDays
        pilot { districts endsAt }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const OfferingsInFull = graphql(`
  query PageOfferingsInFull($first: Int, $after: String) {
    partnerOfferings(first: $first, after: $after) {
      nodes {
        id reference revision status definition kind bookingRequired category population districts validDays
        pricedPer unitsMax periodDays periodsMax
        titleZh: title(locale: "zh-CN")
        titleEn: title(locale: "en")
        descriptionZh: description(locale: "zh-CN")
        descriptionEn: description(locale: "en")
        reviewReasons reviewedAt publishedAt
        price { amount currency }
        contents { code title kind times titleZh: title(locale: "zh-CN") titleEn: title(locale: "en") }
        cancellation { hoursBefore feeBasisPoints }
        eligibility { ageFromMonths ageBelowMonths sex districts programmes }
        askedPilot { districts endsAt }
        pilot { districts endsAt }
        sites { code }
        pictures { attachmentId altZh: alt(locale: "zh-CN") altEn: alt(locale: "en") }
        leaflets { attachmentId titleZh: title(locale: "zh-CN") titleEn: title(locale: "en") }
        consent { informationTypes purpose accessMode validDays retentionDays sensitiveCategories }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const OfferingTimes = graphql(`
  query PageOfferingTimes($id: ID!) {
    offering(id: $id) { id freePlaces { slotId free interval { start end } } }
  }
`);

export const Definitions = graphql(`
  query PageDefinitions {
    serviceDefinitions { code title category population description }
    city { currency locales districts { code name } programmes { code name } }
  }
`);

export const DraftOffering = graphql(`
  mutation PageDraftOffering($manifest: OfferingManifestInput!, $key: String!) {
    draftOffering(manifest: $manifest, idempotencyKey: $key) {
      __typename
      ... on Offering { id status revision }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const ReviseOffering = graphql(`
  mutation PageReviseOffering($id: ID!, $manifest: OfferingManifestInput!, $key: String!) {
    reviseOffering(offeringId: $id, manifest: $manifest, idempotencyKey: $key) {
      __typename
      ... on Offering { id status revision }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const SubmitOffering = graphql(`
  mutation PageSubmitOffering($id: ID!, $key: String!) {
    submitOffering(offeringId: $id, idempotencyKey: $key) {
      __typename
      ... on Offering { id status }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const RetireOffering = graphql(`
  mutation PageRetireOffering($id: ID!, $reason: String!, $key: String!) {
    retireOffering(offeringId: $id, reason: $reason, idempotencyKey: $key) {
      __typename
      ... on Offering { id status }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const AddWeeklySlots = graphql(`
  mutation PageAddWeeklySlots($id: ID!, $pattern: WeeklySlotsInput!, $key: String!) {
    addWeeklySlots(offeringId: $id, pattern: $pattern, idempotencyKey: $key) {
      __typename
      ... on SlotsAdded { slotIds skipped { day time reason } }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const WithdrawSlots = graphql(`
  mutation PageWithdrawSlots($id: ID!, $reason: String!, $slotIds: [ID!], $day: String, $key: String!) {
    withdrawSlots(offeringId: $id, reason: $reason, slotIds: $slotIds, day: $day, idempotencyKey: $key) {
      __typename
      ... on SlotsWithdrawn { slotIds }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const PartnerComplaints = graphql(`
  query PagePartnerComplaints($status: ComplaintStatus, $first: Int, $after: String) {
    complaints(status: $status, first: $first, after: $after) {
      nodes { id orderId residentId status text answer decision upheld openedAt answerBy escalated notGiven }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const AnswerComplaint = graphql(`
  mutation PageAnswerComplaint($id: ID!, $answer: String!, $key: String!) {
    answerComplaint(complaintId: $id, answer: $answer, idempotencyKey: $key) {
      __typename
      ... on Complaint { id status }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const PartnerDisputes = graphql(`
  query PagePartnerDisputes($first: Int, $after: String) {
    disputes(first: $first, after: $after) {
      nodes { id paymentId amount { amount currency } reason status byBank openedAt decidedAt }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const PartnerDisputeEvidence = graphql(`
  query PageDisputeEvidence($id: ID!) {
    disputeEvidence(disputeId: $id) { sha256 frozen content }
  }
`);

export const MoneyPage = graphql(`
  query PageMoney {
    balances { account amount { amount currency } }
    payoutOutlook {
      terms { holdDays minimumMinor reserveBasisPoints reserveDays frozen riskTier rail schedule scheduleDay }
      currencies {
        pending { amount currency }
        posted { amount currency }
        onHold { amount currency }
        disputed { amount currency }
        complained { amount currency }
        reserved { amount currency }
        invoiced { amount currency }
        due { amount currency }
        heldBecause heldUntil nextOn
      }
    }
  }
`);

export const PartnerPayouts = graphql(`
  query PagePayouts($first: Int, $after: String) {
    payouts(first: $first, after: $after) {
      nodes { id amount { amount currency } status entriesClaimed createdAt submittedAt settledAt rail failure }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const PartnerStatements = graphql(`
  query PageStatements($first: Int, $after: String) {
    issuedStatements(first: $first, after: $after) {
      nodes {
        id status issuedAt deadlineAt reason answeredAt resolution periodStart periodEnd disputedPositions sha256
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const StatementLines = graphql(`
  query PageStatementLines($partnerId: ID!, $period: IntervalInput) {
    statement(partnerId: $partnerId, period: $period) {
      currencies {
        opening { amount currency }
        closing { amount currency }
        lines {
          position recordedAt kind reference orderId payoutId
          amount { amount currency }
          gross { amount currency }
        }
      }
    }
  }
`);

export const StatementLinePage = graphql(`
  query PageStatementLine($statementId: ID!, $position: String!) {
    statementLine(statementId: $statementId, position: $position) {
      line { position recordedAt kind orderId payoutId amount { amount currency } gross { amount currency } }
      entry { id kind reference recordedAt postings { account amount { amount currency } } }
      splits {
        gross { amount currency }
        plan { version shares { party of basisPoints fixed { amount currency } } }
        parts { party amount { amount currency } }
      }
      proofs { proofId scanId provenAt }
      paidPositions
    }
  }
`);

export const StatementFile = graphql(`
  query PageStatementFile($statementId: ID!, $format: DocumentFormat!) {
    statementDocument(statementId: $statementId, format: $format) { name mediaType sha256 content }
  }
`);

export const ConfirmStatement = graphql(`
  mutation PageConfirmStatement($id: ID!, $key: String!) {
    confirmStatement(statementId: $id, idempotencyKey: $key) {
      __typename
      ... on IssuedStatement { id status }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const DisputeStatement = graphql(`
  mutation PageDisputeStatement($id: ID!, $reason: String!, $positions: [String!], $key: String!) {
    disputeStatement(statementId: $id, reason: $reason, positions: $positions, idempotencyKey: $key) {
      __typename
      ... on IssuedStatement { id status }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const ApiKeys = graphql(`
  query PageApiKeys {
    apiKeys { id label scopes keySet createdAt lastUsedAt expiresAt revokedAt }
  }
`);

export const CreateApiKey = graphql(`
  mutation PageCreateApiKey($label: String!, $scopes: [ApiKeyScope!]!, $expiresAt: DateTime, $key: String!) {
    createApiKey(label: $label, scopes: $scopes, expiresAt: $expiresAt, idempotencyKey: $key) {
      __typename
      ... on ApiKey { id label secret expiresAt }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const RotateApiKey = graphql(`
  mutation PageRotateApiKey($id: ID!, $key: String!) {
    rotateApiKey(apiKeyId: $id, idempotencyKey: $key) {
      __typename
      ... on ApiKey { id label secret expiresAt }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const RevokeApiKey = graphql(`
  mutation PageRevokeApiKey($id: ID!, $key: String!) {
    revokeApiKey(apiKeyId: $id, idempotencyKey: $key) {
      __typename
      ... on ApiKey { id revokedAt }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const StaffAccounts = graphql(`
  query PageStaff($status: AccountStatus, $first: Int, $after: String) {
    accounts(status: $status, first: $first, after: $after) {
      nodes { id login name duties status createdAt provenAt }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const StaffInvitations = graphql(`
  query PageInvitations($first: Int, $after: String) {
    invitations(first: $first, after: $after) {
      nodes { id note duties invitedAt expiresAt acceptedAt revokedAt }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const StaffPractitioners = graphql(`
  query PagePractitioners($first: Int, $after: String) {
    practitioners(first: $first, after: $after) {
      nodes { id name title licenceNumber licenceState licenceCheckedAt endedAt }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const InviteStaff = graphql(`
  mutation PageInviteStaff($note: String!, $duties: [Duty!]!, $key: String!) {
    inviteAccount(note: $note, duties: $duties, idempotencyKey: $key) {
      __typename
      ... on Invitation { id token expiresAt }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const RevokeInvitation = graphql(`
  mutation PageRevokeInvitation($id: ID!, $key: String!) {
    revokeInvitation(invitationId: $id, idempotencyKey: $key) {
      __typename
      ... on Invitation { id revokedAt }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const SuspendStaff = graphql(`
  mutation PageSuspendStaff($id: ID!, $reason: String!, $key: String!) {
    suspendAccount(accountId: $id, reason: $reason, idempotencyKey: $key) {
      __typename
      ... on Account { id status }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const ReinstateStaff = graphql(`
  mutation PageReinstateStaff($id: ID!, $reason: String!, $key: String!) {
    reinstateAccount(accountId: $id, reason: $reason, idempotencyKey: $key) {
      __typename
      ... on Account { id status }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const RegisterPractitioner = graphql(`
  mutation PageRegisterPractitioner(
    $login: String!, $password: String!, $name: String!, $licenceNumber: String!, $title: String!, $key: String!
  ) {
    registerPractitioner(
      login: $login, password: $password, name: $name, licenceNumber: $licenceNumber, title: $title,
      idempotencyKey: $key
    ) {
      __typename
      ... on Practitioner { id licenceState }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const PartnerSources = graphql(`
  query PageSources($status: SourceStatus, $first: Int, $after: String) {
    sources(status: $status, first: $first, after: $after) {
      nodes {
        id name system category informationTypes status registeredAt reason highestNumber missing waiting
        lastReceivedAt pausedUntil everyMinutes unmatched
        connector { health reportedAt version waitingLines waitingBatches oldestWaitingAt errors { kind count } }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const SourceBatches = graphql(`
  query PageSourceBatches($sourceId: ID!, $first: Int, $after: String) {
    batches(sourceId: $sourceId, first: $first, after: $after) {
      nodes { sourceId number lines receivedAt processedAt created updated unchanged refused waiting givenUp reason }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const QualityPage = graphql(`
  query PageQualityReports($first: Int, $after: String) {
    qualityReports(first: $first, after: $after) {
      nodes { id month letter issuedAt sha256 }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const QualityFindings = graphql(`
  query PageQualityFindings($severity: Severity, $first: Int, $after: String) {
    qualityFindings(severity: $severity, first: $first, after: $after) {
      nodes { id resourceType fhirId rule severity field remedy foundAt }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const QualityFile = graphql(`
  query PageQualityFile($reportId: ID!, $format: ReportFormat!) {
    qualityReportDocument(reportId: $reportId, format: $format) { name mediaType content }
  }
`);

export const OrderContact = graphql(`
  query PageOrderContact($orderId: ID!) {
    orderContact(orderId: $orderId) { name age proven telephone guardianNames }
  }
`);

export const BankAccounts = graphql(`
  query PageBankAccounts($id: ID!) {
    partner(id: $id) { id bankAccount { holder number bankCode } }
    bankAccountChanges(first: 50) {
      nodes {
        id status proposedAt effectiveAt inForceAt stopReason
        account { holder number bankCode }
      }
    }
  }
`);

export const ProposeBankAccount = graphql(`
  mutation PageProposeBankAccount($account: BankAccountInput!, $key: String!) {
    proposeBankAccount(account: $account, idempotencyKey: $key) {
      __typename
      ... on BankAccountChange { id }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const ConfirmBankAccount = graphql(`
  mutation PageConfirmBankAccount($id: ID!, $key: String!) {
    confirmBankAccount(bankAccountChangeId: $id, idempotencyKey: $key) {
      __typename
      ... on BankAccountChange { id }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const StopBankAccountChange = graphql(`
  mutation PageStopBankAccountChange($id: ID!, $reason: String!, $key: String!) {
    stopBankAccountChange(bankAccountChangeId: $id, reason: $reason, idempotencyKey: $key) {
      __typename
      ... on BankAccountChange { id }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);
