import { graphql } from "./graphql.ts";

// What waits for an operator, by the duty that may decide it. Only how much and since when: a page of each shows the rest.

export const OnboardingWaits = graphql(`
  query PageOnboardingWaits {
    screening: partners(status: SCREENING, first: 50) { nodes { id appliedAt } pageInfo { hasNextPage } }
    certifying: partners(status: CERTIFYING, first: 50) { nodes { id appliedAt } pageInfo { hasNextPage } }
    contracting: partners(status: CONTRACTING, first: 50) { nodes { id appliedAt } pageInfo { hasNextPage } }
    lowGrades: partners(gradesToReview: true, first: 50) {
      nodes { id dataGrades { gradedAt toReview } }
      pageInfo { hasNextPage }
    }
    submitted: partnerOfferings(status: SUBMITTED, first: 50) { nodes { id } pageInfo { hasNextPage } }
    inReview: partnerOfferings(status: IN_REVIEW, first: 50) { nodes { id } pageInfo { hasNextPage } }
    sitePictures: siteReviews(first: 50) { nodes { putAt } pageInfo { hasNextPage } }
    pilots: partnerOfferings(pilots: true, first: 50) { nodes { id publishedAt } pageInfo { hasNextPage } }
    sources(status: PROPOSED, first: 50) { nodes { id registeredAt } pageInfo { hasNextPage } }
    codeMaps(status: PROPOSED, first: 50) { nodes { id submittedAt } pageInfo { hasNextPage } }
    queryTemplates(status: PROPOSED, first: 50) { nodes { id proposedAt } pageInfo { hasNextPage } }
    projects(status: PROPOSED, first: 50) { nodes { id proposedAt } pageInfo { hasNextPage } }
    deviceModels(status: PROPOSED, first: 50) { nodes { id proposedAt } pageInfo { hasNextPage } }
    appeals(waiting: true, first: 50) { nodes { id appealedAt } pageInfo { hasNextPage } }
    trustList { proposed { sequence proposedAt } }
  }
`);

export const SupportWaits = graphql(`
  query PageSupportWaits {
    complaints(escalatedOnly: true, first: 50) { nodes { id openedAt status } pageInfo { hasNextPage } }
    undecidedReviews(first: 50) { nodes { id reviewedAt } pageInfo { hasNextPage } }
    guardianshipProposals(status: OPEN, first: 50) { nodes { id proposedAt } pageInfo { hasNextPage } }
    alertRules(status: PROPOSED, first: 50) { nodes { id proposedAt } pageInfo { hasNextPage } }
  }
`);

export const QualityWaits = graphql(`
  query PageQualityWaits {
    qualityReviews(first: 50) { nodes { id drawnAt } pageInfo { hasNextPage } }
  }
`);

