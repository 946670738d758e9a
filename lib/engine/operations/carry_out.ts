/** Carries commands out on a run owned here: each leads to events with actor and reason, in one commit. */
import type { CovenantPatch } from "../../agents/covenant.ts";
import type { Key } from "../../kernel/kv/mod.ts";
import { type Command, cutsLog, decideCommand, type StoredCommand } from "./commands.ts";
import { applyCut, type Cut } from "../journal/cut.ts";
import { patchCovenant } from "../effects/terms.ts";
import { commandKey } from "../keys.ts";
import type { Ledger } from "../journal/ledger.ts";
import { closeQuestions } from "../run/closing.ts";
import type { LiveRun } from "../run/live_run.ts";
import { loadRun } from "../journal/load.ts";
import { isStoreFault, shownValue } from "../values.ts";

export interface PendingCommand {
  readonly key: Key;
  readonly stored: StoredCommand;
}

/** Commands not carried out yet, oldest first. */
export async function listCommands(run: LiveRun): Promise<PendingCommand[]> {
  const pending: PendingCommand[] = [];
  const prefix = commandKey.prefix(run.workspaceId, run.id);
  for await (const entry of run.deps.ctx.kv.list<StoredCommand>({ prefix })) {
    pending.push({ key: entry.key, stored: entry.value });
  }
  return pending;
}

/** For a run whose execution has not begun: it was just claimed, or halted for a cut. */
export async function carryOutBeforeBegin(
  run: LiveRun,
  pending: readonly PendingCommand[],
): Promise<void> {
  for (const { key, stored } of pending) {
    if (run.over) return;
    await tryCommand(run, key, stored);
  }
}

/**
 * For a run at work. A command that cuts the log halts the execution first; the steps then run again
 * against what the log holds. True when that happened.
 */
export async function carryOutLive(
  run: LiveRun,
  pending: readonly PendingCommand[],
): Promise<boolean> {
  let halted = false;
  for (const { key, stored } of pending) {
    if (run.over) return halted;
    if (!halted && cutsLog(stored.command)) {
      if (decideCommand(run.state.run.status, stored.command).kind === "allow") {
        await run.halt("The run is taken back");
        run.adopt(await loadRun(run.deps.ctx.kv, run.workspaceId, run.id));
        halted = true;
      }
    }
    await tryCommand(run, key, stored);
  }
  return halted;
}

/** A command that cannot be carried out is dropped: it must never cost the run. */
async function tryCommand(run: LiveRun, key: Key, stored: StoredCommand): Promise<void> {
  try {
    await carryOut(run, key, stored);
  } catch (error) {
    if (run.over || isStoreFault(error)) throw error;
    const { log, kv } = run.deps.ctx;
    log.warn("command dropped", {
      run: run.id,
      command: stored.command.kind,
      error: String(error),
    });
    run.staged.delete(key);
    if (!cutsLog(stored.command)) return;
    // The ledger may be cut already; the log is not.
    await run.writer.flush();
    run.adopt(await loadRun(kv, run.workspaceId, run.id));
  }
}

async function carryOut(run: LiveRun, key: Key, { actor, command }: StoredCommand): Promise<void> {
  const done = () => void run.staged.delete(key);
  const { status } = run.state.run;
  // The run may have moved on since it was asked.
  if (decideCommand(status, command).kind === "deny") return done();
  const reason = "reason" in command && command.reason !== undefined
    ? { reason: command.reason }
    : {};
  const at = run.at();
  switch (command.kind) {
    case "pause":
      done();
      run.emit({ type: "run.paused", at, actor, timeMs: run.activeMs(), ...reason });
      run.execution.pause();
      return;
    case "resume":
      done();
      run.emit({ type: "run.resumed", at, actor, ...reason });
      run.execution.unpause();
      return;
    case "cancel":
      return await run.cancel(actor, command.reason, done);
    case "release":
      done();
      run.held = false;
      return;
    case "message":
      done();
      run.emit({ type: "message.created", at, actor, message: command.message }, {}, 16_000);
      run.addMessage(command.message);
      return;
    case "covenant":
      done();
      patchTerms(run, command.patch, actor, command.reason);
      return;
    default:
      done();
      return await cut(run, actor, command);
  }
}

