/**
 * A tool call. Reads and idempotent tools are pure. Any other is committed as intended before it acts and
 * is never repeated by itself: when its outcome is not known, a person says what became of it.
 */
import { AppError, toAppError } from "../../kernel/core/errors.ts";
import { delay } from "../../kernel/core/clock.ts";
import type { Json } from "../../kernel/core/json.ts";
import { withSpan } from "../../kernel/platform/otel.ts";
import type { AnyTool } from "../deps.ts";
import { digestArgs } from "../journal/digest.ts";
import { decideRetry, provesNothingHappened } from "./retry_policy.ts";
import type { RecordedEffect } from "../journal/ledger.ts";
import type { Packed } from "../journal/journal.ts";
import type { Issued } from "../run/issued.ts";
import { keep, recall } from "../run/keep.ts";
import type { StepRun } from "../run/step_run.ts";
import { asJson, shownArgs, shownValue } from "../values.ts";
import { question, rejected } from "./approvals.ts";
import { shownEffect } from "./shown.ts";

/** A call on its way: what is known so far. */
interface Call {
  readonly step: StepRun;
  readonly issued: Issued;
  readonly tool: AnyTool;
  readonly once: boolean;
  readonly startedAt: string;
  id: string;
  args: Json;
  /** As edited by a person. */
  edited: boolean;
  attempts: number;
  /** Takes stored answers away with the next record of this effect. */
  consume: () => void;
}

export async function callTool(step: StepRun, name: string, args: Json): Promise<Json> {
  const issued = step.issue(step.nextOrder(), "tool." + name, digestArgs(args));
  const { record } = issued;
  if (record?.s !== undefined) return await step.replay(record, (value) => value);
  await step.execution.passGate();
  const { run, execution } = step;
  const tool = run.deps.tools.get(name);
  const call: Call = {
    step,
    issued,
    tool: tool ?? MISSING,
    once: tool !== undefined && tool.effect === "write" && !tool.idempotent,
    startedAt: run.at(),
    id: record?.id ?? run.deps.ctx.ids.next("effect"),
    args,
    edited: false,
    attempts: record?.shown?.attempts ?? 0,
    consume: () => {},
  };
  execution.enter();
  try {
    if (!tool) throw noTool(step, name);
    if (record?.args) {
      call.args = await recall(step, record.args);
      call.edited = true;
    }
    if (record?.status === "intended") {
      const known = await askOutcome(call, record);
      if (known) return await finish(call, known.receipt);
    } else {
      checkArgs(call);
      await gate(call);
    }
    return await act(call);
  } catch (thrown) {
    return await fail(call, toAppError(thrown));
  }
}

const MISSING = { name: "", effect: "read", idempotent: true } as AnyTool;

function noTool(step: StepRun, name: string): AppError {
  const known = [...step.run.deps.tools.keys()].join(", ");
  return new AppError("invalid_input", {
    detail: `There is no tool "${name}"; use one of ${known}`,
  });
}

/** The arguments as the tool takes them. Throws `invalid_input`. */
function checkArgs(call: Call): unknown {
  const parsed = call.tool.input.safeParse(call.args);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map((issue) => ({
    path: issue.path.map(String).join("."),
    message: issue.message,
  }));
  throw new AppError("invalid_input", {
    detail: `The arguments of "${call.tool.name}" do not fit: ${
      fields.map((f) => `${f.path || "args"}: ${f.message}`).slice(0, 5).join("; ")
    }`,
    fields,
  });
}

/** Asks a person first where the terms, the tool or an earlier life of the run demand it. */
async function gate(call: Call): Promise<void> {
  const { step, tool } = call;
  const { run } = step;
  const { mode } = run.state.run;
  if (mode === "dry-run") {
    throw new AppError("rejected", { detail: `A dry run does not perform tool "${tool.name}"` });
  }
  const before = call.once ? run.takenBack(tool.name, call.issued.key) : undefined;
  const strict = mode === "strict" && tool.effect === "write";
  if (!before && !strict && !tool.needsApproval?.(call.args, { mode })) return;
  step.execution.leave();
  const asked = await question(step, call.issued, "tool", {
    kind: "tool",
    tool: tool.name,
    question: before ? repeatQuestion(tool, before) : `Use “${tool.name}” with these arguments?`,
    args: call.args,
    risk: tool.risk,
  });
  call.id = asked.id;
  call.consume = asked.consume;
  if (!asked.answer.approved) throw rejected(asked.answer, `“${tool.name}” was refused`);
  if (asked.answer.edits !== null) {
    call.args = asked.answer.edits;
    call.edited = true;
    checkArgs(call);
  }
  run.forgetTakenBack(before);
}

