import { graphql } from "./graphql.ts";

export const PractitionerMe = graphql(`
  query PagePractitionerMe {
    me {
      practitioner { id name title licenceState }
      institution { id name }
    }
  }
`);

export const DaysOrders = graphql(`
  query PageDaysOrders($sessions: IntervalInput!, $first: Int, $after: String) {
    orders(sessions: $sessions, first: $first, after: $after) {
      nodes {
        id
        status
        residentId
        nextSteps { party action until }
        lines { id title bookings { id interval { start end } } }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const OrdersToServe = graphql(`
  query PageOrdersToServe($residentId: ID!) {
    orders(residentId: $residentId, waitsFor: PARTNER, first: 20) {
      nodes {
        id
        status
        nextSteps { party action until }
        lines {
          id title proven
          entitlements { code title granted used givenUp }
          bookings { id interval { start end } }
        }
      }
    }
  }
`);

export const RedeemCode = graphql(`
  mutation PageRedeemCode($text: String!, $scannedAt: DateTime, $place: String!) {
    redeemHealthCode(text: $text, scannedAt: $scannedAt, place: $place, app: "yima-web") {
      __typename
      ... on Scan {
        id residentId scannedAt receipt late
        person { name birthDate age guardianNames proven }
      }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const RedeemPrintedCode = graphql(`
  mutation PageRedeemPrintedCode($text: String!, $identityNumber: String!, $place: String!) {
    redeemPrintedCode(text: $text, identityNumber: $identityNumber, place: $place, app: "yima-web") {
      __typename
      ... on Scan {
        id residentId scannedAt receipt late
        person { name birthDate age guardianNames proven }
      }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const DeskOfferings = graphql(`
  query PageDeskOfferings($partnerId: ID!) {
    offerings(filter: { partnerId: $partnerId }, first: 100) {
      edges { node { id title bookingRequired price { amount currency } } }
    }
  }
`);

export const PlaceDeskOrder = graphql(`
  mutation PagePlaceDeskOrder($input: PlaceDeskOrderInput!, $key: String!) {
    placeDeskOrder(input: $input, idempotencyKey: $key) {
      __typename
      ... on Order {
        id status deadline
        total { amount currency }
        lines { offeringId offeringRevision consentHash title consentNeeded }
      }
      ... on TermsChanged { code message field }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const SendDeskOrderCode = graphql(`
  mutation PageSendDeskOrderCode($orderId: ID!, $key: String!) {
    sendDeskOrderCode(orderId: $orderId, idempotencyKey: $key) {
      __typename
      ... on DeskOrderCode { expiresAt nextAt }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const AgreeToDeskOrderByCode = graphql(`
  mutation PageAgreeToDeskOrderByCode($orderId: ID!, $code: String!, $key: String!) {
    agreeToDeskOrderByCode(orderId: $orderId, code: $code, idempotencyKey: $key) {
      __typename
      ... on Order { id status waitingFor }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const RedeemForeignCode = graphql(`
  mutation PageRedeemForeignCode($text: String!, $scannedAt: DateTime, $place: String!) {
    redeemForeignCode(text: $text, scannedAt: $scannedAt, place: $place, app: "yima-web") {
      __typename
      ... on ForeignScan { id city scannedAt person { name birthYear proven } }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const VisitPage = graphql(`
  query PageVisit($residentId: ID!) {
    visits(residentId: $residentId, first: 10) {
      nodes {
        id scanId practitionerId status requestedAt until consentId
        template { informationTypes purpose accessMode }
      }
    }
    consents(residentId: $residentId, first: 20) {
      nodes {
        id origin status purpose accessMode informationTypes grantedAt expiresAt practitionerId scanId
      }
    }
    consentOffers(residentId: $residentId, first: 5) {
      nodes { id status requestedAt until template { informationTypes purpose } }
    }
    emergencies(residentId: $residentId, first: 5) {
      nodes { id practitionerId reason openedAt until status consentId }
    }
  }
`);

export const MyVisits = graphql(`
  query PageMyVisits($first: Int, $after: String) {
    visits(first: $first, after: $after) {
      nodes { id residentId practitionerId status requestedAt until template { informationTypes } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const PatientRecord = graphql(`
  query PagePatientRecord(
    $residentId: ID!, $informationTypes: [String!]!, $purpose: String!, $resourceTypes: [String!], $after: String
  ) {
    records(
      residentId: $residentId, informationTypes: $informationTypes, purpose: $purpose, resourceTypes: $resourceTypes,
      first: 20, after: $after
    ) {
      nodes {
        id resourceType informationType effectiveAt status
        author
        institution { name }
        summary { title details values { name code value unit low high outside } }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const PatientEmergencySlice = graphql(`
  query PagePatientEmergencySlice($residentId: ID!) {
    emergencySlice(residentId: $residentId) {
      bloodGroup allergies contactName contactTelephone givenAt
    }
  }
`);

export const WriteToRecord = graphql(`
  mutation PageWriteToRecord($residentId: ID!, $resources: [String!]!, $receipt: String, $key: String!) {
    ingestResources(residentId: $residentId, resources: $resources, scanReceipt: $receipt, idempotencyKey: $key) {
      __typename
      ... on IngestReceipt { created updated unchanged }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const ProveService = graphql(`
  mutation PageProveService($orderId: ID!, $receipt: String!, $lineId: ID, $item: String, $key: String!) {
    proveService(
      orderId: $orderId, scanReceipt: $receipt, orderLineId: $lineId, item: $item, idempotencyKey: $key
    ) {
      __typename
      ... on Order { id status }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const FulfilOrder = graphql(`
  mutation PageFulfilOrder($orderId: ID!, $key: String!) {
    fulfilOrder(orderId: $orderId, idempotencyKey: $key) {
      __typename
      ... on Order { id status }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const OfferConsent = graphql(`
  mutation PageOfferConsent($consent: String!, $residentId: ID!, $key: String!) {
    offerConsent(consent: $consent, residentId: $residentId, idempotencyKey: $key) {
      __typename
      ... on ConsentRequest { id status until }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const BreakGlass = graphql(`
  mutation PageBreakGlass($residentId: ID!, $reason: String!, $key: String!) {
    breakGlass(residentId: $residentId, reason: $reason, idempotencyKey: $key) {
      __typename
      ... on Emergency { id until reviewDueAt consentId }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const PatientRules = graphql(`
  query PagePatientRules($residentId: ID, $status: AlertRuleStatus, $first: Int, $after: String) {
    patientRules(residentId: $residentId, status: $status, first: $first, after: $after) {
      nodes {
        residentId
        rule { id title code unit test threshold needed readings windowMinutes severity status until proposedAt }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const PatientFlags = graphql(`
  query PagePatientFlags($residentId: ID!) {
    readingFlags(residentId: $residentId, openOnly: true, first: 20) {
      nodes { id title severity code measuredAt raisedAt }
    }
  }
`);

export const WatchPatient = graphql(`
  mutation PageWatchPatient(
    $residentId: ID!, $title: String!, $code: String!, $test: AlertTest!, $threshold: String!,
    $severity: AlertSeverity!, $needed: Int, $readings: Int, $key: String!
  ) {
    watchPatient(
      residentId: $residentId, title: $title, code: $code, test: $test, threshold: $threshold, severity: $severity,
      needed: $needed, readings: $readings, idempotencyKey: $key
    ) {
      __typename
      ... on PatientRule { residentId rule { id } }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const EndAlertRule = graphql(`
  mutation PageEndAlertRule($id: ID!, $key: String!) {
    endAlertRule(alertRuleId: $id, idempotencyKey: $key) {
      __typename
      ... on AlertRule { id status }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);
