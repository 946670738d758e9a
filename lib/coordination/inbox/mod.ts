/**
 * Inboxes: what concerns one agent alone. Notes of others, handoffs to it, mentions in the chat. A
 * message is unread until its agent says otherwise.
 */
export type { InboxInput, InboxMessage, InboxType } from "./schema.ts";
export { countUnread, type Delivery, listInbox, stageMessage } from "./store.ts";
export { sendMessage } from "./send_message.ts";
export { markRead } from "./mark_read.ts";
export { inboxKeys } from "./keys.ts";
