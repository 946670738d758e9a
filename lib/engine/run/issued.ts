/** What passes between a step and its effects. */
import type { Covenant } from "../../agents/covenant.ts";
import type { Packed } from "../journal/journal.ts";
import type { RecordedEffect, RecordedStep } from "../journal/ledger.ts";
import type { Effect } from "../schema.ts";

/** An effect the agent asked for. */
export interface Issued {
  readonly order: number;
  readonly key: string;
  /** Completions the step had been given by then. */
  readonly given: number;
  /** What the journal knows of it, when the step runs again. */
  readonly record: RecordedEffect | undefined;
}

/** A completion as it is recorded. */
export interface Completion {
  readonly effect: Effect;
  readonly result?: Packed;
  readonly request?: unknown;
  readonly streamed?: number;
  readonly once?: boolean;
}

export interface StepStart {
  readonly id: string;
  readonly agent: string;
  readonly order: number;
  readonly depth: number;
  readonly model: string | undefined;
  readonly timeoutMs: number | undefined;
  readonly covenant: Covenant;
  readonly record: RecordedStep | undefined;
}
