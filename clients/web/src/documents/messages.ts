import { graphql } from "./graphql.ts";

export const Inbox = graphql(`
  query PageMessages($unread: Boolean!, $after: String) {
    messages(unread: $unread, first: 20, after: $after) {
      nodes { id title text path createdAt readAt }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const UnreadMessages = graphql(`
  query PageUnreadMessages {
    unreadMessages
  }
`);

export const MarkMessagesRead = graphql(`
  mutation PageMarkMessagesRead($ids: [ID!], $until: ID, $key: String!) {
    markMessagesRead(messageIds: $ids, untilMessageId: $until, idempotencyKey: $key) {
      __typename
      ... on MessagesRead { marked unread }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

const Preferences = graphql(`
  fragment Preferences on NotificationPreferences @_unmask {
    locale locales quietFrom quietUntil pushPublicKey
    choices { kind channel on fixed }
    pushSubscriptions { id createdAt service }
  }
`);

export const NotificationPreferences = graphql(
  `
    query PageNotificationPreferences {
      notificationPreferences { ...Preferences }
    }
  `,
  [Preferences],
);

export const SetNotificationPreferences = graphql(
  `
    mutation PageSetNotificationPreferences(
      $locale: String, $quietHours: QuietHoursInput, $choices: [ChannelChoiceInput!], $key: String!
    ) {
      setNotificationPreferences(locale: $locale, quietHours: $quietHours, choices: $choices, idempotencyKey: $key) {
        __typename
        ... on NotificationPreferences { ...Preferences }
        ... on Refused { code title message field retryAfterSeconds }
      }
    }
  `,
  [Preferences],
);

export const RegisterPushSubscription = graphql(`
  mutation PageRegisterPushSubscription($endpoint: String!, $publicKey: String!, $auth: String!, $key: String!) {
    registerPushSubscription(endpoint: $endpoint, publicKey: $publicKey, auth: $auth, idempotencyKey: $key) {
      __typename
      ... on PushSubscription { id createdAt service }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const EndPushSubscription = graphql(`
  mutation PageEndPushSubscription($id: ID!, $key: String!) {
    endPushSubscription(subscriptionId: $id, idempotencyKey: $key) {
      __typename
      ... on PushSubscription { id }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);
