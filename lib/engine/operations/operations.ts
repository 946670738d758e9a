/**
 * Operations on a run, from any instance. Each is stored as a command with a wake-up; the run's owner – or
 * whoever claims it – carries it out. The promise resolves once that is done, or after a bounded wait.
 */
import type { CovenantPatch } from "../../agents/covenant.ts";
import { AppError } from "../../kernel/core/errors.ts";
import type { Json } from "../../kernel/core/json.ts";
import { transact, type Tx, type WriteSet } from "../../kernel/kv/mod.ts";
import { type Command, decideCommand, type StoredCommand } from "./commands.ts";
import type { EngineDeps } from "../deps.ts";
import { patchCovenant } from "../effects/terms.ts";
import type { InjectedMessage } from "../events.ts";
import { type ForkInput, forkRun } from "./fork.ts";
import { stageWake } from "../jobs.ts";
import { commandKey, runKey, runStream, signalKey } from "../keys.ts";
import type { LiveRun } from "../run/live_run.ts";
import { loadRunView, requireRunView } from "../read.ts";
import type { RunRecord } from "../record.ts";
import { type ReplayReport, replayRun } from "./replay.ts";
import type { Run } from "../schema.ts";
import { pack } from "../values.ts";

export interface Reason {
  readonly reason?: string | undefined;
}

export interface CutChanges {
  readonly input?: Json | undefined;
  readonly output?: Json | undefined;
  readonly covenant?: CovenantPatch | undefined;
}

/** A command that is not carried out by then goes on by itself; the caller is told how the run is. */
const WAIT_MS = 2_000;
const MESSAGE_CHARS = 4_000;
const REASON_CHARS = 4_000;

export abstract class Operations {
  readonly deps: EngineDeps;

  constructor(deps: EngineDeps) {
    this.deps = deps;
  }

  protected abstract liveRun(runId: string): LiveRun | undefined;
  /** A run of this process has something to carry out. */
  protected abstract attend(workspaceId: string, runId: string): void;

  pauseRun(workspaceId: string, runId: string, { reason }: Reason, actor: string): Promise<Run> {
    return this.#command(workspaceId, runId, { kind: "pause", reason }, actor);
  }
  resumeRun(workspaceId: string, runId: string, { reason }: Reason, actor: string): Promise<Run> {
    return this.#command(workspaceId, runId, { kind: "resume", reason }, actor);
  }
  /** Children first, open calls aborted, settled; final within two seconds. */
  cancelRun(workspaceId: string, runId: string, { reason }: Reason, actor: string): Promise<Run> {
    return this.#command(workspaceId, runId, { kind: "cancel", reason }, actor);
  }
  /** A failed run goes on from where it failed. */
  retryRun(workspaceId: string, runId: string, { reason }: Reason, actor: string): Promise<Run> {
    return this.#command(workspaceId, runId, { kind: "retry", reason }, actor);
  }

  async retryStep(
    workspaceId: string,
    runId: string,
    { stepId, reason }: Reason & { readonly stepId: string },
    actor: string,
  ): Promise<Run> {
    await this.#requireStep(workspaceId, runId, stepId, "failed");
    return await this.#command(workspaceId, runId, { kind: "retry_step", stepId, reason }, actor);
  }

  async overrideStep(
    workspaceId: string,
    runId: string,
    input: Reason & { readonly stepId: string; readonly output: Json },
    actor: string,
  ): Promise<Run> {
    const { stepId, reason } = input;
    await this.#requireStep(workspaceId, runId, stepId);
    const output = await pack(this.#scope(workspaceId, runId), input.output);
    return await this.#command(
      workspaceId,
      runId,
      { kind: "override", stepId, output, reason },
      actor,
    );
  }

