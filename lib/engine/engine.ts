/**
 * The durable run engine of one process: starts and claims runs, wakes them, takes over what dead
 * instances left, and hands its own over when it stops.
 */
import type { AppContext } from "../kernel/context.ts";
import { AppError } from "../kernel/core/errors.ts";
import type { AnyJob, RunningJob } from "../kernel/jobs/mod.ts";
import type { Tx } from "../kernel/kv/mod.ts";
import { handOverNow } from "./run/closing.ts";
import { claimRun } from "./claim.ts";
import { type EngineDeps, engineDeps, type EngineOptions } from "./deps.ts";
import { emptyView } from "./fold.ts";
import { RunState } from "./fold_state.ts";
import { runResume } from "./jobs.ts";
import { LiveRun, type RunHost } from "./run/live_run.ts";
import { Neighbours } from "./neighbours.ts";
import { Operations } from "./operations/operations.ts";
import type { Run } from "./schema.ts";
import { firstLife } from "./run/first_life.ts";
import { releaseLost } from "./run/loss.ts";
import { Slots } from "./slots.ts";
import {
  acceptedState,
  type PreparedRun,
  prepareRun,
  stageAccept,
  type StartRun,
} from "./start.ts";
import { Strays, takeOverRuns } from "./take_over.ts";

export class Engine extends Operations {
  readonly #host: RunHost;
  readonly #live = new Map<string, LiveRun>();
  readonly #slots: Slots;
  readonly #neighbours: Neighbours;
  readonly #ended = new Map<string, ((run: Run) => void)[]>();
  readonly #stop = new AbortController();

  constructor(deps: EngineDeps) {
    super(deps);
    this.#host = {
      deps,
      gone: (run) => this.#gone(run),
      lost: (run, error) => void releaseLost(run, error, this.#stop.signal),
    };
    this.#slots = new Slots(deps.limits.runsPerWorkspace);
    this.#neighbours = new Neighbours(deps, (runId) => void this.#live.get(runId)?.poke());
    deps.instance.onInstanceDead((dead) => takeOverRuns(deps.ctx.kv, dead));
    deps.instance.onLost(() => this.#dropAll());
    deps.instance.onRegained(() => this.#neighbours.restart());
    new Strays(deps, (runId) => this.#live.has(runId)).watch(this.#stop.signal);
  }

  /** Job definitions for the worker; they need nothing of its context. */
  get jobs(): AnyJob[] {
    return [{
      ...runResume,
      handler: (_, data, job) => this.wakeRun(job.workspaceId, data.runId, job),
    }];
  }

  /** Runs executing or waiting in this process's memory. */
  get liveRuns(): number {
    return this.#live.size;
  }

  /** Accepts a run and begins it. Throws `invalid_input`, `conflict`, `unavailable`. */
  async start(workspaceId: string, input: StartRun, actor: string): Promise<Run> {
    this.#requireRunning();
    const { kv } = this.deps.ctx;
    const prepared = await prepareRun(this.deps, workspaceId, input, actor);
    const set = kv.writeSet("run");
    stageAccept(set, prepared, this.deps.instance.id);
    const outcome = await kv.submit(set);
    if (!outcome.ok) throw existsError(prepared.run.id);
    if (!prepared.held) this.#launch(prepared, outcome.versionstamp);
    return prepared.run;
  }

  /** The same inside a caller's transaction; the run begins once that is committed. */
  async stageStart(tx: Tx, workspaceId: string, input: StartRun, actor: string): Promise<Run> {
    this.#requireRunning();
    const prepared = await prepareRun(this.deps, workspaceId, input, actor);
    stageAccept(tx.staged, prepared, this.deps.instance.id);
    if (!prepared.held) {
      tx.onCommit(({ versionstamp }) => this.#launch(prepared, versionstamp));
    }
    return prepared.run;
  }

  #launch(prepared: PreparedRun, versionstamp: string): void {
    const state = acceptedState(prepared);
    const live = new LiveRun(this.#host, prepared.workspaceId, state, versionstamp);
    this.#live.set(live.id, live);
    live.model = prepared.model;
    live.setFields = new Set(prepared.setFields);
    this.#slots.enter(
      live.workspaceId,
      live.id,
      () => firstLife(live, prepared.rootId, prepared.input),
    );
  }

  /** Resolves when the run ends in this process. For tests and callers that wait for a result. */
  ended(runId: string): Promise<Run> {
    return new Promise((resolve) => {
      const waiting = this.#ended.get(runId);
      if (waiting) waiting.push(resolve);
      else this.#ended.set(runId, [resolve]);
    });
  }

  /** A wake-up: claims the run when nobody owns it, or tells its owner to look. */
  async wakeRun(workspaceId: string, runId: string, job: RunningJob): Promise<void> {
    const here = this.#live.get(runId);
    if (here && !here.closing) {
      await here.poke();
      if (!here.writer.lost) return;
    }
    if (this.#stop.signal.aborted) {
      throw new AppError("unavailable", { detail: "This instance stops" });
    }
    const claimed = await claimRun(this.#host, workspaceId, runId, job);
    switch (claimed.kind) {
      case "nothing":
        return;
      case "elsewhere":
        return await this.#neighbours.ring(workspaceId, runId, claimed.instance);
      case "claimed":
        this.#live.set(runId, claimed.run);
        this.#slots.enter(workspaceId, runId, claimed.begin);
    }
  }

  /** Stops executing here and hands every run to whoever takes it next. */
  async drain(_ms: number = 4_000): Promise<void> {
    this.#stop.abort();
    this.#neighbours.stop();
    await Promise.all([...this.#live.values()].map((run) => handOverNow(run)));
  }

  /** Forgets every run without writing anything, as a killed process does. For fault tests. */
  abandonAll(): LiveRun[] {
    this.#stop.abort();
    this.#neighbours.stop();
    const runs = [...this.#live.values()];
    for (const run of runs) run.lose(new AppError("unavailable", { detail: "Abandoned" }));
    return runs;
  }

  protected override liveRun(runId: string): LiveRun | undefined {
    return this.#live.get(runId);
  }

  protected override attend(workspaceId: string, runId: string): void {
    this.#slots.promote(workspaceId, runId);
    void this.#live.get(runId)?.poke();
  }

  #gone(run: LiveRun): void {
    if (this.#live.get(run.id) === run) this.#live.delete(run.id);
    this.#slots.leave(run.workspaceId, run.id);
    if (!run.isFinal || run.writer.lost) return;
    this.deps.onRunEnded?.(run.workspaceId, run.state.run);
    for (const resolve of this.#ended.get(run.id) ?? []) resolve(run.state.run);
    this.#ended.delete(run.id);
  }

  #dropAll(): void {
    const error = new AppError("unavailable", { detail: "This instance was taken over" });
    for (const run of [...this.#live.values()]) run.lose(error);
  }

  #requireRunning(): void {
    if (!this.#stop.signal.aborted) return;
    throw new AppError("unavailable", {
      detail: "This instance stops; try again",
      retryAfterMs: 500,
    });
  }
}

export function createEngine(ctx: AppContext, options: EngineOptions): Engine {
  return new Engine(engineDeps(ctx, options));
}

function existsError(runId: string): AppError {
  return new AppError("conflict", { detail: `Run "${runId}" exists already` });
}

/** A state to hold until the log is read. */
export function unreadState(runId: string): RunState {
  return new RunState(emptyView(runId));
}
