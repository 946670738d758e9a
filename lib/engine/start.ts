/** The start of a run: what the accepting commit holds. That commit also makes this instance its owner. */
import { applyEvent } from "./fold_events.ts";
import type { CovenantInput } from "../agents/covenant.ts";
import { AppError } from "../kernel/core/errors.ts";
import type { Json } from "../kernel/core/json.ts";
import type { WriteSet } from "../kernel/kv/mod.ts";
import type { EngineDeps } from "./deps.ts";
import { firstCovenant, setFields, shownIntent } from "./effects/terms.ts";
import { newStep } from "./effects/spawn.ts";
import type { RunEvent } from "./events.ts";
import { emptyView } from "./fold.ts";
import { RunState } from "./fold_state.ts";
import type { CreatedHidden, Packed, SpawnedHidden } from "./journal/journal.ts";
import { ownIndexKey, ownKey, runKey, runStream } from "./keys.ts";
import { stageFirstRecord, stageHeldRecord } from "./record.ts";
import type { Run } from "./schema.ts";
import { pack } from "./values.ts";

export interface StartRun {
  readonly intent: string;
  readonly sessionId?: string | undefined;
  /** A pattern, or the id of any agent to run directly. Default `full`. */
  readonly pattern?: string | undefined;
  readonly covenant?: CovenantInput | undefined;
  readonly inputs?: { readonly [name: string]: Json } | undefined;
  readonly model?: string | undefined;
  readonly parentRunId?: string | undefined;
  /** Chosen by the caller, who refers to the run in the same commit. */
  readonly runId?: string | undefined;
  /** Recorded only; it starts when it is released. */
  readonly hold?: boolean | undefined;
  /** What the root agent is given instead of `{intent, inputs, model}`. */
  readonly input?: Json | undefined;
}

export interface PreparedRun {
  readonly workspaceId: string;
  readonly run: Run;
  readonly rootId: string;
  readonly input: Packed;
  readonly model: string | undefined;
  readonly held: boolean;
  readonly setFields: string[];
  readonly events: readonly { readonly event: RunEvent; readonly hidden: unknown }[];
}

/** Checks the input and writes what is too large for the commit. Throws `invalid_input`. */
export async function prepareRun(
  deps: EngineDeps,
  workspaceId: string,
  input: StartRun,
  actor: string,
): Promise<PreparedRun> {
  const { ctx } = deps;
  const pattern = input.pattern ?? "full";
  const agent = deps.agents.get(pattern);
  if (!agent) {
    throw new AppError("invalid_input", {
      detail: `There is no pattern or agent "${pattern}"`,
      fields: [{ path: "pattern", message: "is unknown" }],
    });
  }
  if (input.model !== undefined) deps.models.resolve(input.model);
  const id = input.runId ?? ctx.ids.next("run");
  const covenantId = "cov_" + id.slice(4);
  const covenant = firstCovenant(covenantId, id, input.intent, input.covenant);
  const at = new Date(ctx.clock.now()).toISOString();
  const scope = { kv: ctx.kv, workspaceId, owner: runStream(id) };
  const run: Run = {
    id,
    intent: shownIntent(input.intent),
    status: "pending",
    pattern,
    mode: covenant.mode,
    covenantId,
    progress: 0,
    costMicros: 0,
    usage: { inputTokens: 0, outputTokens: 0 },
    createdBy: actor,
    createdAt: at,
  };
  if (input.sessionId !== undefined) run.sessionId = input.sessionId;
  if (input.parentRunId !== undefined) run.parentRunId = input.parentRunId;
  if (run.intent !== input.intent) {
    const packed = await pack(scope, input.intent);
    if ("b" in packed) run.intentRef = packed.b;
    else run.intent = input.intent;
  }
  const rootInput = input.input ?? plain({
    intent: input.intent,
    inputs: input.inputs,
    model: input.model,
  });
  const packed = pack(scope, rootInput);
  const stored = packed instanceof Promise ? await packed : packed;
  const rootId = ctx.ids.next("step");
  const step = newStep(id, at, rootId, agent, { model: input.model });
  const fields = setFields(input.covenant);
  const created: CreatedHidden = {
    set: fields,
    ...(input.model === undefined ? {} : { model: input.model }),
  };
  const spawned: SpawnedHidden = { n: -1, a: 0, k: "", i: stored, v: covenant.version };
  return {
    workspaceId,
    run,
    rootId,
    input: stored,
    model: input.model,
    held: input.hold ?? false,
    setFields: fields,
    events: [
      { event: { type: "run.created", at, actor, run, covenant }, hidden: created },
      { event: { type: "step.spawned", at, actor: "system", step }, hidden: spawned },
    ],
  };
}

function plain(input: Record<string, unknown>): Json {
  return Object.fromEntries(
    Object.entries(input).filter(([, value]) => value !== undefined),
  ) as Json;
}

/** The accepting commit. A run that exists already makes it fail. */
export function stageAccept(set: WriteSet, prepared: PreparedRun, instanceId: string): void {
  const { workspaceId, run, events } = prepared;
  set.assume(runKey(workspaceId, run.id), null);
  const first = events[0]!.event as Extract<RunEvent, { type: "run.created" }>;
  if (prepared.held) stageHeldRecord(set, workspaceId, run, first.covenant);
  else {
    stageFirstRecord(set, workspaceId, run, first.covenant);
    stageOwnership(set, workspaceId, run.id, instanceId);
  }
  const stream = runStream(run.id);
  for (const { event, hidden } of events) set.emit(workspaceId, stream, event, hidden);
}

export function stageOwnership(
  set: WriteSet,
  workspaceId: string,
  runId: string,
  instanceId: string,
): void {
  set.set(ownKey(workspaceId, runId), { v: 1, instance: instanceId });
  set.set(ownIndexKey(instanceId, runId), { v: 1, ws: workspaceId });
}

/** The state the accepting commit leads to. */
export function acceptedState(prepared: PreparedRun): RunState {
  const state = new RunState(emptyView(prepared.run.id));
  for (const { event } of prepared.events) applyEvent(state, event);
  return state;
}
