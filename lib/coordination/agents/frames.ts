/** WebSocket frames `{type, payload, timestamp}` made of events. Pure. */
import type { StoredEvent } from "../../kernel/events/mod.ts";

/** `action` of a payload: `handoff-created` for `handoff.created`. */
export function actionOf(type: string): string {
  return type.replaceAll(".", "-").replaceAll("_", "-");
}

export function frame(type: string, payload: unknown, timestamp: string): string {
  return JSON.stringify({ type, ...(payload !== undefined && { payload }), timestamp });
}

/** What everybody on the board is told of an event; null: nothing. */
export function boardFrame(event: StoredEvent): string | null {
  const kind = event.type.slice(0, event.type.indexOf("."));
  const action = actionOf(event.type);
  switch (kind) {
    case "agent":
      return told(event, "agent-update", ({ agent }) => ({ agent }));
    case "chat":
      return event.type === "chat.posted" ? told(event, "chat", ({ message }) => message) : null;
    case "task":
      return told(event, "task-update", ({ task }) => ({ action, task }));
    case "handoff":
      return told(event, "task-update", ({ handoff }) => ({ action, handoff }));
    case "lock":
      return told(event, "lock-update", ({ lock, by }) => ({ action, lock, by }));
    default:
      return null;
  }
}

/** What one agent alone is told: its inbox, its escalations, its shadow. */
export function agentFrame(event: StoredEvent): string | null {
  const action = actionOf(event.type);
  if (event.type === "message.received") return told(event, "message", ({ message }) => message);
  if (event.type.startsWith("escalation.")) {
    return told(event, "escalation", ({ escalation }) => ({ action, escalation }));
  }
  if (event.type.startsWith("shadow.")) {
    return told(event, "shadow-update", ({ shadow, takeover }) => ({ action, shadow, takeover }));
  }
  return null;
}

function told(
  event: StoredEvent,
  type: string,
  payloadOf: (data: Record<string, unknown>) => unknown,
): string {
  const data = JSON.parse(event.json) as Record<string, unknown>;
  return frame(type, payloadOf(data), String(data.at));
}
