/**
 * `["w", ws, "chat", messageId]` – a message, never changed, in order of its id. Kept.
 * `["w", ws, "chat_react", messageId]` – its reactions, in order. `["w", ws, "chat_replies", messageId]` –
 * how many replies it has (a sum: repliers do not wait for each other).
 * `["w", ws, "chat_thread", rootId, messageId]` – pointers (value 1) to the replies.
 * `["w", ws, "kudos", kudosId]` – kudos given. `["w", ws, "kudos_day", from, to, day]` – its id: one a day.
 * Trade-off: showing a message reads three records; posting writes one and waits for nobody.
 */
import { defineKey } from "../../kernel/kv/mod.ts";

const slice = "coordination";
const kept = { slice, version: 1, retention: "keep" } as const;
export const chatKey = defineKey("chat", kept);
export const reactionsKey = defineKey("chat_react", kept);
export const repliesKey = defineKey("chat_replies", { ...kept, encoding: "sum" });
export const threadKey = defineKey("chat_thread", kept);
export const kudosKey = defineKey("kudos", kept);
export const kudosDayKey = defineKey("kudos_day", kept);

export const chatKeys = [
  chatKey,
  reactionsKey,
  repliesKey,
  threadKey,
  kudosKey,
  kudosDayKey,
];
