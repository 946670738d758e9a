/** An answer as one caller gets it: its own values restored, its own headers, its own record where it joined. */
import type { Usage } from "../../agents/model.ts";
import type { ModelInfo } from "../../agents/model_port.ts";
import type { CacheAnswer } from "../cache/schema.ts";
import type { Protection } from "../redaction/schema.ts";
import type { GatewaySettings } from "../schema.ts";
import { followedStream, restoredStream } from "./given_stream.ts";
import type { Launched } from "./launch.ts";
import type { Parts } from "./stages.ts";
import { answerHeaders, closeRecord, openRecord, type RecordBegin } from "./record.ts";
import type {
  AnswerHead,
  Attempt,
  CallRecord,
  ChatAnswer,
  ChatBody,
  RouteDecision,
  Settled,
} from "./schema.ts";
import type { Admission } from "./stages.ts";

/** A call with what was decided about it before it is asked. */
export interface Asking extends RecordBegin {
  /** Monotonic ms. */
  readonly startedMono: number;
  readonly deadlineAt: number;
  readonly settings: GatewaySettings;
  readonly inputTokens: number;
  readonly admission: Admission;
  /** Null: nothing was hidden. */
  readonly protection: Protection | null;
  readonly body: ChatBody;
  readonly decision: RouteDecision;
}

export function asAnswer(
  parts: Parts,
  asking: Asking,
  answer: CacheAnswer<Launched>,
): ChatAnswer {
  const own = hasJoined(answer) ? null : launchedOf(answer);
  const head = headOf(parts, asking, answer);
  if (answer.body !== undefined) {
    const settled = own?.whole ??
      { usage: usageOf(answer), costMicros: 0, ended: "whole" as const };
    if (!own) recordGiven(parts, asking, answer, head.model, settled);
    const body = asking.protection ? asking.protection.restore(answer.body) : answer.body;
    return { ...head, kind: "whole", body, settled };
  }
  const given = own
    ? { chunks: answer.chunks!, settled: own.settled }
    : followed(parts, asking, answer, head.model);
  const chunks = asking.protection ? restoredStream(given.chunks, asking.protection) : given.chunks;
  return { ...head, kind: "stream", chunks, settled: given.settled };
}

/** The flight behind an answer that was not given before. */
function launchedOf(answer: CacheAnswer<Launched>): Launched | null {
  return "fresh" in answer ? answer.fresh.extra : null;
}

const hasJoined = (answer: CacheAnswer<Launched>) => "fresh" in answer && answer.joined;

function headOf(parts: Parts, asking: Asking, answer: CacheAnswer<Launched>): AnswerHead {
  const fresh = launchedOf(answer);
  const attempts: readonly Attempt[] = fresh ? fresh.flight.attempts : [];
  const model = fresh ? fresh.model : modelOf(parts, asking, answer);
  const costMicros = fresh && !hasJoined(answer) ? fresh.whole?.costMicros : 0;
  const facts = {
    callId: asking.callId,
    decision: asking.decision,
    model,
    attempts,
    cache: answer.from,
    limits: asking.admission.headers,
    ...(costMicros === undefined ? {} : { costMicros }),
  };
  return {
    callId: asking.callId,
    decision: asking.decision,
    model,
    attempts,
    cache: answer.from,
    headers: answerHeaders(facts),
  };
}

/** That gave the answer when it was made; it may be gone since. */
function modelOf(parts: Parts, asking: Asking, answer: CacheAnswer<Launched>): ModelInfo {
  const { model } = asking.decision;
  if (!("facts" in answer)) return model;
  const { facts } = answer;
  if (facts.model === model.id && facts.provider === model.provider) return model;
  const list = parts.stages.directory.list(asking.call.workspaceId);
  return list.find(({ id, provider }) => id === facts.model && provider === facts.provider) ??
    model;
}

function usageOf(answer: CacheAnswer<Launched>): Usage {
  if ("facts" in answer) {
    const { inputTokens, outputTokens } = answer.facts;
    return { inputTokens, outputTokens };
  }
  return launchedOf(answer)?.whole?.usage ?? { inputTokens: 0, outputTokens: 0 };
}

/** A stream somebody else pays for: given again, or shared while it arrives. */
function followed(
  parts: Parts,
  asking: Asking,
  answer: CacheAnswer<Launched>,
  model: ModelInfo,
): { chunks: AsyncIterable<string>; settled: Promise<Settled> } {
  const { promise, resolve } = Promise.withResolvers<Settled>();
  const source = answer.chunks!;
  const end = (ended: Settled["ended"], usage: Usage) => {
    const settled = { usage, costMicros: 0, ended };
    recordGiven(parts, asking, answer, model, settled);
    resolve(settled);
  };
  const chunks = followedStream(source, asking.call.signal, (ended, alone) => {
    const launched = alone ? null : launchedOf(answer);
    if (!launched) end(ended, usageOf(answer));
    else launched.settled.then(({ usage }) => end(ended, usage));
  });
  return { chunks, settled: promise };
}

/** A record of its own for a call that asked nobody. */
function recordGiven(
  parts: Parts,
  asking: Asking,
  answer: CacheAnswer<Launched>,
  model: ModelInfo,
  settled: Settled,
): void {
  const { ctx: { clock }, stages } = parts;
  const cache: CallRecord["cache"] = hasJoined(answer) ? "joined" : answer.from;
  asking.admission.done(null);
  stages.router.answered?.(asking.call, asking.decision, model, asking.callId);
  stages.ledger.closed(closeRecord(openRecord(asking, asking.decision, cache), {
    status: settled.ended === "whole" ? "done" : settled.ended,
    model,
    endedAt: clock.now(),
    latencyMs: clock.mono() - asking.startedMono,
    usage: settled.usage,
    usageBy: "provider",
    costMicros: 0,
    attempts: [],
  }));
}
