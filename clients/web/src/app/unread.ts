/** What is asked with it is asked again once messages were marked as read. */
export const OF_MESSAGES = { additionalTypenames: ["MessagesRead"] };
