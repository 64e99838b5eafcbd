export { Client, connect, type Answer, type Options } from "./client.js";
export { isRefused, NotAnswered, Refused } from "./errors.js";
export { OLDEST, Partner, StatementKey } from "./partner.js";
export { problems, type ProblemCode } from "./problems.js";
export { NotGenuine, verify, type WebhookEvent } from "./webhooks.js";
