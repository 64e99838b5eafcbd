// Every document that a page asks for. What is exported here is what the gateway is given to trust.
export * from "./care.ts";
export * from "./decisions.ts";
export * from "./identity.ts";
export * from "./joining.ts";
export * from "./messages.ts";
export * from "./operator.ts";
export * from "./orders.ts";
export * from "./partner.ts";
export * from "./practitioner.ts";
export * from "./regulator.ts";
export * from "./residentApps.ts";
export * from "./residentRecord.ts";
export * from "./residentTrust.ts";
export * from "./settings.ts";
export * from "./supervision.ts";
export * from "./trust.ts";
export * from "./webhooks.ts";
