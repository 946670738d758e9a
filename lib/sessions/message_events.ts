/** `message.created` as it stands on a session's stream: enough to show it, the text in full in the list. */
import type { AppContext } from "../kernel/context.ts";
import type { Tx } from "../kernel/kv/mod.ts";
import type { StoredTurn } from "./keys.ts";
import type { Message } from "./schema.ts";
import { sessionStream } from "./store.ts";

/** Characters of a message's text in its event; six bytes each at worst, below a stream's limit. */
const EVENT_CONTENT_LENGTH = 5_000;

/** On the session's stream, and on the stream of the run that viewers of a busy session follow. */
export function stageMessage(tx: Tx, message: Message, actor: string, activeRunId?: string): void {
  const event = { type: "message.created", actor, message: cut(message) };
  tx.emit(sessionStream(message.sessionId), event);
  if (activeRunId) tx.emit(`run:${activeRunId}`, event);
}

/** The answer of a run that starts now; its text is its run's. */
export function startedAnswer(
  ctx: Pick<AppContext, "clock">,
  sessionId: string,
  turn: StoredTurn,
): Message {
  return {
    id: turn.assistantMessageId,
    sessionId,
    role: "assistant",
    content: "",
    status: "streaming",
    runId: turn.runId,
    createdAt: new Date(ctx.clock.now()).toISOString(),
  };
}

function cut(message: Message): Message {
  if (message.content.length <= EVENT_CONTENT_LENGTH) return message;
  const content = message.content.slice(0, EVENT_CONTENT_LENGTH).toWellFormed();
  return { ...message, content, truncated: true };
}
