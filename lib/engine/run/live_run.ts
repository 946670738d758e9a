/**
 * A run owned by this process: its state, its one writer, and one execution at a time. It ends its life
 * here by finishing, by suspending (nothing is active and something is waited for), by being handed over,
 * or by losing the ownership, after which nothing it does can be committed.
 */
import { applyEvent } from "../fold_events.ts";
import type { Covenant, CovenantDraft, CovenantPatch } from "../../agents/covenant.ts";
import { AppError } from "../../kernel/core/errors.ts";
import type { WriteSet } from "../../kernel/kv/mod.ts";
import { ActiveTime } from "./active_time.ts";
import { Answers } from "./answers.ts";
import { Attention } from "./attention.ts";
import { giveUpRun } from "./closing.ts";
import { cancelRun, completeRun, failRun } from "./ending.ts";
import { DeltaQueue } from "./delta_queue.ts";
import type { EngineDeps } from "../deps.ts";
import { Purse } from "../effects/purse.ts";
import { mergeDraft, setFields } from "../effects/terms.ts";
import type { InjectedMessage, RunEvent } from "../events.ts";
import { isoTime } from "./iso_time.ts";
import { Execution } from "./execution.ts";
import type { RunState } from "../fold_state.ts";
import {
  type HistoryLine,
  originOf,
  type Packed,
  problemOf,
  storeError,
} from "../journal/journal.ts";
import { ownKey, runStream } from "../keys.ts";
import type { Ledger, RecordedEffect } from "../journal/ledger.ts";
import { isFinalRun } from "../state_machine.ts";
import { StepRun } from "./step_run.ts";
import { execute } from "./step_life.ts";
import type { StepStream } from "./step_stream.ts";
import { unpack, type ValueScope } from "../values.ts";
import { RunWriter } from "./writer.ts";

/** A longer piece of streamed text is cut: every event must fit a commit. */
const DELTA_CHARS = 8_000;

/** What the engine keeps of its live runs. */
export interface RunHost {
  readonly deps: EngineDeps;
  /** The run's life in this process is over. */
  readonly gone: (run: LiveRun) => void;
  /** It was given up without a commit: somebody must go on with it. */
  readonly lost: (run: LiveRun, error: unknown) => void;
}

export class LiveRun {
  readonly deps: EngineDeps;
  readonly id: string;
  readonly workspaceId: string;
  readonly instanceId: string;
  readonly scope: ValueScope;
  readonly writer: RunWriter;
  readonly answers: Answers;
  state: RunState;
  execution: Execution;
  ledger: Ledger | null = null;
  history: readonly HistoryLine[] = [];
  /** Made with the first call that is metered. */
  #purse: Purse | null = null;
  setFields: Set<string> = new Set();
  /** No more events: the run ended, was suspended, or lost. */
  over = false;
  /** A commit that gives the ownership up is being prepared. */
  closing = false;
  /** The commit that does it, while it is under way. */
  closingNow: Promise<void> | null = null;
  /** Its last events are being written. */
  ending = false;
  model: string | undefined;
  /** Recorded to start later, and not released yet. */
  held = false;
  /** Times it was lost in a row without getting on. */
  losses = 0;
  /** Only what was recorded may be asked for. */
  readonly replaying: boolean = false;
  readonly #host: RunHost;
  readonly #covenants = new Map<number, Covenant>();
  active: ActiveTime = new ActiveTime();
  #messages: InjectedMessage[] = [];
  #takenBack: RecordedEffect[] = [];
  readonly #deltas: DeltaQueue;
  readonly #attention: Attention = new Attention(this);
  #deadline: (() => void) | null = null;
  readonly #closed = Promise.withResolvers<void>();

  constructor(host: RunHost, workspaceId: string, state: RunState, version: string | undefined) {
    const { deps } = host;
    this.#host = host;
    this.deps = deps;
    this.id = state.run.id;
    this.workspaceId = workspaceId;
    this.instanceId = deps.instance.id;
    this.state = state;
    this.scope = { kv: deps.ctx.kv, workspaceId, owner: runStream(this.id) };
    const fence = { key: ownKey(workspaceId, this.id), version };
    this.writer = new RunWriter(
      deps.ctx.kv,
      workspaceId,
      runStream(this.id),
      fence,
      (error) => this.lose(error),
    );
    this.answers = new Answers(
      deps.ctx.kv,
      workspaceId,
      this.id,
      (key) => void this.staged.delete(key),
    );
    this.execution = new Execution(this);
    this.#deltas = new DeltaQueue(deps.ctx.clock, deps.limits.deltaMs);
    this.#keepTerms(state.covenant);
  }

  // ---- what happens, in order

