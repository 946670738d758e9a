/** A child step. Its own record is the join: the parent writes nothing when the child ends. */
import type { SpawnOptions } from "../../agents/context.ts";
import { AppError, toAppError } from "../../kernel/core/errors.ts";
import type { Json } from "../../kernel/core/json.ts";
import { decideSpawn } from "./budget.ts";
import { childStepId, digestArgs } from "../journal/digest.ts";
import type { Packed } from "../journal/journal.ts";
import type { RecordedEffect } from "../journal/ledger.ts";
import type { Step } from "../schema.ts";
import { execute } from "../run/step_life.ts";
import type { Issued } from "../run/issued.ts";
import { keep, unread } from "../run/keep.ts";
import type { StepRun } from "../run/step_run.ts";
import { unpack } from "../values.ts";
import { exhausted } from "./model.ts";
import { shownEffect } from "./shown.ts";

export function spawn(
  step: StepRun,
  agentId: string,
  input: Json,
  options: SpawnOptions = {},
): Promise<Json> {
  const order = step.nextOrder();
  const issued = step.issue(order, "spawn." + agentId, digestArgs(input));
  const { record } = issued;
  if (record?.childId !== undefined) return again(step, record, record.childId);
  if (record?.s !== undefined) return step.replay(record, (value) => value);
  const gate = step.execution.passGate();
  return gate
    ? gate.then(() => first(step, issued, agentId, input, options))
    : first(step, issued, agentId, input, options);
}

function first(
  step: StepRun,
  issued: Issued,
  agentId: string,
  input: Json,
  options: SpawnOptions,
): Promise<Json> {
  const refused = refusal(step, agentId);
  if (refused) return refuse(step, issued, agentId, refused);
  const packed = keep(step, input);
  if (!(packed instanceof Promise)) return start(step, issued, agentId, input, packed, options);
  step.execution.enter();
  return packed.then((stored) => {
    const child = start(step, issued, agentId, input, stored, options);
    step.execution.leave();
    return child;
  });
}

function start(
  step: StepRun,
  issued: Issued,
  agentId: string,
  input: Json,
  packed: Packed,
  options: SpawnOptions,
): Promise<Json> {
  const { run } = step;
  const agent = run.deps.agents.get(agentId)!;
  const model = options.model ?? step.defaultModel;
  const id = childStepId(step.id, step.generation, issued.order);
  try {
    run.emit(
      {
        type: "step.spawned",
        at: run.at(),
        actor: step.actor,
        step: newStep(run.id, run.at(), id, agent, { ...options, parentId: step.id, model }),
      },
      {
        n: issued.order,
        a: issued.given,
        k: issued.key,
        i: packed,
        v: step.covenant.version,
        m: model,
        t: options.timeoutMs,
      },
    );
  } catch (error) {
    // A title or list too long for an event: the agent hears of it, and there is no child.
    return refuse(step, issued, agentId, toAppError(error));
  }
  const child = step.child({
    id,
    agent: agentId,
    order: issued.order,
    depth: step.depth + 1,
    model,
    timeoutMs: options.timeoutMs,
    covenant: step.covenant,
    record: undefined,
  });
  return joined(child, () => execute(child, input));
}

/** The child as recorded: its result when it ended, else it runs again. */
function again(step: StepRun, join: RecordedEffect, childId: string): Promise<Json> {
  const { run, execution } = step;
  const record = run.ledger!.steps.get(childId)!;
  if (join.s !== undefined) {
    join.result = record.output;
    join.error = record.status === "completed" ? undefined : record.error;
    return step.replay(join, (value) => value);
  }
  // Stopped because its parent had ended: nobody was given its result, and nobody will be.
  if (record.status === "canceled") return new Promise(() => {});
  const child = step.child({
    id: childId,
    agent: record.agent,
    order: record.order,
    depth: record.depth,
    model: record.model,
    timeoutMs: record.timeoutMs,
    covenant: run.covenantOf(record.covenantVersion),
    record,
  });
  const input = unpack(run.scope, record.input);
  if (!(input instanceof Promise)) return joined(child, () => execute(child, input));
  execution.enter();
  return joined(child, () => {
    input.then((value) => {
      execute(child, value);
      execution.leave();
    }, (error) => unread(child, error));
  });
}

function joined(child: StepRun, begin: () => void): Promise<Json> {
  return new Promise((resolve, reject) => {
    child.settle = (error, output) => error ? reject(error) : resolve(output);
    begin();
  });
}

/** Why no further step may start, as a typed outcome. */
function refusal(step: StepRun, agentId: string): AppError | null {
  const { run, execution } = step;
  const { limits, agents } = run.deps;
  if (!agents.has(agentId)) {
    return new AppError("invalid_input", {
      detail: `There is no agent "${agentId}"; use one of ${[...agents.keys()].join(", ")}`,
    });
  }
  if (step.depth >= limits.depth) return capped(step, "depth", limits.depth);
  if (execution.liveSteps >= limits.liveSteps) {
    return capped(step, "liveSteps", limits.liveSteps);
  }
  if (run.state.steps.length >= limits.stepsPerRun) {
    return capped(step, "stepsPerRun", limits.stepsPerRun);
  }
  const { budget, used } = run.state.covenant;
  if (budget.spawns === undefined) return null;
  const decided = decideSpawn(budget, used);
  return decided.kind === "deny" ? exhausted(step, decided) : null;
}

function capped(step: StepRun, clause: string, limit: number): AppError {
  const evidence =
    `Step "${step.id}" wanted another step, but ${clause} is at its limit of ${limit}`;
  return new AppError("spawn_limit", {
    detail: evidence,
    data: { clause, limit, used: limit, evidence },
  });
}

function refuse(step: StepRun, issued: Issued, agentId: string, error: AppError): Promise<Json> {
  step.execution.enter();
  const effect = shownEffect(step, issued, {
    kind: "spawn",
    name: agentId,
    status: "failed",
    startedAt: step.run.at(),
  });
  return new Promise((_, reject) => step.failed(issued, { effect }, error, reject));
}

interface StepShape extends SpawnOptions {
  readonly parentId?: string;
}

export function newStep(
  runId: string,
  at: string,
  id: string,
  agent: { readonly id: string; readonly name: string; readonly role: string },
  options: StepShape,
): Step {
  const step: Step = {
    id,
    runId,
    agent: agent.id,
    title: options.title ?? agent.name,
    role: agent.role,
    status: "queued",
    dependsOn: options.dependsOn ? [...options.dependsOn] : [],
    answer: options.answer ?? false,
    attempt: 1,
    progress: 0,
    thoughts: [],
    actions: [],
    text: "",
    usage: { inputTokens: 0, outputTokens: 0 },
    costMicros: 0,
    queuedAt: at,
  };
  if (options.parentId !== undefined) step.parentId = options.parentId;
  if (options.model !== undefined) step.model = options.model;
  return step;
}
