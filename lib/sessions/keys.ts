/**
 * `["w", ws, "session", id]` – the record. `["w", ws, "turn", sessionId, runId]` – one message and the
 * run that answers it, in order of posting. Texts are not here: the user's is the run's intent, the
 * assistant's is the run's output; the order of messages is that of `message.created` on the stream
 * `session:<id>`. Kept until erased. Trade-off: listing messages reads their runs.
 */
import { defineKey } from "../kernel/kv/mod.ts";

const slice = "sessions";
export const sessionKey = defineKey("session", { slice, version: 1, retention: "keep" });
export const turnKey = defineKey("turn", { slice, version: 1, retention: "keep" });

export const sessionKeys = [sessionKey, turnKey];

export interface StoredTurn {
  readonly v: 1;
  readonly runId: string;
  readonly userMessageId: string;
  readonly assistantMessageId: string;
  /** Rolled back: neither listed nor part of the history. */
  readonly takenBack?: boolean;
}
