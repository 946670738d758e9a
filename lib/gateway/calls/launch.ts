/** Makes a call's attempts and hands on what began to answer, with its record and its settlement. */
import { AppError, toAppError } from "../../kernel/core/errors.ts";
import { costMicros } from "../cost.ts";
import type { AnswerFacts, FreshAnswer } from "../cache/schema.ts";
import { AnswerStream, type StreamEnd } from "./answer_stream.ts";
import type { OpenedStream, OpenedWhole } from "./exchange.ts";
import type { Flight } from "./flight.ts";
import type { Asking } from "./participant.ts";
import { closeRecord, openRecord, type RecordEnd } from "./record.ts";
import type { CallRecord, Settled } from "./schema.ts";
import type { ModelInfo } from "../../agents/model_port.ts";

/** What every participant of one flight shares. */
export interface Launched {
  readonly flight: Flight;
  /** That began to answer. */
  readonly model: ModelInfo;
  /** Never rejects. */
  readonly settled: Promise<Settled>;
  /** Of a whole answer. */
  readonly whole?: Settled;
}

export async function launch(flight: Flight, asking: Asking): Promise<FreshAnswer<Launched>> {
  const { stages } = flight.parts;
  const open = openRecord(asking, asking.decision, asking.call.cache === "use" ? "miss" : "bypass");
  stages.ledger.opened(open);
  try {
    const opened = await flight.open();
    try {
      return opened.kind === "whole"
        ? landWhole(flight, asking, open, opened)
        : followStream(flight, asking, open, opened);
    } catch (error) {
      // Nobody else would end it: what it holds would stay held.
      flight.ended(opened.running, {
        outcome: "malformed",
        reason: "internal error",
        blame: false,
      });
      throw error;
    }
  } catch (error) {
    throw failed(flight, asking, open, toAppError(error));
  }
}

function landWhole(
  flight: Flight,
  asking: Asking,
  open: CallRecord,
  { running, answer }: OpenedWhole,
): FreshAnswer<Launched> {
  const { inputTokens } = flight.plan;
  const usage = answer.usage ?? { inputTokens, outputTokens: answer.outputTokens() };
  flight.ended(running, { outcome: "ok", reason: "ok", blame: false, usage });
  const settled: Settled = { usage: flight.usage, costMicros: flight.costMicros, ended: "whole" };
  close(flight, asking, open, {
    status: "done",
    model: running.target,
    usage: settled.usage,
    usageBy: answer.usage ? "provider" : "counted",
    costMicros: settled.costMicros,
  });
  // A hit is for the model that was chosen, so an answer of a fallback is not kept.
  const facts: AnswerFacts | null =
    isKeepable(answer.finish) && running.target === asking.decision.model
      ? {
        model: running.target.id,
        provider: running.target.provider,
        ...usage,
        costMicros: costMicros(running.target, usage),
      }
      : null;
  return {
    body: answer.text,
    facts: () => facts,
    extra: { flight, model: running.target, settled: Promise.resolve(settled), whole: settled },
  };
}

function followStream(
  flight: Flight,
  asking: Asking,
  open: CallRecord,
  opened: OpenedStream,
): FreshAnswer<Launched> {
  const { clock } = flight.parts.ctx;
  const { call, settings } = flight.plan;
  const firstTokenMs = clock.mono() - asking.startedMono;
  const { promise: settled, resolve } = Promise.withResolvers<Settled>();
  let facts: AnswerFacts | null = null;
  const model = opened.running.target;
  const onEnd = (end: StreamEnd) => {
    close(flight, asking, open, {
      status: end.ended === "whole" ? "done" : end.ended,
      model,
      usage: end.usage,
      usageBy: end.usageBy,
      costMicros: end.costMicros,
      firstTokenMs,
      error: end.error,
    });
    const clean = flight.attempts.every(({ outcome }) => outcome !== "cut");
    const chosen = clean && model === asking.decision.model;
    if (end.ended === "whole" && chosen && isKeepable(end.finish)) {
      const { usage } = end;
      facts = { model: model.id, provider: model.provider, ...usage, costMicros: end.costMicros };
    }
    const { usage, costMicros, ended } = end;
    resolve({ usage, costMicros, ended });
  };
  const continues = call.continueOnCut ?? settings.calls.continueOnCut;
  return {
    chunks: new AnswerStream(flight, opened, { continues, onEnd }),
    facts: () => facts,
    extra: { flight, model, settled },
  };
}

/** What was filtered or cut short is not given again. */
function isKeepable(finish: string | undefined): boolean {
  return finish === undefined || finish === "stop" || finish === "tool_calls";
}

function failed(flight: Flight, asking: Asking, open: CallRecord, error: AppError): AppError {
  const last = flight.attempts.at(-1);
  close(flight, asking, open, {
    status: error.code === "canceled" ? "canceled" : "failed",
    model: undefined,
    ...(flight.costMicros > 0 || last?.usage ? { usage: flight.usage } : {}),
    usageBy: "counted",
    costMicros: flight.costMicros,
    error: { code: error.code, message: error.detail },
  });
  if (error.code === "internal") {
    flight.parts.ctx.log.error("A model call failed inside", { error, callId: asking.callId });
  }
  return error.data?.attempts ? error : new AppError(error.code, {
    detail: error.detail,
    retryable: error.retryable,
    retryAfterMs: error.retryAfterMs,
    fields: error.fields,
    extension: error.extension,
    data: { ...error.data, attempts: flight.attempts },
    cause: error.cause,
  });
}

function close(
  flight: Flight,
  asking: Asking,
  open: CallRecord,
  end: Omit<RecordEnd, "endedAt" | "latencyMs" | "attempts">,
): void {
  const { ctx: { clock }, stages } = flight.parts;
  asking.admission.done(end.usage ?? null);
  // One that failed last answered nothing: the conversation does not stay on it.
  const answered = end.status === "failed" ? null : end.model ?? null;
  stages.router.answered?.(asking.call, asking.decision, answered, asking.callId);
  stages.ledger.closed(closeRecord(open, {
    ...end,
    endedAt: clock.now(),
    latencyMs: clock.mono() - asking.startedMono,
    attempts: flight.attempts,
  }));
}
