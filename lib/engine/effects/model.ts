/** A model call: pure, so nothing is committed before it; its budget is reserved before it is made. */
import type { BudgetUsed } from "../../agents/covenant.ts";
import type { ModelCallOptions } from "../../agents/context.ts";
import type { ModelRequest, ModelResult, Usage } from "../../agents/model.ts";
import type { ModelInfo } from "../../agents/model_port.ts";
import { AppError, toAppError } from "../../kernel/core/errors.ts";
import { delay } from "../../kernel/core/clock.ts";
import type { Json } from "../../kernel/core/json.ts";
import {
  type BudgetDecision,
  budgetError,
  decideReservation,
  DEFAULT_MAX_TOKENS,
  isMetered,
  type Reservation,
} from "./budget.ts";
import type { Hold } from "./purse.ts";
import type { Effect } from "../schema.ts";
import type { StoredRequest } from "../journal/conversation.ts";
import type { Packed } from "../journal/journal.ts";
import { decideRetry } from "./retry_policy.ts";
import type { Issued } from "../run/issued.ts";
import { keep } from "../run/keep.ts";
import type { StepRun } from "../run/step_run.ts";
import { isSmall } from "../values.ts";
import { shownEffect } from "./shown.ts";

/** The model that answers in a dry run: it costs nothing and leaves the machine untouched. */
const DRY_RUN_MODEL = "muster/offline";
const DEFAULT_JOINT = "\n\n";

interface Spent {
  costMicros: number;
  inputTokens: number;
  outputTokens: number;
}

/** What a call's failed attempts cost, and what it holds of the budget. */
interface Spending extends Spent {
  attempts: number;
  hold?: Hold;
}

/** One call on its way. */
interface Call {
  readonly step: StepRun;
  readonly issued: Issued;
  readonly request: ModelRequest;
  readonly options: ModelCallOptions;
  readonly onDelta: ((text: string) => void) | undefined;
  readonly spending: Spending;
}

export function callModel(
  step: StepRun,
  request: ModelRequest,
  options: ModelCallOptions = {},
): Promise<ModelResult> {
  const order = step.nextOrder();
  const tracked = step.conversations.track(order, request);
  const issued = step.issue(order, "model", tracked.digest);
  const { record } = issued;
  const joint = options.joint ?? DEFAULT_JOINT;
  if (record?.s !== undefined) {
    return step.replay(record, (value) => {
      const result = value as unknown as ModelResult;
      if (record.streamed) step.stream.replayed(result.text, record.streamed, joint);
      return result;
    });
  }
  const gate = step.execution.passGate();
  return gate
    ? gate.then(() => perform(step, issued, request, tracked.stored, options, joint))
    : perform(step, issued, request, tracked.stored, options, joint);
}

async function perform(
  step: StepRun,
  issued: Issued,
  request: ModelRequest,
  stored: StoredRequest,
  options: ModelCallOptions,
  joint: string,
): Promise<ModelResult> {
  const { run, execution } = step;
  execution.enter();
  execution.modelCallBegan();
  let inFlight = true;
  const startedAt = run.at();
  const spent: Spending = { attempts: 0, costMicros: 0, inputTokens: 0, outputTokens: 0 };
  const streams = options.stream !== false && step.stream.begin();
  const onDelta = streams ? (text: string) => step.stream.add(text, joint) : undefined;
  try {
    const call: Call = { step, issued, request, options, onDelta, spending: spent };
    const result =
      await (isMetered(run.state.covenant.budget) ? attempts(call) : firstAttempt(call));
    inFlight = false;
    execution.modelCallEnded();
    const streamed = streams ? step.stream.end() : 0;
    const kept = keepRequest(step, stored);
    const packed = keep(step, result as unknown as Json);
    const effect = shownEffect(step, issued, {
      kind: "model",
      name: result.model,
      status: "done",
      startedAt,
      attempts: spent.attempts,
      request: { messages: request.messages.length },
      ...total(spent, result.costMicros, result.usage),
      model: result.model,
    });
    const completion = {
      effect,
      result: packed instanceof Promise ? await packed : packed,
      request: kept instanceof Promise ? await kept : kept,
      streamed,
    };
    return await new Promise((resolve) => {
      step.done(issued, completion, () => resolve(result));
      spent.hold?.settled();
    });
  } catch (thrown) {
    if (streams) step.stream.drop();
    if (inFlight) execution.modelCallEnded();
    const stopped = execution.stopped || step.ended;
    const error = toAppError(thrown);
    if (stopped) addSpent(spent, costOfFailure(error));
    const effect = failedEffect(step, issued, request, spent, startedAt);
    if (stopped) return await dropCall(step, effect, spent);
    if (error.code === "internal") run.logError("A model call failed", error, step);
    const kept = await keepRequest(step, stored);
    return await new Promise((_, reject) => {
      step.failed(issued, { effect, request: kept }, error, reject);
      spent.hold?.settled();
    });
  }
}

