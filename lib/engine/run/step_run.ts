/**
 * One step in execution: the context its agent is given, and what all effects share – their key, the
 * match with the journal, and how a completion is recorded and given back.
 */
import type {
  AgentContext,
  ApprovalOutcome,
  ApprovalRequest,
  ModelCallOptions,
  Question,
  SpawnOptions,
} from "../../agents/context.ts";
import type { Covenant, CovenantDraft } from "../../agents/covenant.ts";
import type { ModelRequest, ModelResult } from "../../agents/model.ts";
import type { ModelInfo } from "../../agents/model_port.ts";
import type { AppError } from "../../kernel/core/errors.ts";
import type { Json } from "../../kernel/core/json.ts";
import { Conversations } from "../journal/conversation.ts";
import { Deliveries } from "./delivery.ts";
import { effectKey } from "../journal/digest.ts";
import { approve, ask } from "../effects/approvals.ts";
import { agree, amend } from "../effects/agree.ts";
import { callModel } from "../effects/model.ts";
import { inbox, models, recorded } from "../effects/pure.ts";
import { spawn } from "../effects/spawn.ts";
import { callTool } from "../effects/tool.ts";
import { sleep, waitFor } from "../effects/waits.ts";
import type { Execution } from "./execution.ts";
import { type HistoryLine, restoreError, storeError } from "../journal/journal.ts";
import type { RecordedEffect } from "../journal/ledger.ts";
import { askedForAnother, neverAsked, notRecorded } from "../journal/nondeterminism.ts";
import { ReadAhead } from "../journal/read_ahead.ts";
import type { LiveRun } from "./live_run.ts";
import type { Completion, Issued, StepStart } from "./issued.ts";
import type { Step } from "../schema.ts";
import { unread } from "./keep.ts";
import { StepStream } from "./step_stream.ts";

const LOG_LINE_CHARS = 4_000;

export class StepRun implements AgentContext {
  readonly execution: Execution;
  readonly run: LiveRun;
  readonly parent: StepRun | null;
  readonly id: string;
  readonly agent: string;
  readonly actor: string;
  readonly order: number;
  readonly depth: number;
  readonly defaultModel: string | undefined;
  readonly timeoutMs: number | undefined;
  readonly generation: number;
  readonly attempt: number;
  readonly deliveries: Deliveries;
  #stream: StepStream | null = null;
  #children: Set<StepRun> | null = null;
  #seen: Set<string> | null = null;
  #conversations: Conversations | null = null;
  /** Its function has ended, or nobody waits for it any more. */
  ended = false;
  cancelTimeout: (() => void) | undefined;
  /** How the parent learns of the end. */
  settle: ((error: AppError | null, output: Json) => void) | undefined;
  covenant: Covenant;
  readonly #records: readonly (RecordedEffect | undefined)[];
  readonly #recordedLines: number;
  #ahead: ReadAhead | null = null;
  #asked = 0;
  #lines = 0;
  #controller: AbortController | null = null;
  #aborted: AppError | null = null;

  constructor(execution: Execution, parent: StepRun | null, start: StepStart) {
    this.execution = execution;
    this.run = execution.run;
    this.parent = parent;
    this.id = start.id;
    this.agent = start.agent;
    this.actor = "agent:" + start.agent;
    this.order = start.order;
    this.depth = start.depth;
    this.defaultModel = start.model;
    this.timeoutMs = start.timeoutMs;
    this.covenant = start.covenant;
    const { record } = start;
    this.generation = record?.generation ?? 0;
    this.attempt = record?.attempt ?? 1;
    this.#records = record ? record.effects : NO_RECORDS;
    this.#recordedLines = record?.lines.length ?? 0;
    this.deliveries = record
      ? new Deliveries(this.#completions(), (n) => this.execution.fail(this, this.#neverAsked(n)))
      : new Deliveries([]);
    execution.steps.set(this.id, this);
    parent?.children.add(this);
  }

  get stream(): StepStream {
    return this.#stream ??= new StepStream(this);
  }

  /** A step below this one. */
  child(start: StepStart): StepRun {
    return new StepRun(this.execution, this, start);
  }

  get children(): Set<StepRun> {
    return this.#children ??= new Set();
  }

  get hasChildren(): boolean {
    return this.#children !== null && this.#children.size > 0;
  }

  /** Ids of messages this step has seen. */
  get seenMessages(): Set<string> {
    return this.#seen ??= new Set();
  }

  get conversations(): Conversations {
    return this.#conversations ??= new Conversations();
  }

  #completions(): { n: number; s: number }[] {
    const found: { n: number; s: number }[] = [];
    for (const effect of this.#records) {
      if (effect?.s !== undefined) found.push({ n: effect.n, s: effect.s });
    }
    return found;
  }

