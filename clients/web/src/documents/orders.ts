import { graphql } from "./graphql.ts";

export const PreviewOrder = graphql(`
  mutation PagePreviewOrder($input: PlaceOrderInput!, $key: String!) {
    placeOrder(input: $input, idempotencyKey: $key) {
      __typename
      ... on Order {
        total { amount currency }
        waitingFor
        deadline
        warnings { kind at }
        cancellation { freeUntil }
        lines { title quantity total { amount currency } consentNeeded consentHash offeringRevision }
      }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

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
  query PageOrders($first: Int!, $after: String, $waitsFor: OrderParty) {
    orders(first: $first, after: $after, waitsFor: $waitsFor) {
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
      waitingFor
      total { amount currency }
      partner { id name }
      nextSteps { party action until }
      cancellation { possible freeUntil due { amount currency } released { amount currency } }
      lines {
        id
        title
        quantity
        proven
        total { amount currency }
        bookings { id interval { start end } agreedAt answerBy }
      }
      payment {
        status
        failure
        amount { amount currency }
        captured { amount currency }
        refunded { amount currency }
      }
    }
  }
`);