function failedEffect(
  step: StepRun,
  issued: Issued,
  request: ModelRequest,
  spent: Spending,
  startedAt: string,
): Effect {
  return shownEffect(step, issued, {
    kind: "model",
    name: request.model ?? step.defaultModel ?? "default",
    status: "failed",
    startedAt,
    attempts: Math.max(1, spent.attempts),
    request: { messages: request.messages.length },
    ...total(spent, 0, { inputTokens: 0, outputTokens: 0 }),
  });
}

/**
 * Stopped from outside: nobody is told, so the journal has no part in it, and the call is made again should
 * the step run again. What it cost until then is paid for and shown.
 */
function dropCall(step: StepRun, effect: Effect, spent: Spending): Promise<never> {
  if (!step.execution.over && (spent.costMicros > 0 || spent.inputTokens > 0)) {
    const error = { code: "canceled", message: "The call was stopped", stepId: step.id };
    step.run.emit({
      type: "effect.failed",
      at: step.run.at(),
      actor: step.actor,
      effect: { ...effect, error },
    });
  }
  spent.hold?.settled();
  return step.drop();
}

/** Tries until it is answered, refused, or not worth another try; each try is reserved anew. */
async function attempts(call: Call, failed?: unknown): Promise<ModelResult> {
  const { step, request } = call;
  if (failed !== undefined) await backOff(call, failed);
  for (;;) {
    const known = modelOf(call);
    const info = known instanceof Promise ? await known : known;
    call.spending.attempts++;
    const maxTokens = isMetered(step.run.state.covenant.budget)
      ? await reserve(step, info, request, call.spending)
      : maxTokensOf(request, info);
    try {
      return await chat(call, info, maxTokens);
    } catch (thrown) {
      await backOff(call, thrown);
    }
  }
}

/** Without a budget nothing is reserved and, mostly, nothing is tried again: the way of most calls. */
function firstAttempt(call: Call): Promise<ModelResult> {
  const info = modelOf(call);
  return info instanceof Promise ? info.then((known) => tryOnce(call, known)) : tryOnce(call, info);
}

function tryOnce(call: Call, info: ModelInfo): Promise<ModelResult> {
  call.spending.attempts++;
  return chat(call, info, maxTokensOf(call.request, info))
    .catch((thrown) => attempts(call, thrown));
}

/** Models of a step by the virtual name it asked for, the one it is on first. */
const routes = new WeakMap<StepRun, Map<string, readonly ModelInfo[]>>();

/** A name's model; a virtual one's by the router, and then the same for the whole step until it fails. */
function modelOf({ step, request }: Call): ModelInfo | Promise<ModelInfo> {
  const { run } = step;
  const { models } = run.deps;
  const name = run.state.run.mode === "dry-run"
    ? DRY_RUN_MODEL
    : request.model ?? step.defaultModel;
  if (!models.route || !name?.startsWith("muster/") || name === DRY_RUN_MODEL) {
    return models.resolve(name);
  }
  const known = routes.get(step) ?? new Map<string, readonly ModelInfo[]>();
  routes.set(step, known);
  const [first] = known.get(name) ?? [];
  if (first) return first;
  const { latencyMs, quality } = run.state.covenant.constraints;
  return models.route({ ...request, model: name }, {
    caller: callerOf(step),
    constraints: { latencyMs, quality },
    signal: step.signal,
  }).then((found) => {
    known.set(name, found);
    return found[0]!;
  });
}

/** A model that failed is left for the next of its route, where there is one. */
function leaveModel(step: StepRun): void {
  const known = routes.get(step);
  for (const [name, [, ...rest]] of known ?? []) if (rest.length > 0) known!.set(name, rest);
}

function maxTokensOf(request: ModelRequest, info: ModelInfo): number {
  return Math.min(request.maxTokens ?? DEFAULT_MAX_TOKENS, info.maxOutputTokens);
}