  /** The next order number: taken before anything else of an effect. */
  nextOrder(): number {
    return this.#asked++;
  }

  /** Matches the effect with the journal. Throws, and ends the run, when it is another than recorded. */
  issue(order: number, name: string, digest: string): Issued {
    const key = effectKey(order, name, digest);
    const record = this.#records[order];
    const other = record && record.key !== key
      ? askedForAnother(this, record.key, key)
      : this.run.replaying && record?.s === undefined
      ? notRecorded(this, key)
      : null;
    if (other) {
      this.execution.fail(this, other);
      throw other;
    }
    return { order, key, given: this.deliveries.given, record };
  }

  /** Gives a recorded completion back when its turn comes. */
  replay<T>(record: RecordedEffect, decode: (value: Json) => T): Promise<T> {
    this.execution.enter();
    return new Promise<T>((resolve, reject) => {
      const give = (value: Json | undefined) => {
        this.deliveries.replay(record.n, () => {
          this.#see(record.v);
          if (record.error) reject(restoreError(record.error));
          else resolve(decode(value ?? null));
          this.execution.leave();
        });
      };
      const value = record.error
        ? null
        : (this.#ahead ??= new ReadAhead(this.run.scope, this.#records)).read(record.n);
      if (!(value instanceof Promise)) return give(value);
      this.deliveries.expect(record.n);
      value.then(give, (error) => unread(this, error));
    });
  }

  /** Records a result and gives it to the agent when its turn comes. */
  done(issued: Issued, completion: Completion, give: () => void): void {
    const { run } = this;
    if (this.execution.over) return this.execution.leave();
    const s = this.deliveries.allot();
    const v = this.#change();
    const { result, request, streamed, once } = completion;
    run.emit(
      { type: "effect.done", at: run.at(), actor: this.actor, effect: completion.effect },
      {
        n: issued.order,
        a: issued.given,
        s,
        v,
        r: result,
        q: request,
        x: streamed || undefined,
        w: once ? 1 : undefined,
      },
    );
    this.#give(s, v, give);
  }

  /** Records a failure and gives it to the agent when its turn comes. */
  failed(
    issued: Issued,
    completion: Completion,
    error: AppError,
    give: (error: AppError) => void,
  ): void {
    const { run } = this;
    if (this.execution.over) return this.execution.leave();
    const s = this.deliveries.allot();
    const v = this.#change();
    const e = storeError(error);
    run.emit(
      {
        type: "effect.failed",
        at: run.at(),
        actor: this.actor,
        effect: {
          ...completion.effect,
          error: { code: e.code, message: e.detail, stepId: this.id },
        },
      },
      {
        n: issued.order,
        a: issued.given,
        s,
        v,
        e,
        q: completion.request,
        w: completion.once ? 1 : undefined,
      },
    );
    this.#give(s, v, () => give(restoreError({ ...e, stepId: this.id })));
  }

  /** Gives the end of a child, recorded by the caller under the place and version returned here. */
  joined(): { readonly s: number; readonly v: number | undefined } {
    return { s: this.deliveries.allot(), v: this.#change() };
  }

  give(s: number, v: number | undefined, give: () => void): void {
    this.#give(s, v, give);
  }

  #give(s: number, v: number | undefined, give: () => void): void {
    const { execution } = this;
    if (this.ended || execution.stopped) return execution.leave();
    this.deliveries.complete(s, () => {
      if (!this.ended && !execution.stopped) {
        this.#see(v);
        give();
      }
      execution.leave();
    });
  }

  /** The effect of a step that was stopped: nobody is told any more. */
  drop(): Promise<never> {
    this.execution.leave();
    return new Promise(() => {});
  }

  /** Version of the terms, when they changed since the step last learned of them. */
  #change(): number | undefined {
    const { version } = this.run.state.covenant;
    return version === this.covenant.version ? undefined : version;
  }

