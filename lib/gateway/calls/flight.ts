/**
 * One call on its way: its candidates tried in order under one deadline until one begins to answer, every
 * attempt recorded with its reason and its cost.
 */
import type { Usage } from "../../agents/model.ts";
import type { ModelInfo } from "../../agents/model_port.ts";
import { delay } from "../../kernel/core/clock.ts";
import { AppError } from "../../kernel/core/errors.ts";
import type { GatewaySettings } from "../schema.ts";
import { type AttemptEnd, Running } from "./attempt.ts";
import { decideWait, sliceEnd } from "./decide.ts";
import { type Asked, exchange, type Opened } from "./exchange.ts";
import { AttemptFailed, type Failure } from "../upstream/failure.ts";
import { finalError } from "./final_error.ts";
import { outputLimit, unseenInput } from "../upstream/outgoing.ts";
import type { Parts } from "./stages.ts";
import type { Attempt, ChatBody, ChatCall, RouteDecision } from "./schema.ts";
import type { Admission, Busy, Connection } from "./stages.ts";
import { Watch } from "../upstream/watch.ts";

/** Inside: nothing is sent. */
const DEMONSTRATION: Connection = {
  id: "offline",
  name: "Muster",
  baseUrl: "",
  local: true,
  custom: false,
  trusted: false,
};

export interface FlightPlan {
  readonly callId: string;
  readonly call: ChatCall;
  /** What may be sent. */
  readonly body: ChatBody;
  readonly decision: RouteDecision;
  readonly settings: GatewaySettings;
  readonly inputTokens: number;
  /** Monotonic ms. */
  readonly deadlineAt: number;
  /** Aborts when nobody wants the answer any more. */
  readonly signal: AbortSignal;
}

export class Flight {
  readonly plan: FlightPlan;
  readonly parts: Parts;
  readonly attempts: Attempt[] = [];
  /** Of all attempts that are over. */
  costMicros = 0;
  readonly #failures: { readonly failure: Failure; readonly target: ModelInfo }[] = [];
  readonly #candidates: readonly ModelInfo[];
  /** Providers that refuse whatever is asked, such as for their key. */
  readonly #closed = new Set<string>();
  #next = 0;
  #tried = 0;

  constructor(parts: Parts, plan: FlightPlan) {
    this.parts = parts;
    this.plan = plan;
    const { decision, call } = plan;
    this.#candidates = call.fallback === false
      ? [decision.model]
      : [decision.model, ...decision.fallbacks];
  }

  /** Another model could still be asked. */
  get hasMore(): boolean {
    return this.#left() > 0;
  }