export const ReviewsToJudge = graphql(`
  query PageReviewsToJudge($first: Int, $after: String) {
    qualityReviews(first: $first, after: $after) {
      nodes { id resourceType month reason status drawnAt dueAt overdue }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const LookAtReview = graphql(`
  mutation PageLookAtReview($id: ID!, $key: String!) {
    lookAtReview(qualityReviewId: $id, idempotencyKey: $key) {
      __typename
      ... on ReviewedResource { review { id } facts { path value } findings { rule title severity field } }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const JudgeResource = graphql(`
  mutation PageJudgeResource($id: ID!, $verdict: ReviewVerdict!, $note: String!, $key: String!) {
    judgeResource(qualityReviewId: $id, verdict: $verdict, note: $note, idempotencyKey: $key) {
      __typename
      ... on QualityReview { id status }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const MoneyWaits = graphql(`
  query PageMoneyWaits {
    breaks(status: OPEN, first: 50) { nodes { id openedAt } pageInfo { hasNextPage } }
    moneyCases(first: 50) { nodes { id openedAt } pageInfo { hasNextPage } }
    proposals(status: PROPOSED, first: 50) { nodes { id proposedAt } pageInfo { hasNextPage } }
    adjustments(first: 50) { nodes { id proposedAt status } pageInfo { hasNextPage } }
    disputes(first: 50) { nodes { id openedAt status } pageInfo { hasNextPage } }
  }
`);

export const OfficeMe = graphql(`
  query PageOfficeMe {
    me { role duties }
  }
`);

export const Pilots = graphql(`
  query PagePilots($first: Int, $after: String) {
    partnerOfferings(pilots: true, first: $first, after: $after) {
      nodes { id title status publishedAt pilot { districts endsAt } partner { id name } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const Pilot = graphql(`
  query PagePilot($id: ID!) {
    offering(id: $id) { id title status districts pilot { districts endsAt } partner { id name } }
    city { districts { code name parent } }
  }
`);

export const WidenPilot = graphql(`
  mutation PageWidenPilot($id: ID!, $districts: [String!], $endsAt: DateTime, $reason: String!, $key: String!) {
    widenPilot(offeringId: $id, districts: $districts, endsAt: $endsAt, reason: $reason, idempotencyKey: $key) {
      __typename
      ... on Offering { id status pilot { districts endsAt } }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const EndPilot = graphql(`
  mutation PageEndPilot($id: ID!, $reason: String!, $key: String!) {
    endPilot(offeringId: $id, reason: $reason, idempotencyKey: $key) {
      __typename
      ... on Offering { id status pilot { districts endsAt } }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const OfferingsToReview = graphql(`
  query PageOfferingsToReview($status: OfferingStatus, $first: Int, $after: String) {
    partnerOfferings(status: $status, first: $first, after: $after) {
      nodes {
        id
        revision
        status
        title
        description
        kind
        category
        definition
        districts
        certificateIds
        askedPilot { districts endsAt }
        price { amount currency }
        pricedPer
        periodDays
        periodsMax
        unitsMax
        pictures { attachmentId alt }
        leaflets { attachmentId title }
        consent { informationTypes purpose accessMode validDays retentionDays sensitiveCategories }
        partner { id name certifiedAspects }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const AttachmentToReview = graphql(`
  query PageAttachmentToReview($id: ID!) {
    attachment(id: $id) { path }
  }
`);

export const SitePicturesToReview = graphql(`
  query PageSitePicturesToReview($first: Int, $after: String) {
    siteReviews(first: $first, after: $after) {
      nodes {
        site { id name address version }
        pictures { attachmentId alt }
        hiddenAttachmentIds
        putAt
        partner { id name }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const DecideSitePictures = graphql(`
  mutation PageDecideSitePictures($siteId: ID!, $version: Int!, $approved: Boolean!, $reason: String, $key: String!) {
    decideSitePictures(siteId: $siteId, version: $version, approved: $approved, reason: $reason, idempotencyKey: $key) {
      __typename
      ... on Site { id version }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const DecideOffering = graphql(`
  mutation PageDecideOffering(
    $id: ID!, $approved: Boolean!, $reasons: [String!]!, $revision: Int, $pilot: PilotInput, $key: String!
  ) {
    decideReview(
      offeringId: $id, approved: $approved, reasons: $reasons, revision: $revision, pilot: $pilot, idempotencyKey: $key
    ) {
      __typename
      ... on Offering { id status }
      ... on RevisionChanged { code message field }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const ReviewsToDecide = graphql(`
  query PageReviewsToDecide($first: Int, $after: String) {
    undecidedReviews(first: $first, after: $after) {
      nodes { id rating text reviewedAt offering { id title } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const DecideReviewText = graphql(`
  mutation PageDecideReviewText($id: ID!, $published: Boolean!, $key: String!) {
    decideReviewText(reviewId: $id, published: $published, idempotencyKey: $key) {
      __typename
      ... on Review { id status }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const GuardianshipsToDecide = graphql(`
  query PageGuardianshipsToDecide($first: Int, $after: String) {
    guardianshipProposals(status: OPEN, first: $first, after: $after) {
      nodes {
        id guardianName guardianBirthDate residentName residentBirthDate acts until proposedAt expiresAt forMinor
        evidence { kind reference issuedBy issuedOn }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const DecideGuardianship = graphql(`
  mutation PageDecideGuardianship($id: ID!, $approved: Boolean!, $reason: String!, $key: String!) {
    decideGuardianship(proposalId: $id, approved: $approved, reason: $reason, idempotencyKey: $key) {
      __typename
      ... on GuardianshipProposal { id status }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const SourcesToDecide = graphql(`
  query PageSourcesToDecide($first: Int, $after: String) {
    sources(status: PROPOSED, first: $first, after: $after) {
      nodes {
        id name system category informationTypes everyMinutes registeredAt
        budget { batches lines bytes }
        institution { id name }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const DecideSource = graphql(`
  mutation PageDecideSource($id: ID!, $approved: Boolean!, $reason: String, $key: String!) {
    decideSource(sourceId: $id, approved: $approved, reason: $reason, idempotencyKey: $key) {
      __typename
      ... on Source { id status }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const AlertRulesToDecide = graphql(`
  query PageAlertRulesToDecide($first: Int, $after: String) {
    alertRules(status: PROPOSED, first: $first, after: $after) {
      nodes {
        id programme title code unit test threshold clearAt needed readings windowMinutes severity proposedAt
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const DecideAlertRule = graphql(`
  mutation PageDecideAlertRule($id: ID!, $approved: Boolean!, $reason: String, $key: String!) {
    decideAlertRule(alertRuleId: $id, approved: $approved, reason: $reason, idempotencyKey: $key) {
      __typename
      ... on AlertRule { id status }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const DeviceModelsToDecide = graphql(`
  query PageDeviceModelsToDecide($first: Int, $after: String) {
    deviceModels(status: PROPOSED, first: $first, after: $after) {
      nodes { id maker name kind bluetoothService proposedAt measurements { code display unit } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const DecideDeviceModel = graphql(`
  mutation PageDecideDeviceModel($id: ID!, $approved: Boolean!, $reason: String, $key: String!) {
    decideDeviceModel(deviceModelId: $id, approved: $approved, reason: $reason, idempotencyKey: $key) {
      __typename
      ... on DeviceModel { id status }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const CodeMapsToDecide = graphql(`
  query PageCodeMapsToDecide($first: Int, $after: String) {
    codeMaps(status: PROPOSED, first: $first, after: $after) {
      nodes { id url version title entries sha256 submittedAt institution { id name } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const DecideCodeMap = graphql(`
  mutation PageDecideCodeMap($id: ID!, $approved: Boolean!, $reason: String!, $key: String!) {
    decideCodeMap(codeMapId: $id, approved: $approved, reason: $reason, idempotencyKey: $key) {
      __typename
      ... on CodeMap { id status }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const EndorseTemplate = graphql(`
  mutation PageEndorseTemplate($id: ID!, $key: String!) {
    endorseQueryTemplate(templateId: $id, idempotencyKey: $key) {
      __typename
      ... on QueryTemplate { id status }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const EndorseProject = graphql(`
  mutation PageEndorseProject($id: ID!, $key: String!) {
    endorseProject(projectId: $id, idempotencyKey: $key) {
      __typename
      ... on Project { id status }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const DecideScreening = graphql(`
  mutation PageDecideScreening(
    $partnerId: ID!, $passed: Boolean!, $reasons: [String!]!, $answers: [ChecklistAnswerInput!],
    $comparedPartnerIds: [ID!], $checklistVersion: String, $key: String!
  ) {
    decideScreening(
      partnerId: $partnerId, passed: $passed, reasons: $reasons, answers: $answers,
      comparedPartnerIds: $comparedPartnerIds, checklistVersion: $checklistVersion, idempotencyKey: $key
    ) {
      __typename
      ... on Partner { id status screening { passed score } }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const ReviewPartner = graphql(`
  mutation PageReviewPartner(
    $partnerId: ID!, $passed: Boolean!, $reasons: [String!]!, $answers: [ChecklistAnswerInput!]!, $areas: [Aspect!],
    $checklistVersion: String, $key: String!
  ) {
    reviewPartner(
      partnerId: $partnerId, passed: $passed, reasons: $reasons, answers: $answers, areas: $areas,
      checklistVersion: $checklistVersion, idempotencyKey: $key
    ) {
      __typename
      ... on Partner { id status reviews { passed score } }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const IssueCertificates = graphql(`
  mutation PageIssueCertificates($partnerId: ID!, $grants: [CertificateGrantInput!]!, $key: String!) {
    issueCertificates(partnerId: $partnerId, grants: $grants, idempotencyKey: $key) {
      __typename
      ... on Partner { id status certificates { id } proposedCertificates { id } }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const OfferContract = graphql(`
  mutation PageOfferContract($partnerId: ID!, $effectiveOn: String, $key: String!) {
    offerContract(partnerId: $partnerId, effectiveOn: $effectiveOn, idempotencyKey: $key) {
      __typename
      ... on Partner { id status contract { id } }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const Proposals = graphql(`
  query PageProposals($status: ProposalStatus, $first: Int, $after: String) {
    proposals(status: $status, first: $first, after: $after) {
      nodes { id act reason status proposedBy proposedAt decidedBy decidedAt }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const DecideProposal = graphql(`
  mutation PageDecideProposal($id: ID!, $approved: Boolean!, $key: String!) {
    decideProposal(proposalId: $id, approved: $approved, idempotencyKey: $key) {
      __typename
      ... on Proposal { id status }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const Breaks = graphql(`
  query PageBreaks($status: BreakStatus, $first: Int, $after: String) {
    breaks(status: $status, first: $first, after: $after) {
      nodes {
        id kind source occurredAt openedAt ageDays status reference
        amount { amount currency } inLedger { amount currency } told { amount currency }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const MoneyCases = graphql(`
  query PageMoneyCases($resolvedToo: Boolean!, $first: Int, $after: String) {
    moneyCases(resolvedToo: $resolvedToo, first: $first, after: $after) {
      nodes {
        id kind orderId detail openedAt resolvedAt resolution nextStep
        amount { amount currency }
        partner { id name }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const RetryMoneyCase = graphql(`
  mutation PageRetryMoneyCase($id: ID!, $key: String!) {
    retryMoneyCase(caseId: $id, idempotencyKey: $key) {
      __typename
      ... on MoneyCase { id nextStep resolvedAt }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const AllPayouts = graphql(`
  query PageAllPayouts($first: Int, $after: String) {
    payouts(first: $first, after: $after) {
      nodes {
        id status rail entriesClaimed createdAt settledAt failure
        amount { amount currency }
        partner { id name }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const AllDisputes = graphql(`
  query PageAllDisputes($first: Int, $after: String) {
    disputes(first: $first, after: $after) {
      nodes { id reason status byBank openedAt decidedAt amount { amount currency } partner { id name } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const DecideDispute = graphql(`
  mutation PageDecideDispute($id: ID!, $forPartner: Boolean!, $key: String!) {
    decideDispute(disputeId: $id, forPartner: $forPartner, idempotencyKey: $key) {
      __typename
      ... on Dispute { id status }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const Adjustments = graphql(`
  query PageAdjustments($first: Int, $after: String) {
    adjustments(first: $first, after: $after) {
      nodes { id breakId cashAccount account reason status proposedAt decidedAt amount { amount currency } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const DecideAdjustment = graphql(`
  mutation PageDecideAdjustment($id: ID!, $approved: Boolean!, $key: String!) {
    decideAdjustment(adjustmentId: $id, approved: $approved, idempotencyKey: $key) {
      __typename
      ... on Adjustment { id status }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const AllStatements = graphql(`
  query PageAllStatements($first: Int, $after: String) {
    issuedStatements(first: $first, after: $after) {
      nodes { id status issuedAt deadlineAt periodStart periodEnd reason resolution partner { id name } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const ResolveStatement = graphql(`
  mutation PageResolveStatement($id: ID!, $resolution: String!, $key: String!) {
    resolveStatement(statementId: $id, resolution: $resolution, idempotencyKey: $key) {
      __typename
      ... on IssuedStatement { id status }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const Months = graphql(`
  query PageMonths($first: Int, $after: String) {
    accountingPeriods(first: $first, after: $after) {
      nodes { month startsAt endsAt entries closedAt }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const CloseMonth = graphql(`
  mutation PageCloseMonth($month: String!, $key: String!) {
    closePeriod(month: $month, idempotencyKey: $key) {
      __typename
      ... on AccountingPeriod { month closedAt }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const LedgerHealth = graphql(`
  query PageLedgerHealth {
    ledgerCheck {
      holds entries postings findings payoutsRanAt sealedAt closedUntil
      totals { amount currency }
    }
    reconciliations(first: 1) { nodes { id ranAt matched breaksOpened breaksResolved complete } }
    balances { account amount { amount currency } }
  }
`);

export const RunPayouts = graphql(`
  mutation PageRunPayouts($key: String!) {
    runPayouts(idempotencyKey: $key) {
      __typename
      ... on PayoutRun {
        payouts { id amount { amount currency } partner { name } }
        held { reason heldUntil balance { amount currency } partner { name } }
      }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const RunReconciliation = graphql(`
  mutation PageRunReconciliation($key: String!) {
    reconcile(idempotencyKey: $key) {
      __typename
      ... on Reconciliation { id matched breaksOpened breaksResolved }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const CityPack = graphql(`
  query PageCityPack {
    city {
      name
      title
      currency
      locales
      timeZone
      categories { code name parent }
      districts { code name parent }
      populations { population name }
      tariffs { kind commissionBasisPointsMax commissionAmountMax { amount currency } }
    }
    serviceDefinitions { code }
  }
`);

export const SystemHealth = graphql(`
  query PageSystemHealth {
    systemHealth {
      name away ready why outboxUnsent oldestSeconds buried requests p99Seconds failing
      durables { durable events }
    }
  }
`);