  /** Now, as events carry it. */
  at(): string {
    return isoTime(this.deps.ctx.clock.now());
  }

  get staged(): WriteSet {
    return this.writer.staged;
  }

  /** Stages an event and takes it into the state. Throws `payload_too_large`, with nothing changed. */
  emit(event: RunEvent, hidden?: unknown, _bytes?: number): void {
    if (this.over || this.writer.lost) return;
    if (this.#deltas.size > 0) this.#deltas.flush();
    this.writer.emit(event, hidden);
    applyEvent(this.state, event);
  }

  queueDelta(stream: StepStream): void {
    this.#deltas.add(stream);
  }

  emitDelta(stepId: string, attempt: number, offset: number, delta: string): void {
    if (this.over || this.writer.lost) return;
    for (let start = 0; start < delta.length; start += DELTA_CHARS) {
      const event: RunEvent = {
        type: "step.delta",
        at: this.at(),
        actor: "system",
        stepId,
        attempt,
        offset: offset + start,
        delta: delta.length <= DELTA_CHARS ? delta : delta.slice(start, start + DELTA_CHARS),
      };
      this.writer.emit(event);
      applyEvent(this.state, event);
    }
  }

  /** A failed attempt that is made again, visibly. */
  retried(step: StepRun, error: AppError, delayMs: number): void {
    const stored = storeError(error, step.id);
    this.emit({
      type: "step.retried",
      at: this.at(),
      actor: "system",
      stepId: step.id,
      attempt: step.shown.attempt + 1,
      error: problemOf(stored),
      delayMs,
    });
  }

  /**
   * Commits the intention to act. The fence is proved at the commit only: when the answer took longer than
   * the lease holds, another instance may own the run by now, so this one must not act.
   */
  async commitIntent(): Promise<void> {
    await this.writer.flush();
    if (this.over) throw new AppError("canceled", { detail: "The run ended meanwhile" });
    if (this.deps.instance.isAlive && this.deps.instance.id === this.instanceId) return;
    this.lose(new AppError("unavailable", { detail: "This instance lost its lease" }));
    await new Promise(() => {});
  }

  // ---- terms and budget

  /** Steps see the terms as their event holds them, so that a replay sees the same; `used` goes on. */
  #keepTerms(covenant: Covenant): void {
    this.#covenants.set(covenant.version, { ...covenant, used: { ...covenant.used } });
  }

  covenantOf(version: number): Covenant {
    return this.#covenants.get(version) ?? this.state.covenant;
  }

  merge(draft: CovenantDraft): Covenant {
    return mergeDraft(this.state.covenant, draft, this.setFields);
  }

  /** `edit`: what a person changed, which stands against later drafts. */
  setTerms(covenant: Covenant, actor: string, reason?: string, edit?: CovenantPatch): void {
    const set = [...this.setFields, ...setFields(edit)];
    const why = reason === undefined ? {} : { reason };
    this.emit({ type: "covenant.updated", at: this.at(), actor, covenant, ...why }, {
      set: [...new Set(set)],
    });
    for (const field of set) this.setFields.add(field);
    this.#keepTerms(covenant);
    this.armDeadline();
    this.#purse?.wake();
  }

  get purse(): Purse {
    return this.#purse ??= new Purse();
  }

  activeMs(): number {
    return Math.round(this.active.totalMs(this.deps.ctx.clock));
  }