  /** The first answer that begins; `asId`: it goes on under this id. Throws AppError when none does. */
  async open(
    body: ChatBody = this.plan.body,
    inputTokens = this.plan.inputTokens,
    asId?: unknown,
  ): Promise<Opened> {
    const asked = { body, inputTokens, asId };
    while (this.#left() > 0) {
      const target = this.#candidates[this.#next++]!;
      if (this.#closed.has(target.provider)) continue;
      const opened = await this.#tryTarget(target, asked);
      if (opened) return opened;
    }
    throw finalError(this.plan, this.#failures, this.attempts);
  }

  /** Ends an attempt and counts what it cost. */
  ended(running: Running, end: AttemptEnd): void {
    const attempt = running.end(end);
    if (!attempt) return;
    this.attempts.push(attempt);
    this.costMicros += attempt.costMicros;
  }

  /** Of all attempts that are over. */
  get usage(): Usage {
    let inputTokens = 0;
    let outputTokens = 0;
    for (const { usage } of this.attempts) {
      inputTokens += usage?.inputTokens ?? 0;
      outputTokens += usage?.outputTokens ?? 0;
    }
    return { inputTokens, outputTokens };
  }

  #left(): number {
    const { models } = this.plan.settings.calls;
    return Math.min(this.#candidates.length - this.#next, models - this.#tried);
  }

  async #tryTarget(target: ModelInfo, asked: Asked): Promise<Opened | null> {
    const { plan, parts: { ctx, random } } = this;
    const { calls } = plan.settings;
    const retries = plan.call.retries ?? calls.retries;
    this.#tried++;
    const sliceAt = sliceEnd(ctx.clock.mono(), plan.deadlineAt, this.#left());
    for (let attempt = 1;; attempt++) {
      const result = await this.#attempt(target, asked, sliceAt);
      if (!("then" in result)) return result;
      this.#failures.push({ failure: result, target });
      if (result.outcome === "skipped" && attempt === 1) this.#tried--;
      if (result.then === "stop") throw finalError(plan, this.#failures, this.attempts);
      if (result.then === "elsewhere") this.#closed.add(target.provider);
      if (result.then !== "again") return null;
      const waitMs = decideWait({
        attempt,
        retries,
        retryAfterMs: result.retryAfterMs,
        leftMs: sliceAt - ctx.clock.mono(),
        random: random(),
      }, calls);
      if (waitMs === null) return null;
      await this.#wait(waitMs);
    }
  }

  async #wait(ms: number): Promise<void> {
    try {
      await delay(this.parts.ctx.clock, ms, this.plan.signal, true);
    } catch (cause) {
      throw new AppError("canceled", {
        detail: "The call was stopped between two attempts",
        data: { attempts: this.attempts, costMicros: this.costMicros, usage: this.usage },
        cause,
      });
    }
  }

  async #attempt(
    target: ModelInfo,
    asked: Asked,
    sliceAt: number,
  ): Promise<Opened | Failure> {
    const admitted = await this.#admit(target, asked, sliceAt);
    if (!(admitted instanceof Running)) return this.#skipped(target, admitted);
    try {
      return await exchange(this, admitted, asked);
    } catch (error) {
      if (!(error instanceof AttemptFailed)) {
        this.ended(admitted, { outcome: "malformed", reason: "internal error", blame: false });
        throw error;
      }
      this.ended(admitted, error.failure);
      return error.failure;
    }
  }

  /** Throws `budget_exhausted` for the first model; a later one that is too dear is passed over. */
  async #admit(
    target: ModelInfo,
    { body, inputTokens }: Asked,
    sliceAt: number,
  ): Promise<Running | Failure> {
    const { plan, parts } = this;
    const { call, settings } = plan;
    const { stages, ctx } = parts;
    if (parts.open.stopping) return skip("unavailable", "the server is stopping", STOPPING_MS);
    const connection = target.demonstration
      ? DEMONSTRATION
      : stages.directory.connection(call.workspaceId, target.provider);
    if (!connection) return skip("unavailable", `no way to "${target.provider}" is open`);
    const outputTokens = outputLimit(body, target);
    const unseen = unseenInput(body, target);
    const worst = worstMicros(target, inputTokens + unseen, outputTokens);
    const ceiling = (call.ceilingMicros ?? Infinity) - this.costMicros;
    if (worst > ceiling) {
      return skip("budget_exhausted", `may cost ${worst} µ$, more than the ${ceiling} µ$ left`);
    }
    const state = stages.breakers.admit(call.workspaceId, target.provider, target.id);
    const verdict = state instanceof Promise ? await state : state;
    if (verdict.kind === "open") {
      return skip("unavailable", `its breaker is open: ${verdict.reason}`, verdict.retryAfterMs);
    }
    const entered = stages.limits.enterProvider(
      call,
      target.provider,
      inputTokens + outputTokens,
      settings,
    );
    const admission: Admission | Busy = entered instanceof Promise ? await entered : entered;
    if (admission.kind === "busy") {
      stages.breakers.dropped(call.workspaceId, target.provider, target.id);
      return skip("rate_limited", "its rate is used up", admission.retryAfterMs);
    }
    try {
      const held = stages.budgets.reserve(call, target, worst, plan.callId);
      const hold = held instanceof Promise ? await held : held;
      const limits = { deadlineAt: plan.deadlineAt, sliceAt };
      const watch = new Watch(ctx.clock, limits, plan.signal);
      const { localFirstByteMs, firstByteMs, deadlineMs } = settings.calls;
      const silenceMs = connection.local ? localFirstByteMs : firstByteMs;
      const fairMs = Math.min(silenceMs, deadlineMs / 2);
      const place = { target, connection, watch, fairMs };
      return new Running(parts, call, place, { hold, admission });
    } catch (error) {
      admission.done(null);
      stages.breakers.dropped(call.workspaceId, target.provider, target.id);
      const poor = error instanceof AppError && error.code === "budget_exhausted";
      if (poor && this.attempts.length > 0) return skip("budget_exhausted", error.detail);
      throw error;
    }
  }

  #skipped(target: ModelInfo, failure: Failure): Failure {
    this.attempts.push({
      model: target.id,
      provider: target.provider,
      startedAt: this.parts.ctx.clock.now(),
      durationMs: 0,
      outcome: "skipped",
      reason: failure.reason,
      costMicros: 0,
      ...(failure.retryAfterMs === undefined ? {} : { retryAfterMs: failure.retryAfterMs }),
    });
    return failure;
  }
}

/** Whole micro-dollars, rounded up. */
export function worstMicros(target: ModelInfo, inputTokens: number, outputTokens: number): number {
  return Math.ceil(
    (inputTokens * target.priceInMicrosPerMTok + outputTokens * target.priceOutMicrosPerMTok) /
      1_000_000,
  );
}

/** Until another server answers, or this one again. */
const STOPPING_MS = 1_000;

function skip(
  code: "unavailable" | "rate_limited" | "budget_exhausted",
  reason: string,
  retryAfterMs?: number,
): Failure {
  return {
    outcome: "skipped",
    reason,
    error: new AppError(code, { detail: reason, retryAfterMs }),
    then: "next",
    blame: false,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}
