/**
 * What the journal of a run says was done: steps with their recorded effects, as a fold of the log.
 * Executing the run again against it gives every recorded result back and goes on where it stopped.
 */
import type { Covenant } from "../../agents/covenant.ts";
import type { Json } from "../../kernel/core/json.ts";
import type { StoredRequest } from "./conversation.ts";
import { applyCut, type Cut } from "./cut.ts";
import type { InjectedMessage, RunEvent, WaitKind } from "../events.ts";
import type {
  CreatedHidden,
  CutHidden,
  EffectDoneHidden,
  EffectFailedHidden,
  IssuedHidden,
  Packed,
  SpawnedHidden,
  StartedHidden,
  StepDoneHidden,
  StepFailedHidden,
  StoredError,
  WaitingHidden,
} from "./journal.ts";
import type { Effect, Step } from "../schema.ts";

export interface RecordedWait {
  readonly kind: WaitKind;
  readonly on: string;
  readonly until?: number;
  /** It asks what became of the effect. */
  readonly unknown: boolean;
}

export interface RecordedEffect {
  readonly n: number;
  readonly a: number;
  readonly id: string;
  readonly key: string;
  /** Effect kind, `spawn` for a child step. */
  readonly kind: string;
  status: "waiting" | "intended" | "done" | "failed" | "spawned";
  s?: number;
  v?: number;
  result?: Packed;
  error?: StoredError;
  request?: StoredRequest | Packed;
  wait?: RecordedWait;
  args?: Packed;
  /** Units it added to the step's streamed text. */
  streamed?: number;
  /** As last shown; absent while it only waits. */
  shown?: Effect;
  /** Not idempotent. */
  once: boolean;
  childId?: string;
}

export interface RecordedStep {
  readonly id: string;
  readonly parentId?: string;
  readonly agent: string;
  readonly shown: Step;
  readonly model?: string;
  readonly timeoutMs?: number;
  readonly depth: number;
  /** Its order among the effects of its parent; -1 for the root. */
  readonly order: number;
  input: Packed;
  /** Covenant version it starts with. */
  readonly covenantVersion: number;
  /** Cuts made through it: part of its effects' idempotency keys. */
  generation: number;
  /** Restarts from nothing, plus 1. */
  attempt: number;
  status: "open" | "completed" | "failed" | "canceled" | "superseded";
  output?: Packed;
  error?: StoredError;
  startedAt?: number;
  effects: (RecordedEffect | undefined)[];
  /** For each thought and action the completions given before it. */
  lines: number[];
}

export class Ledger {
  readonly steps: Map<string, RecordedStep> = new Map();
  readonly covenants: Map<number, Covenant> = new Map();
  /** Messages put in by people, in order. */
  readonly messages: InjectedMessage[] = [];
  /** Non-idempotent effects that a cut took back though they were done: repeating one asks first. */
  readonly takenBack: RecordedEffect[] = [];
  created?: CreatedHidden;
  history?: Packed;
  root?: RecordedStep;
  /** Fields of the covenant people set: drafts leave them alone. */
  setFields: readonly string[] = [];
  covenant!: Covenant;

