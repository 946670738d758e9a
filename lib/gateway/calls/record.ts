/** What is kept of a call and what its answer's headers say. Pure. */
import type { Usage } from "../../agents/model.ts";
import type { ModelInfo } from "../../agents/model_port.ts";
import type { CacheStatus } from "../cache/schema.ts";
import type { Attempt, CallRecord, ChatCall, RouteDecision } from "./schema.ts";

export interface RecordBegin {
  readonly callId: string;
  readonly call: ChatCall;
  readonly startedAt: number;
}

/** As the call is shown while it runs. */
export function openRecord(
  { callId, call, startedAt }: RecordBegin,
  decision: RouteDecision | null,
  cache: CallRecord["cache"],
): CallRecord {
  return {
    id: callId,
    workspaceId: call.workspaceId,
    caller: call.caller,
    operation: call.operation ?? "chat",
    requested: call.body.model ?? "",
    model: decision?.model.id ?? "",
    provider: decision?.model.provider ?? "",
    tier: decision?.tier ?? "custom",
    stream: call.body.stream === true,
    route: decision?.reason ?? "",
    cache,
    status: "running",
    startedAt,
    attempts: [],
  };
}

export interface RecordEnd {
  readonly status: CallRecord["status"];
  /** That answered, or was the last to fail. */
  readonly model?: ModelInfo | undefined;
  /** Epoch ms. */
  readonly endedAt: number;
  readonly latencyMs: number;
  readonly firstTokenMs?: number | undefined;
  readonly usage?: Usage | undefined;
  readonly usageBy?: "provider" | "counted";
  readonly costMicros: number;
  readonly attempts: readonly Attempt[];
  readonly error?: { readonly code: string; readonly message: string } | undefined;
}

export function closeRecord(open: CallRecord, end: RecordEnd): CallRecord {
  const { model, error, firstTokenMs, usage, usageBy } = end;
  const spokenMs = end.latencyMs - (open.stream ? firstTokenMs ?? 0 : 0);
  return {
    ...open,
    status: end.status,
    endedAt: end.endedAt,
    latencyMs: round(end.latencyMs),
    costMicros: end.costMicros,
    attempts: end.attempts,
    ...(model ? { model: model.id, provider: model.provider, tier: model.tier } : {}),
    ...(firstTokenMs === undefined ? {} : { firstTokenMs: round(firstTokenMs) }),
    ...(usage ? { usage } : {}),
    ...(usageBy ? { usageBy } : {}),
    ...(usage && spokenMs > 0 && usage.outputTokens > 0
      ? { tokensPerSecond: round(usage.outputTokens * 1_000 / spokenMs) }
      : {}),
    ...(error ? { error } : {}),
  };
}

const round = (value: number) => Math.round(value * 10) / 10;

export interface HeadFacts {
  readonly callId: string;
  readonly decision: RouteDecision;
  readonly model: ModelInfo;
  readonly attempts: readonly Attempt[];
  readonly cache: CacheStatus;
  /** Unknown while a stream runs. */
  readonly costMicros?: number;
  readonly limits: Readonly<Record<string, string>>;
}

/** `x-muster-*` and what the limits say, for the response as they are. */
export function answerHeaders(facts: HeadFacts): Record<string, string> {
  const failed = facts.attempts.filter(({ outcome }) => outcome !== "ok");
  const after = failed.map(({ model, outcome, status }) => `${model}: ${status ?? outcome}`);
  const route = after.length > 0
    ? `${facts.decision.reason}; fell back after ${after.join(", ")}`
    : facts.decision.reason;
  return {
    ...facts.limits,
    "x-muster-call": facts.callId,
    "x-muster-route": headerText(route),
    "x-muster-model": headerText(facts.model.id),
    "x-muster-provider": headerText(facts.model.provider),
    "x-muster-cache": facts.cache,
    ...(facts.costMicros === undefined ? {} : { "x-muster-cost-micros": String(facts.costMicros) }),
  };
}

const ROUTE_CHARS = 1_000;

/** Header values are printable ASCII. */
function headerText(text: string): string {
  return text.slice(0, ROUTE_CHARS).replace(/[^\x20-\x7e]/g, "?");
}
