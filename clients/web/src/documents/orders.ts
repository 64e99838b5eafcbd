import { graphql } from "./graphql.ts";

export const PlaceOrder = graphql(`
  mutation PagePlaceOrder($input: PlaceOrderInput!, $key: String!) {
    placeOrder(input: $input, idempotencyKey: $key) {
      __typename
      ... on Order { id status waitingFor consentProblem }
      ... on TermsChanged {
        code message field
        total { amount currency }
        lines { offeringRevision consentHash differences unitPrice { amount currency } }
      }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const PayOrder = graphql(`
  mutation PagePayOrder($orderId: ID!, $paymentMethod: String!, $key: String!) {
    payOrder(orderId: $orderId, paymentMethod: $paymentMethod, idempotencyKey: $key) {
      __typename
      ... on Order { id status waitingFor payment { status failure } }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const CancelOrder = graphql(`
  mutation PageCancelOrder($orderId: ID!, $reason: String!, $key: String!, $validateOnly: Boolean!) {
    cancelOrder(orderId: $orderId, reason: $reason, idempotencyKey: $key, validateOnly: $validateOnly) {
      __typename
      ... on Order {
        id status
        cancellation { possible due { amount currency } released { amount currency } }
      }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const AgreeToDeskOrder = graphql(`
  mutation PageAgreeToDeskOrder($orderId: ID!, $key: String!) {
    agreeToDeskOrder(orderId: $orderId, idempotencyKey: $key) {
      __typename
      ... on Order { id status waitingFor }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const DisownDeskOrder = graphql(`
  mutation PageDisownDeskOrder($orderId: ID!, $text: String!, $key: String!) {
    disownDeskOrder(orderId: $orderId, text: $text, idempotencyKey: $key) {
      __typename
      ... on Order { id status reason }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const StopSeries = graphql(`
  mutation PageStopSeries($orderId: ID!, $key: String!) {
    stopSeries(orderId: $orderId, idempotencyKey: $key) {
      __typename
      ... on Order { id status series { end endedAt } }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const ConfirmService = graphql(`
  mutation PageConfirmService($orderId: ID!, $key: String!) {
    confirmService(orderId: $orderId, idempotencyKey: $key) {
      __typename
      ... on Order { id status }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const Orders = graphql(`
  query PageOrders(
    $first: Int!, $after: String, $waitsFor: OrderParty, $status: OrderStatus, $residentId: ID, $partnerId: ID
  ) {
    orders(
      first: $first, after: $after, waitsFor: $waitsFor, status: $status, residentId: $residentId,
      partnerId: $partnerId
    ) {
      nodes {
        id
        status
        residentId
        placedAt
        total { amount currency }
        nextSteps { party action until }
        partner { name }
        lines { title quantity bookings { interval { start end } } }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const OrderPage = graphql(`
  query PageOrder($id: ID!) {
    order(id: $id) {
      id
      status
      reason
      process
      placedAt
      changedAt
      contested
      objectionUntil
      residentId
      beneficiaryId
      waitingFor
      desk { scanId printed agreedAt byCode }
      series { period periodsMax startsAt endsAt changes newestOrderId nextReadyAt end }
      total { amount currency }
      partner { id name districts }
      nextSteps { party action until }
      cancellation { possible freeUntil due { amount currency } released { amount currency } }
      lines {
        id
        offeringId
        title
        quantity
        proven
        pricedPer
        unitPrice { amount currency }
        total { amount currency }
        due { amount currency }
        entitlements { code title granted used }
        bookings { id slotId interval { start end } agreedAt answerBy }
      }
      payment {
        status
        failure
        nextStep { kind url payload expiresAt }
        amount { amount currency }
        captured { amount currency }
        refunded { amount currency }
      }
    }
  }
`);

export const PaymentMethods = graphql(`
  query PagePaymentMethods($currency: String!) {
    paymentMethods(currency: $currency) {
      code name kind
      minimum { amount currency }
      maximum { amount currency }
    }
  }
`);

export const FreePlaces = graphql(`
  query PageFreePlaces($offeringId: ID!) {
    offering(id: $offeringId) {
      id title
      freePlaces { slotId free interval { start end } }
    }
  }
`);

export const BookSlot = graphql(`
  mutation PageBookSlot($orderId: ID!, $lineId: ID!, $slotId: ID!, $bookingId: ID, $key: String!) {
    bookSlot(orderId: $orderId, orderLineId: $lineId, slotId: $slotId, bookingId: $bookingId, idempotencyKey: $key) {
      __typename
      ... on Order { id status }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const AgreeToSessions = graphql(`
  mutation PageAgreeToSessions($orderId: ID!, $bookingIds: [ID!]!, $key: String!) {
    agreeToSessions(orderId: $orderId, bookingIds: $bookingIds, idempotencyKey: $key) {
      __typename
      ... on Order { id status }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const Complain = graphql(`
  mutation PageComplain($orderId: ID!, $text: String!, $notGiven: Boolean!, $key: String!) {
    complain(orderId: $orderId, text: $text, notGiven: $notGiven, idempotencyKey: $key) {
      __typename
      ... on Complaint { id status answerBy }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const Complaints = graphql(`
  query PageComplaints($after: String) {
    complaints(first: 20, after: $after) {
      nodes { id orderId status text answer decision upheld openedAt answerBy escalated notGiven partner { name } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const ReviewService = graphql(`
  mutation PageReviewService($orderId: ID!, $lineId: ID!, $rating: Int!, $text: String, $key: String!) {
    reviewService(orderId: $orderId, orderLineId: $lineId, rating: $rating, text: $text, idempotencyKey: $key) {
      __typename
      ... on Review { id status rating }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);