/** Steps an event of a cut names; what more it takes back follows in events of its own. */
const CUT_IDS = 200;
const MORE_CUT_IDS = 600;

type Cutting = Extract<Command, { kind: "retry" | "retry_step" | "override" | "rewind" }>;

/** Takes back what the command says and stages the event that does the same when the log is read. */
async function cut(run: LiveRun, actor: string, command: Cutting): Promise<void> {
  const { ledger } = run;
  const stepId = command.kind === "retry" ? failedStep(run) : command.stepId;
  const step = stepId === undefined ? undefined : ledger?.steps.get(stepId);
  if (!ledger || !step || step.status === "superseded") return;
  if (command.kind === "rewind" && command.covenant) {
    patchTerms(run, command.covenant, actor, command.reason);
  }
  const given = cutOf(command, step.id);
  if (given.kind === "retry" && step.status !== "failed") return;
  const asked = openQuestions(ledger);
  const { superseded, reopened } = applyCut(ledger, given);
  const reason = command.reason === undefined ? {} : { reason: command.reason };
  const base = {
    at: run.at(),
    actor,
    stepId: step.id,
    superseded: superseded.slice(0, CUT_IDS),
    reopened,
    ...reason,
  };
  if (given.kind === "override") {
    const { output } = given;
    const hidden = "i" in output ? {} : { output };
    run.emit({ ...base, type: "step.overridden", output: shownValue(output) }, hidden);
  } else if (given.kind === "rewind") {
    run.emit({ ...base, type: "run.rewound" }, given.input ? { input: given.input } : {});
  } else {
    const attempt = run.state.step(step.id)!.attempt + 1;
    run.emit({ ...base, type: "step.retried", attempt, delayMs: 0 }, {});
  }
  for (let at = CUT_IDS; at < superseded.length; at += MORE_CUT_IDS) {
    const more = superseded.slice(at, at + MORE_CUT_IDS);
    run.emit({ type: "step.superseded", at: run.at(), actor, stepId: step.id, superseded: more });
  }
  run.adoptCut();
  const still = new Set(openQuestions(ledger));
  const dropped = asked.filter((id) => !still.has(id));
  if (dropped.length === 0) return;
  await run.writer.flush();
  await closeQuestions(run, dropped);
}

function patchTerms(
  run: LiveRun,
  patch: CovenantPatch,
  actor: string,
  reason: string | undefined,
): void {
  run.setTerms(patchCovenant(run.state.covenant, patch), actor, reason, patch);
}

/** Names of the approvals that steps wait for. */
function openQuestions(ledger: Ledger): string[] {
  const names: string[] = [];
  for (const { effects, status } of ledger.steps.values()) {
    if (status !== "open") continue;
    for (const effect of effects) {
      if (effect?.wait && effect.s === undefined) names.push(effect.wait.on);
    }
  }
  return names.filter((name) => name.startsWith("apr_"));
}

function cutOf(command: Cutting, stepId: string): Cut {
  if (command.kind === "override") return { kind: "override", stepId, output: command.output };
  if (command.kind !== "rewind") return { kind: "retry", stepId };
  if (command.output) return { kind: "override", stepId, output: command.output };
  return { kind: "rewind", stepId, ...(command.input ? { input: command.input } : {}) };
}

/** Where the failure that ended the run first happened. */
function failedStep(run: LiveRun): string | undefined {
  const origin = run.state.run.error?.stepId;
  const step = origin === undefined ? undefined : run.ledger?.steps.get(origin);
  if (step?.status === "failed") return step.id;
  return run.ledger?.root?.id;
}
