/**
 * `["w", ws, "trace", agentId, sessionId]` – a trace without its steps: what they add up to, the last few of
 * them, the open escalation. `["w", ws, "trace_at", agentId, traceId]` – its sessionId, by the time it began.
 * `["w", ws, "trace_step", agentId, sessionId, number]` – one step each, so that a long trace stays cheap to
 * add to. `["w", ws, "esc", agentId, escalationId]` – an escalation; `["w", ws, "esc_trace", agentId,
 * sessionId, escalationId]` and `["w", ws, "esc_open", escalationId]` (its agent) point to it.
 * `["w", ws, "flow", agentId]` – the last steps of an agent over all its traces, for its flow state.
 *
 * Lifecycle: a trace is begun, takes steps until it is completed, is counted once for its agent's soul; an
 * escalation is opened by a step and closed by whoever resolved it. All kept.
 * Trade-off: steps of one trace are taken in one after the other (its record is written by each), those of
 * one agent's other traces too (its flow record is).
 */
import { defineKey } from "../../kernel/kv/mod.ts";

const options = { slice: "coordination", version: 1, retention: "keep" } as const;
export const traceKey = defineKey("trace", options);
export const traceAtKey = defineKey("trace_at", options);
export const traceStepKey = defineKey("trace_step", options);
export const escalationKey = defineKey("esc", options);
export const traceEscalationKey = defineKey("esc_trace", options);
export const openEscalationKey = defineKey("esc_open", options);
export const flowKey = defineKey("flow", options);

export const tracesKeys = [
  traceKey,
  traceAtKey,
  traceStepKey,
  escalationKey,
  traceEscalationKey,
  openEscalationKey,
  flowKey,
];