function chat(call: Call, info: ModelInfo, maxTokens: number): Promise<ModelResult> {
  const { step, request, options } = call;
  const { run } = step;
  const { models, limits } = run.deps;
  return models.chat({ ...request, model: info.id, maxTokens }, {
    idempotencyKey: step.idempotencyKey(call.issued),
    signal: step.signal,
    onDelta: call.onDelta,
    timeoutMs: options.timeoutMs ?? limits.modelTimeoutMs,
    caller: callerOf(step),
  });
}

function callerOf({ agent, run }: StepRun) {
  const { sessionId, createdBy } = run.state.run;
  const keyId = createdBy?.startsWith("key:") ? createdBy.slice(4) : undefined;
  return { agentId: agent, sessionId, runId: run.id, ...(keyId !== undefined && { keyId }) };
}

/** Counts what the failed attempt cost and waits before the next; throws when there is none. */
async function backOff({ step, spending, onDelta }: Call, thrown: unknown): Promise<void> {
  const { run, execution } = step;
  const { deps } = run;
  const error = toAppError(thrown);
  if (execution.stopped || step.ended) throw error;
  const cost = costOfFailure(error);
  addSpent(spending, cost);
  spending.hold?.failed({
    costMicros: cost.costMicros,
    tokens: cost.inputTokens + cost.outputTokens,
  });
  const decided = decideRetry(error, spending.attempts, deps.limits.retry, deps.random());
  if (decided.kind === "give_up") throw error;
  leaveModel(step);
  run.retried(step, error, decided.delayMs);
  if (onDelta) restartStream(step);
  await delay(deps.ctx.clock, decided.delayMs, step.signal);
  await execution.passGateAgain();
}

function restartStream(step: StepRun): void {
  step.stream.drop();
  step.stream.begin();
}

/** Output tokens the call may use, held until it is settled; waits for what others give back. */
async function reserve(
  step: StepRun,
  info: ModelInfo,
  request: ModelRequest,
  call: Spending,
): Promise<number> {
  const { run } = step;
  const { purse } = run;
  const inputTokens = run.deps.models.countTokens(request);
  for (;;) {
    const { budget, used } = run.state.covenant;
    const terms = { budget, used: withSpent(used, purse.spent), reserved: purse.reserved };
    const decided = decideReservation(terms, info, inputTokens, request.maxTokens);
    if (decided.kind === "deny") throw exhausted(step, decided);
    if (decided.kind === "allow") {
      call.hold ??= purse.open();
      call.hold.reserve(decided.reservation);
      return decided.maxTokens;
    }
    await purse.changed(step.signal);
  }
}

/** Says so in the log, and gives the typed error. */
export function exhausted(
  step: StepRun,
  denied: Extract<BudgetDecision, { kind: "deny" }>,
): AppError {
  step.run.emit({
    type: "budget.exhausted",
    at: step.run.at(),
    actor: "system",
    clause: denied.clause,
    limit: denied.limit,
    used: denied.used,
    stepId: step.id,
  });
  return budgetError(denied);
}

/** What a failed try cost, where the provider said so. */
function costOfFailure(error: AppError): Spent {
  const { usage, costMicros } = error.data ?? {};
  const counted = (usage ?? {}) as {
    readonly inputTokens?: number;
    readonly outputTokens?: number;
  };
  return {
    costMicros: typeof costMicros === "number" ? costMicros : 0,
    inputTokens: counted.inputTokens ?? 0,
    outputTokens: counted.outputTokens ?? 0,
  };
}

/** Of all attempts, the last one included. */
function total(
  spent: Spent,
  costMicros: number,
  last: Usage,
): { costMicros: number; usage: Usage } {
  const inputTokens = spent.inputTokens + last.inputTokens;
  const outputTokens = spent.outputTokens + last.outputTokens;
  return { costMicros: spent.costMicros + costMicros, usage: { inputTokens, outputTokens } };
}

function addSpent(spent: Spent, cost: Spent): void {
  spent.costMicros += cost.costMicros;
  spent.inputTokens += cost.inputTokens;
  spent.outputTokens += cost.outputTokens;
}

function withSpent(used: BudgetUsed, spent: Reservation): BudgetUsed {
  return {
    ...used,
    costMicros: used.costMicros + spent.costMicros,
    tokens: used.tokens + spent.tokens,
  };
}

/** New messages stand in the event, or in a blob when they are long. */
function keepRequest(
  step: StepRun,
  stored: StoredRequest,
): StoredRequest | Packed | Promise<Packed> {
  if (isSmall(stored.added)) return stored;
  return keep(step, stored as unknown as Json);
}