  #see(version: number | undefined): void {
    if (version !== undefined) this.covenant = this.run.covenantOf(version);
  }

  /** An error when a recorded effect was never asked for again. */
  missingRecord(): AppError | null {
    const missing = this.deliveries.missing();
    return missing === undefined ? null : this.#neverAsked(missing);
  }

  /** The same, once the function has ended: whatever it did not ask for it never will. */
  unaskedRecord(): AppError | null {
    for (let n = this.#asked; n < this.#records.length; n++) {
      if (this.#records[n]) return this.#neverAsked(n);
    }
    return null;
  }

  #neverAsked(order: number): AppError {
    return neverAsked(this, this.#records[order]!.key, this.#asked);
  }

  get signal(): AbortSignal {
    const controller = this.#controller ??= new AbortController();
    if (this.#aborted) controller.abort(this.#aborted);
    return controller.signal;
  }

  abort(reason: AppError): void {
    this.#aborted ??= reason;
    this.#controller?.abort(reason);
    this.cancelTimeout?.();
  }

  /** The same for every attempt of the effect, other for what a cut lets happen again. */
  idempotencyKey(issued: Issued): string {
    return `${this.run.id}/${this.id}/${this.generation}/${issued.key}`;
  }

  /** How the step is shown now. */
  get shown(): Step {
    return this.run.state.step(this.id)!;
  }

  get runId(): string {
    return this.run.id;
  }
  get stepId(): string {
    return this.id;
  }
  get history(): readonly HistoryLine[] {
    return this.run.history;
  }

  inbox(): Promise<string[]> {
    return inbox(this);
  }
  model(request: ModelRequest, options?: ModelCallOptions): Promise<ModelResult> {
    return callModel(this, request, options);
  }
  tool(name: string, args: Json): Promise<Json> {
    return callTool(this, name, args);
  }
  spawn<O = Json>(agent: string, input: Json, options?: SpawnOptions): Promise<O> {
    return spawn(this, agent, input, options) as Promise<O>;
  }
  agree(draft: CovenantDraft): Promise<Covenant> {
    return agree(this, draft);
  }
  amend(draft: CovenantDraft): Promise<Covenant> {
    return amend(this, draft);
  }
  models(): Promise<readonly ModelInfo[]> {
    return models(this);
  }
  approve(request: ApprovalRequest): Promise<ApprovalOutcome> {
    return approve(this, request);
  }
  ask(question: Question): Promise<Json> {
    return ask(this, question);
  }
  sleep(ms: number): Promise<void> {
    return sleep(this, ms);
  }
  waitFor(name: string): Promise<Json> {
    return waitFor(this, name);
  }
  now(): Promise<number> {
    return recorded(this, "now", () => this.run.deps.ctx.clock.now());
  }
  random(): Promise<number> {
    return recorded(this, "random", this.run.deps.random);
  }
  think(text: string): void {
    this.#log("step.thought", text);
  }
  act(text: string): void {
    this.#log("step.action", text);
  }

  progress(percent: number): void {
    const progress = Math.round(Math.min(100, Math.max(0, percent)));
    if (this.#silent() || this.shown.progress >= progress) return;
    this.run.emit({
      type: "step.progress",
      at: this.run.at(),
      actor: this.actor,
      stepId: this.id,
      progress,
    });
  }

  /** Log lines are recorded with their place, so that a step that runs again shows each once. */
  #log(type: "step.thought" | "step.action", text: string): void {
    if (this.#silent() || this.#lines++ < this.#recordedLines) return;
    this.run.emit(
      {
        type,
        at: this.run.at(),
        actor: this.actor,
        stepId: this.id,
        text: text.slice(0, LOG_LINE_CHARS),
      },
      { a: this.deliveries.given },
    );
  }

  #silent(): boolean {
    return this.ended || this.execution.stopped;
  }
}

const NO_RECORDS: readonly undefined[] = [];
