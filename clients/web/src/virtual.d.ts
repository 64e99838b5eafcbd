/** The SHA-256 of each of the pages' documents, by its operation's name. */
declare module "virtual:document-hashes" {
  const hashes: Readonly<Record<string, string>>;
  export default hashes;
}

declare module "*.po" {
  export const messages: import("@lingui/core").Messages;
}