function repeatQuestion(tool: AnyTool, before: RecordedEffect): string {
  const receipt = before.shown?.receipt;
  const shown = receipt === undefined ? "none is known" : JSON.stringify(receipt).slice(0, 1_000);
  return `“${tool.name}” was already done before the run was taken back (receipt: ${shown}). Do it again?`;
}

/** Commits the intention where the tool must not act twice, then acts. */
async function act(call: Call): Promise<Json> {
  const { execution } = call.step;
  const args = checkArgs(call);
  for (;;) {
    await execution.passGateAgain();
    call.attempts++;
    let result: Result;
    try {
      const acting = attempt(call, args);
      result = await (call.once ? execution.mustSettle(acting) : acting);
    } catch (thrown) {
      const known = await afterFailure(call, toAppError(thrown));
      if (!known) continue;
      return await finish(call, known.receipt);
    }
    return await record(call, result);
  }
}

/** What a tool gave back, and as the journal keeps it. */
interface Result {
  readonly output: Json;
  readonly packed: Packed;
}

/** Once the tool has acted, nothing that goes wrong with its receipt may pass for its failure. */
async function attempt(call: Call, args: unknown): Promise<Result> {
  if (call.once) {
    await intend(call);
    if (isHalted(call)) return await takeBack(call);
  }
  const value = await runTool(call, args);
  try {
    const output = asJson(value);
    return { output, packed: await keep(call.step, output) };
  } catch (error) {
    if (!call.once) throw error;
    const output = { note: "It was done; what it gave back cannot be kept" };
    return { output, packed: { i: output } };
  }
}

/** Stopped while its intention was being committed, it must not act any more, and did not. */
function takeBack(call: Call): Promise<never> {
  const { step } = call;
  if (!step.execution.over) {
    const error = { code: "canceled", message: "Stopped before it acted", stepId: step.id };
    step.run.emit({
      type: "effect.failed",
      at: step.run.at(),
      actor: step.actor,
      effect: { ...shown(call, "failed"), error },
    });
  }
  return step.drop();
}

function isHalted({ step }: Call): boolean {
  return step.execution.stopped || step.ended;
}

/** The receipt a person gave where the outcome is open; null: one more attempt. Throws a definite failure. */
async function afterFailure(call: Call, error: AppError): Promise<{ receipt: Json } | null> {
  const { step } = call;
  const { run } = step;
  const open = call.once && !provesNothingHappened(error);
  if (isHalted(call)) {
    if (call.once && !open) throw error;
    if (open) reportUnknown(call);
    return await step.drop();
  }
  if (open) {
    if (error.code === "internal") run.logError("A tool broke off", error, step);
    return await askOutcome(call, undefined);
  }
  const { limits, random } = run.deps;
  const decided = decideRetry(error, call.attempts, limits.retry, random());
  if (decided.kind === "give_up") throw error;
  run.retried(step, error, decided.delayMs);
  await delay(run.deps.ctx.clock, decided.delayMs, step.signal);
  return null;
}

async function intend(call: Call): Promise<void> {
  const { step, issued } = call;
  const { run } = step;
  const edited = call.edited ? await keep(step, call.args) : undefined;
  run.emit(
    {
      type: "effect.intended",
      at: run.at(),
      actor: step.actor,
      effect: shown(call, "intended"),
    },
    { n: issued.order, a: issued.given, w: 1, g: edited },
  );
  call.consume();
  call.consume = () => {};
  await run.commitIntent();
}