  /** The run's hard time limit, counted in active time. */
  armDeadline(): void {
    this.#deadline?.();
    this.#deadline = null;
    const limit = this.state.covenant.budget.timeMs;
    if (limit === undefined || this.over) return;
    this.#deadline = this.deps.ctx.clock.timer(Math.max(0, limit - this.activeMs()), () => {
      const used = this.activeMs();
      const evidence = `The run was active for ${used} ms; its limit is ${limit} ms`;
      const error = new AppError("deadline_exceeded", {
        detail: evidence,
        data: { clause: "timeMs", limit, used, evidence },
      });
      void this.fail(error, this.ledger?.root?.id);
    });
  }

  // ---- messages and what was taken back

  addMessage(message: InjectedMessage): void {
    this.#messages.push(message);
  }

  newMessages(step: StepRun): InjectedMessage[] {
    return this.#messages.filter((message) =>
      (message.stepId === undefined || message.stepId === step.id) &&
      !step.seenMessages.has(message.id)
    );
  }

  /** A non-idempotent effect that was done before a cut took it back: repeating it asks first. */
  takenBack(tool: string, key: string): RecordedEffect | undefined {
    const same = this.#takenBack.filter((effect) => effect.shown?.name === tool);
    return same.find((effect) => argsOf(effect.key) === argsOf(key)) ?? same[0];
  }

  forgetTakenBack(effect: RecordedEffect | undefined): void {
    this.#takenBack = this.#takenBack.filter((other) => other !== effect);
  }

  // ---- life

  /** Takes over what was loaded from the log. */
  adopt(loaded: { state: RunState; ledger: Ledger; active: ActiveTime }): void {
    const { ledger } = loaded;
    this.state = loaded.state;
    this.ledger = ledger;
    this.active = loaded.active;
    this.#messages = [...ledger.messages];
    this.#takenBack = [...ledger.takenBack];
    this.model = ledger.created?.model;
    this.setFields = new Set(ledger.setFields);
    for (const covenant of ledger.covenants.values()) {
      this.#covenants.set(covenant.version, covenant);
    }
  }

  /** What came in from outside is looked at. */
  poke(): Promise<void> {
    return this.#attention.look();
  }

  /** What a cut took back is asked about before it is done again. */
  adoptCut(): void {
    this.#takenBack = [...this.ledger!.takenBack];
  }

  /** Starts the root step's function, for the first time or against the ledger. */
  async begin(rootId: string, input: Packed): Promise<void> {
    const record = this.ledger?.root;
    const execution = this.execution = new Execution(this);
    if (this.state.run.status === "paused") execution.pause();
    const root = new StepRun(execution, null, {
      id: rootId,
      agent: this.state.step(rootId)!.agent,
      order: -1,
      depth: 1,
      model: this.model,
      timeoutMs: undefined,
      covenant: this.covenantOf(record?.covenantVersion ?? this.state.covenant.version),
      record,
    });
    this.armDeadline();
    const value = unpack(this.scope, input);
    void execute(root, value instanceof Promise ? await value : value);
    // Looks once: a step that waits from the start never leaves anything by itself.
    execution.enter();
    execution.leave();
    this.#attention.ready();
  }

  /** Runs again what the ledger holds. A root that was given its output ends the run with it. */
  async beginAgain(): Promise<void> {
    const root = this.ledger!.root!;
    if (root.status !== "completed") return await this.begin(root.id, root.input);
    void completeRun(this, null, root.output ?? { i: null });
  }

  /** Ends the execution but not the run: it is executed again from the log. */
  async halt(reason: string): Promise<void> {
    await this.execution.stop(new AppError("canceled", { detail: reason }));
    await this.writer.flush();
  }

  /** Nothing is active any more. */
  onIdle(execution: Execution): void {
    if (execution !== this.execution || this.over || this.closing || this.ending) return;
    if (execution.paused || execution.parked.size > 0) void giveUpRun(this);
  }

  completeFrom(root: StepRun, packed: Packed): void {
    void completeRun(this, root, packed);
  }

  /** A step's error that ends the run: of the root, or one no agent may catch. */
  failFrom(step: StepRun, error: AppError): void {
    void this.fail(error, originOf(error) ?? step.id, step.id);
  }

  fail(error: AppError, originId: string | undefined, failedId?: string): Promise<void> {
    return failRun(this, error, originId, failedId);
  }

  cancel(actor: string, reason: string | undefined, stage?: () => void): Promise<void> {
    return cancelRun(this, actor, reason, stage);
  }

  stopDeltas(): void {
    this.#deltas.stop();
  }

  whenClosed(): Promise<void> {
    return this.over ? Promise.resolve() : this.#closed.promise;
  }

  /** Its life in this process is over, whatever the reason. */
  close(): void {
    if (this.over) return;
    this.over = true;
    this.#closed.resolve();
    this.execution.stopped = true;
    this.#deadline?.();
    this.#deltas.stop();
    this.#host.gone(this);
  }

  /**
   * Another instance owns it, or nothing can be committed: stop at once and write nothing. Unless it is
   * owned elsewhere it is executed again from its log.
   */
  lose(error: unknown): void {
    if (this.over) return;
    const reason = new AppError("canceled", { detail: "The run is no longer owned here" });
    void this.execution.stop(reason);
    this.deps.ctx.log.warn("run lost", { run: this.id, error: String(error) });
    this.writer.lost = true;
    this.close();
    this.#host.lost(this, error);
  }

  get isFinal(): boolean {
    return isFinalRun(this.state.run.status);
  }

  logError(message: string, error: AppError, step: StepRun): void {
    this.deps.ctx.log.error(message, {
      run: this.id,
      step: step.id,
      agent: step.agent,
      error: error.cause instanceof Error
        ? error.cause.stack ?? String(error.cause)
        : String(error),
    });
  }
}

/** The digest at the end of an effect's key. */
function argsOf(key: string): string {
  return key.slice(key.lastIndexOf(":"));
}
