import { graphql } from "./graphql.ts";

export const ErrorReportParts = graphql(`
  fragment ErrorReportParts on ErrorReport {
    id recordId description reportedAt answerBy status answer closedAt
    institution { name }
  }
`);

export const TimelineItemParts = graphql(
  `
    fragment TimelineItemParts on TimelineItem {
      id kind selfReported byDevice effectiveAt status state title details visitId version
      institution { id name }
      values { name system code value unit low high rangeSource interpretation judgedBySender }
      errorReport { ...ErrorReportParts }
    }
  `,
  [ErrorReportParts],
);

export const Timeline = graphql(
  `
    query PageTimeline(
      $residentId: ID!, $kinds: [TimelineKind!], $institutionIds: [ID!], $state: TimelineState, $visitId: ID,
      $recordId: ID, $ownOnly: Boolean! = false, $since: DateTime, $until: DateTime, $after: String
    ) {
      timeline(
        residentId: $residentId, kinds: $kinds, institutionIds: $institutionIds, state: $state, visitId: $visitId,
        recordId: $recordId, ownOnly: $ownOnly, since: $since, until: $until, first: 20, after: $after
      ) {
        nodes {
          item { ...TimelineItemParts }
          items { ...TimelineItemParts }
          moreItems
        }
        pageInfo { hasNextPage endCursor }
      }
    }
  `,
  [TimelineItemParts],
);

export const SeriesOf = graphql(`
  query PageSeries($residentId: ID!, $code: String!, $system: String, $unit: String, $since: DateTime) {
    series(residentId: $residentId, code: $code, system: $system, unit: $unit, since: $since, last: 100) {
      name unit trend change leftOut more
      points {
        recordId selfReported byDevice at value sentValue sentUnit low high interpretation
        institution { name }
      }
    }
  }
`);

export const ReportError = graphql(
  `
    mutation PageReportError($residentId: ID!, $recordId: ID!, $description: String!, $key: String!) {
      reportError(residentId: $residentId, recordId: $recordId, description: $description, idempotencyKey: $key) {
        __typename
        ... on ErrorReport { ...ErrorReportParts }
        ... on Refused { code title message field retryAfterSeconds }
      }
    }
  `,
  [ErrorReportParts],
);

export const WithdrawErrorReport = graphql(`
  mutation PageWithdrawErrorReport($id: ID!, $key: String!) {
    withdrawErrorReport(errorReportId: $id, idempotencyKey: $key) {
      __typename
      ... on ErrorReport { id status }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const WithdrawDeviceReading = graphql(`
  mutation PageWithdrawDeviceReading($residentId: ID!, $recordId: ID!, $reason: String!, $key: String!) {
    withdrawDeviceReading(residentId: $residentId, recordId: $recordId, reason: $reason, idempotencyKey: $key) {
      __typename
      ... on WithdrawnReading { recordIds }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const ErrorReports = graphql(
  `
    query PageErrorReports($residentId: ID!, $after: String) {
      errorReports(residentId: $residentId, first: 20, after: $after) {
        nodes { ...ErrorReportParts }
        pageInfo { hasNextPage endCursor }
      }
    }
  `,
  [ErrorReportParts],
);

export const RecordOwnReading = graphql(`
  mutation PageRecordOwnReading($residentId: ID!, $kind: OwnReadingKind!, $values: OwnReadingValues!, $key: String!) {
    recordOwnReading(residentId: $residentId, kind: $kind, values: $values, idempotencyKey: $key) {
      __typename
      ... on OwnReading { recordId version }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const CorrectOwnReading = graphql(`
  mutation PageCorrectOwnReading(
    $residentId: ID!, $recordId: ID!, $values: OwnReadingValues!, $version: Int!, $key: String!
  ) {
    correctOwnReading(
      residentId: $residentId, recordId: $recordId, values: $values, version: $version, idempotencyKey: $key
    ) {
      __typename
      ... on OwnReading { recordId version }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);

export const WithdrawOwnReading = graphql(`
  mutation PageWithdrawOwnReading($residentId: ID!, $recordId: ID!, $key: String!) {
    withdrawOwnReading(residentId: $residentId, recordId: $recordId, idempotencyKey: $key) {
      __typename
      ... on OwnReading { recordId withdrawn }
      ... on Refused { code title message field retryAfterSeconds }
    }
  }
`);