async function runTool(call: Call, args: unknown): Promise<unknown> {
  const { step, tool } = call;
  const { deps } = step.run;
  const { toolTimeoutMs } = deps.limits;
  const { clock } = deps.ctx;
  const controller = new AbortController();
  let expire: (error: AppError) => void = () => {};
  const limit = new Promise<never>((_, reject) => expire = reject);
  let cancel = clock.timer(toolTimeoutMs, () => {
    const error = new AppError("upstream_timeout", {
      detail: `Tool "${tool.name}" did not answer within ${toolTimeoutMs} ms`,
    });
    controller.abort(error);
    expire(error);
  });
  // Stopped, it gets a moment to say what became of it.
  const stop = () => {
    controller.abort(step.signal.reason);
    cancel();
    cancel = clock.timer(deps.limits.settleMs, () => expire(stopped(tool)));
  };
  if (step.signal.aborted) stop();
  else step.signal.addEventListener("abort", stop, { once: true });
  try {
    const running = {
      idempotencyKey: step.idempotencyKey(call.issued),
      signal: controller.signal,
      fetch: deps.ctx.fetch,
    };
    return await withSpan("execute_tool " + tool.name, {
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.tool.name": tool.name,
      "gen_ai.tool.call.id": call.id,
    }, () => Promise.race([tool.run(running, args), limit]));
  } catch (error) {
    if (error instanceof AppError || !step.signal.aborted) throw error;
    throw stopped(tool, error);
  } finally {
    cancel();
    step.signal.removeEventListener("abort", stop);
  }
}

function stopped(tool: AnyTool, cause?: unknown): AppError {
  return new AppError("canceled", { detail: `Tool "${tool.name}" was stopped`, cause });
}

/** An intended effect without a result: a person says what became of it. Null: do it again. */
async function askOutcome(
  call: Call,
  record: RecordedEffect | undefined,
): Promise<{ receipt: Json } | null> {
  const { step, issued, tool } = call;
  if (!record?.wait) reportUnknown(call);
  step.execution.leave();
  const fresh: Issued = record ? issued : { ...issued, record: undefined };
  const asked = await question(step, fresh, "tool", {
    kind: "outcome_unknown",
    tool: tool.name,
    question:
      `“${tool.name}” was about to happen when the run was interrupted. Did it? Look, then say done, failed or retry`,
    args: call.args,
    risk: tool.risk,
  }, true);
  call.consume = asked.consume;
  switch (asked.answer.value) {
    case "done":
      return { receipt: asked.answer.receipt ?? null };
    case "retry":
      return null;
    default:
      throw new AppError("upstream_failed", {
        retryable: false,
        detail: `“${tool.name}” did not happen: ${asked.answer.reason ?? "marked as failed"}`,
      });
  }
}

function reportUnknown({ step, id, issued }: Call): void {
  if (step.execution.over) return;
  step.run.emit({
    type: "effect.unknown",
    at: step.run.at(),
    actor: "system",
    effectId: id,
    stepId: step.id,
    kind: "tool",
    key: issued.key,
  });
}

function shown(call: Call, status: "intended" | "done" | "failed", receipt?: Packed) {
  return shownEffect(call.step, call.issued, {
    id: call.id,
    kind: "tool",
    name: call.tool.name,
    status,
    startedAt: call.startedAt,
    attempts: Math.max(1, call.attempts),
    request: shownArgs(call.args),
    ...(receipt ? { receipt: shownValue(receipt) } : {}),
  });
}

/** Records what a person says came of it. */
async function finish(call: Call, receipt: Json): Promise<Json> {
  return await record(call, { output: receipt, packed: await keep(call.step, receipt) });
}

function record(call: Call, { output, packed }: Result): Promise<Json> {
  const { step, issued, once } = call;
  call.consume();
  // The public receipt is the result, unless it is only a reference.
  const result = "i" in packed ? undefined : packed;
  const completion = { effect: shown(call, "done", packed), result, once };
  return new Promise((resolve) => step.done(issued, completion, () => resolve(output)));
}

async function fail(call: Call, error: AppError): Promise<never> {
  const { step, issued, once } = call;
  if (!once && (step.execution.stopped || step.ended)) return await step.drop();
  if (error.code === "internal") step.run.logError("A tool failed", error, step);
  call.consume();
  const effect = { ...shown(call, "failed"), name: call.tool.name || issued.key };
  return await new Promise((_, reject) => step.failed(issued, { effect, once }, error, reject));
}
