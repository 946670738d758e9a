/**
 * `["w", ws, "inbox", agentId, messageId]` – a message, never changed, in order of its id. Kept.
 * `["w", ws, "unread", agentId, messageId]` – its type, while it is unread: reading deletes it, so that
 * marking twice is marking once and nobody waits for anybody.
 * Trade-off: counting the unread ones lists them.
 */
import { defineKey } from "../../kernel/kv/mod.ts";

const slice = "coordination";
export const inboxKey = defineKey("inbox", { slice, version: 1, retention: "keep" });
export const unreadKey = defineKey("unread", { slice, version: 1, retention: "keep" });

export const inboxKeys = [inboxKey, unreadKey];
