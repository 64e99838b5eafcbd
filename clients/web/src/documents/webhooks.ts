import { graphql } from "./graphql.ts";

export const WebhookEndpoints = graphql(`
  query PageWebhookEndpoints($first: Int, $after: String) {
    webhookEndpoints(first: $first, after: $after) {
      nodes { id url eventTypes description status createdAt disabledReason failures waiting endedAt }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const WebhookTypes = graphql(`
  query PageWebhookTypes {
    webhookEventTypes { type description }
  }
`);

export const WebhookDeliveries = graphql(`
  query PageWebhookDeliveries($endpointId: ID!, $status: WebhookDeliveryStatus, $first: Int, $after: String) {
    webhookDeliveries(endpointId: $endpointId, status: $status, first: $first, after: $after) {
      nodes {
        id eventId eventType status attempts createdAt finishedAt replay
        log { at status error milliseconds answer }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const CreateWebhook = graphql(`
  mutation PageCreateWebhook($url: String!, $eventTypes: [String!]!, $key: String!) {
    createWebhookEndpoint(url: $url, eventTypes: $eventTypes, idempotencyKey: $key) {
      __typename
      ... on WebhookEndpoint { id url secret }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const PauseWebhook = graphql(`
  mutation PagePauseWebhook($id: ID!, $key: String!) {
    pauseWebhookEndpoint(endpointId: $id, idempotencyKey: $key) {
      __typename
      ... on WebhookEndpoint { id status }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const ResumeWebhook = graphql(`
  mutation PageResumeWebhook($id: ID!, $key: String!) {
    resumeWebhookEndpoint(endpointId: $id, idempotencyKey: $key) {
      __typename
      ... on WebhookEndpoint { id status }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const EndWebhook = graphql(`
  mutation PageEndWebhook($id: ID!, $key: String!) {
    endWebhookEndpoint(endpointId: $id, idempotencyKey: $key) {
      __typename
      ... on WebhookEndpoint { id status }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const RotateWebhookSecret = graphql(`
  mutation PageRotateWebhookSecret($id: ID!, $key: String!) {
    rotateWebhookSecret(endpointId: $id, idempotencyKey: $key) {
      __typename
      ... on WebhookEndpoint { id url secret }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const TestWebhook = graphql(`
  mutation PageTestWebhook($id: ID!, $key: String!) {
    testWebhookEndpoint(endpointId: $id, idempotencyKey: $key) {
      __typename
      ... on WebhookDelivery { id status }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const ReplayDeliveries = graphql(`
  mutation PageReplayDeliveries($id: ID!, $eventIds: [ID!], $since: DateTime, $key: String!) {
    replayDeliveries(endpointId: $id, eventIds: $eventIds, since: $since, idempotencyKey: $key) {
      __typename
      ... on ReplayedDeliveries { replayed more }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);