  async rewindRun(
    workspaceId: string,
    runId: string,
    input: Reason & { readonly stepId: string; readonly changes?: CutChanges | undefined },
    actor: string,
  ): Promise<Run> {
    const { stepId, changes = {}, reason } = input;
    await this.#requireStep(workspaceId, runId, stepId);
    if (changes.covenant) await this.#requireFit(workspaceId, runId, changes.covenant);
    const scope = this.#scope(workspaceId, runId);
    return await this.#command(workspaceId, runId, {
      kind: "rewind",
      stepId,
      ...(changes.input === undefined ? {} : { input: await pack(scope, changes.input) }),
      ...(changes.output === undefined ? {} : { output: await pack(scope, changes.output) }),
      ...(changes.covenant === undefined ? {} : { covenant: changes.covenant }),
      reason,
    }, actor);
  }

  /** A new run with the recorded effects before the cut; they are never performed again. */
  forkRun(workspaceId: string, runId: string, input: ForkInput, actor: string): Promise<Run> {
    return forkRun(this.deps, workspaceId, runId, input, actor);
  }

  /** Executes today's code against what was recorded; performs nothing, costs nothing. */
  replayRun(
    workspaceId: string,
    runId: string,
    { reason }: Reason,
    actor: string,
  ): Promise<ReplayReport> {
    return replayRun(this.deps, workspaceId, runId, reason, actor);
  }

  async injectMessage(
    workspaceId: string,
    runId: string,
    input: { readonly content: string; readonly stepId?: string | undefined },
    actor: string,
  ): Promise<InjectedMessage> {
    const { content, stepId } = input;
    if (content.length > MESSAGE_CHARS) {
      throw new AppError("invalid_input", {
        detail:
          `A message to a run takes at most ${MESSAGE_CHARS} characters, not ${content.length}`,
        fields: [{ path: "content", message: "is too long" }],
      });
    }
    if (stepId !== undefined) await this.#requireStep(workspaceId, runId, stepId);
    const { ctx } = this.deps;
    const message: InjectedMessage = {
      id: ctx.ids.next("message"),
      runId,
      ...(stepId === undefined ? {} : { stepId }),
      role: "user",
      content,
      status: "done",
      createdAt: new Date(ctx.clock.now()).toISOString(),
    };
    await this.#command(workspaceId, runId, { kind: "message", message }, actor);
    return message;
  }

  /** Taken up by the next reservation. */
  async patchCovenant(
    workspaceId: string,
    runId: string,
    input: Reason & { readonly patch: CovenantPatch },
    actor: string,
  ): Promise<Run> {
    const { patch, reason } = input;
    await this.#requireFit(workspaceId, runId, patch);
    return await this.#command(workspaceId, runId, { kind: "covenant", patch, reason }, actor);
  }

  /** Starts a run that was recorded with `hold`, by the caller's commit. */
  stageRelease(tx: Tx, workspaceId: string, runId: string): void {
    this.#stage(tx.staged, workspaceId, runId, { kind: "release" }, "system");
  }

  #scope(workspaceId: string, runId: string) {
    return { kv: this.deps.ctx.kv, workspaceId, owner: runStream(runId) };
  }

  #stage(
    set: WriteSet,
    workspaceId: string,
    runId: string,
    command: Command,
    actor: string,
  ): string {
    const { kv, ids, clock } = this.deps.ctx;
    const id = ids.next("job");
    const stored: StoredCommand = { v: 1, id, actor, command };
    set.set(commandKey(workspaceId, runId, id), stored);
    set.touch(signalKey(workspaceId, runId), clock.now());
    stageWake(kv, set, workspaceId, runId);
    return id;
  }

  async #command(
    workspaceId: string,
    runId: string,
    command: Command,
    actor: string,
  ): Promise<Run> {
    const reason = "reason" in command ? command.reason : undefined;
    if (reason !== undefined && reason.length > REASON_CHARS) {
      throw new AppError("invalid_input", {
        detail: `A reason takes at most ${REASON_CHARS} characters, not ${reason.length}`,
        fields: [{ path: "reason", message: "is too long" }],
      });
    }
    const id = await transact(this.deps.ctx, workspaceId, async (tx) => {
      // The owner decides again: the record of a run at work is older than the run.
      const record = await tx.peek<RunRecord>(runKey(workspaceId, runId));
      if (!record) throw notFound(runId);
      const decided = decideCommand(await this.#statusOf(workspaceId, runId, record), command);
      if (decided.kind === "deny") throw new AppError("conflict", { detail: decided.reason });
      return this.#stage(tx.staged, workspaceId, runId, command, actor);
    });
    this.attend(workspaceId, runId);
    await this.#carriedOut(workspaceId, runId, id);
    return (await requireRunView(this.deps.ctx, workspaceId, runId)).run;
  }

  async #statusOf(workspaceId: string, runId: string, record: RunRecord): Promise<Run["status"]> {
    const here = this.liveRun(runId);
    if (here) return here.state.run.status;
    if (record.parts !== null || record.held) return record.run.status;
    return (await loadRunView(this.deps.ctx, workspaceId, runId))?.run.status ?? record.run.status;
  }

  /** Waits until the command's record is gone: its owner deletes it with what it led to. */
  async #carriedOut(workspaceId: string, runId: string, id: string): Promise<void> {
    const { kv, clock } = this.deps.ctx;
    const key = commandKey(workspaceId, runId, id);
    const done = new AbortController();
    const cancel = clock.timer(WAIT_MS, () => done.abort());
    const look = async () => {
      const gone = await kv.get(key).then(({ versionstamp }) => versionstamp === null, () => false);
      if (gone) done.abort();
    };
    try {
      await kv.watch([key], done.signal, () => void look());
    } finally {
      cancel();
      done.abort();
    }
  }

  /** Says so to the caller when the terms would become too long; the owner finds out too late. */
  async #requireFit(workspaceId: string, runId: string, patch: CovenantPatch): Promise<void> {
    const here = this.liveRun(runId)?.state.covenant;
    patchCovenant(
      here ?? (await requireRunView(this.deps.ctx, workspaceId, runId)).covenant,
      patch,
    );
  }

  async #requireStep(
    workspaceId: string,
    runId: string,
    stepId: string,
    status?: string,
  ): Promise<void> {
    const { steps } = await requireRunView(this.deps.ctx, workspaceId, runId);
    const step = steps.find(({ id }) => id === stepId);
    if (!step) {
      throw new AppError("not_found", { detail: `Run "${runId}" has no step "${stepId}"` });
    }
    if (step.status === "superseded" || (status !== undefined && step.status !== status)) {
      throw new AppError("conflict", { detail: `Step "${stepId}" is ${step.status}` });
    }
  }
}

export function notFound(runId: string): AppError {
  return new AppError("not_found", { detail: `There is no run "${runId.slice(0, 80)}"` });
}