  /** Takes one line of the log in. `hidden` is the journal part of the event, if it has one. */
  apply(event: RunEvent, hidden: unknown): void {
    switch (event.type) {
      case "run.created":
        this.created = hidden as CreatedHidden;
        this.setFields = this.created.set;
        return this.#terms(event.covenant);
      case "run.started":
        this.history = (hidden as StartedHidden | undefined)?.history;
        return;
      case "covenant.updated":
        this.setFields = (hidden as { set?: string[] } | undefined)?.set ?? this.setFields;
        return this.#terms(event.covenant);
      case "message.created":
        // A session also shows its waiting messages here: those belong to another run.
        if (hidden !== undefined) this.messages.push(event.message);
        return;
      case "run.rewound":
        return this.#cut({ kind: "rewind", stepId: event.stepId, ...(hidden as CutHidden) });
      case "step.overridden":
        return this.#cut({
          kind: "override",
          stepId: event.stepId,
          output: (hidden as CutHidden)?.output ?? { i: event.output },
        });
      case "step.retried":
        if (event.superseded) this.#cut({ kind: "retry", stepId: event.stepId });
        return;
      case "run.completed":
      case "run.failed":
      case "run.canceled":
        for (const step of this.steps.values()) {
          if (step.status === "open") step.status = "canceled";
        }
        return;
      case "effect.failed":
        return hidden === undefined ? this.#takeBack(event.effect) : this.#step(event, hidden);
      default:
        if (hidden !== undefined || event.type.startsWith("step.")) this.#step(event, hidden);
    }
  }

  #step(event: RunEvent, hidden: unknown): void {
    switch (event.type) {
      case "step.spawned":
        return this.#spawned(event.step, hidden as SpawnedHidden);
      case "step.started": {
        const step = this.steps.get(event.stepId);
        if (step) step.startedAt ??= Date.parse(event.at);
        return;
      }
      case "step.thought":
      case "step.action":
        if (hidden) this.steps.get(event.stepId)?.lines.push((hidden as { a: number }).a);
        return;
      case "step.waiting":
        if (hidden) this.#waiting(event.stepId, hidden as WaitingHidden);
        return;
      case "step.completed":
        return this.#finished(event.stepId, "completed", hidden as StepDoneHidden, event.output);
      case "step.failed":
        return this.#finished(
          event.stepId,
          event.error.code === "canceled" ? "canceled" : "failed",
          hidden as StepFailedHidden,
          undefined,
        );
      case "effect.intended":
        this.#put(event.effect, hidden as IssuedHidden, "intended");
        return;
      case "effect.done": {
        const part = hidden as EffectDoneHidden;
        const record = this.#put(event.effect, part, "done");
        record.s = part.s;
        record.v = part.v;
        record.result = part.r ?? { i: event.effect.receipt ?? null };
        record.request = part.q;
        record.streamed = part.x;
        return;
      }
      case "effect.failed": {
        const part = hidden as EffectFailedHidden;
        const record = this.#put(event.effect, part, "failed");
        record.s = part.s;
        record.v = part.v;
        record.error = part.e;
        record.request = part.q;
      }
    }
  }

  /** Stopped from outside, before it acted if it was to act: nothing was given to the step. */
  #takeBack({ stepId, id }: Effect): void {
    const effects = this.steps.get(stepId)?.effects ?? [];
    const n = effects.findIndex((effect) => effect?.id === id && effect.status === "intended");
    if (n >= 0) effects[n] = undefined;
  }

  #terms(covenant: Covenant): void {
    this.covenant = covenant;
    this.covenants.set(covenant.version, covenant);
  }

  #spawned(shown: Step, part: SpawnedHidden): void {
    const parent = shown.parentId === undefined ? undefined : this.steps.get(shown.parentId);
    const step: RecordedStep = {
      id: shown.id,
      ...(shown.parentId === undefined ? {} : { parentId: shown.parentId }),
      agent: shown.agent,
      shown,
      ...(part.m === undefined ? {} : { model: part.m }),
      ...(part.t === undefined ? {} : { timeoutMs: part.t }),
      depth: parent ? parent.depth + 1 : 1,
      order: part.n,
      input: part.i,
      covenantVersion: part.v,
      generation: 0,
      attempt: 1,
      status: "open",
      effects: [],
      lines: [],
    };
    this.steps.set(step.id, step);
    if (!parent) {
      this.root = step;
      return;
    }
    parent.effects[part.n] = {
      n: part.n,
      a: part.a,
      id: step.id,
      key: part.k,
      kind: "spawn",
      status: "spawned",
      once: false,
      childId: step.id,
    };
  }

  #finished(
    id: string,
    status: "completed" | "failed" | "canceled",
    part: Partial<StepDoneHidden & StepFailedHidden> | undefined,
    output: Json | undefined,
  ): void {
    const step = this.steps.get(id);
    if (!step) return;
    step.status = status;
    step.output = part?.r ?? (output === undefined ? undefined : { i: output });
    step.error = part?.e;
    const join = this.joinOf(step);
    if (!join || part?.s === undefined) return;
    join.s = part.s;
    join.v = part.v;
  }

  #waiting(stepId: string, part: WaitingHidden): void {
    const step = this.steps.get(stepId);
    if (!step) return;
    const known = step.effects[part.n];
    const wait: RecordedWait = {
      kind: part.wait,
      on: part.on,
      ...(part.until === undefined ? {} : { until: part.until }),
      unknown: part.u === 1,
    };
    if (known) {
      known.wait = wait;
      return;
    }
    step.effects[part.n] = {
      n: part.n,
      a: part.a,
      id: part.id,
      key: part.k,
      kind: part.f,
      status: "waiting",
      wait,
      once: false,
    };
  }

  #put(shown: Effect, part: IssuedHidden, status: RecordedEffect["status"]): RecordedEffect {
    const step = this.steps.get(shown.stepId)!;
    const before = step.effects[part.n];
    const record: RecordedEffect = {
      n: part.n,
      a: part.a,
      id: shown.id,
      key: shown.key,
      kind: shown.kind,
      status,
      shown,
      once: part.w === 1,
      ...(part.g ?? before?.args ? { args: part.g ?? before?.args } : {}),
    };
    step.effects[part.n] = record;
    if (record.once && status === "intended") this.#doneAgain(record);
    return record;
  }

  /** A taken back effect was approved to happen again. */
  #doneAgain(record: RecordedEffect): void {
    const same = this.takenBack.filter((other) => other.shown?.name === record.shown?.name);
    const args = record.key.slice(record.key.lastIndexOf(":"));
    const again = same.find((other) => other.key.endsWith(args)) ?? same[0];
    if (again) this.takenBack.splice(this.takenBack.indexOf(again), 1);
  }

  /** The effect by which the parent waits for this step. */
  joinOf(step: RecordedStep): RecordedEffect | undefined {
    const parent = step.parentId === undefined ? undefined : this.steps.get(step.parentId);
    const join = parent?.effects[step.order];
    return join?.childId === step.id ? join : undefined;
  }

  #cut(cut: Cut): void {
    applyCut(this, cut);
  }
}
