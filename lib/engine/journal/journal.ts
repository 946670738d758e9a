/**
 * The hidden part of a run's events: what the log must hold so that a run can be executed again from it.
 * Public and hidden part are one line of the stream; viewers never get the hidden one.
 *
 * n  order of the effect among all the step asked for
 * a  completions the step had been given when it asked: an effect with a ≥ s of another may depend on it
 * s  place among the step's completions; recorded results are given back in this order
 * v  version of the covenant the step sees from this completion on, where it changed
 */
import { AppError, type ErrorCode, ERRORS } from "../../kernel/core/errors.ts";
import type { Json, JsonObject } from "../../kernel/core/json.ts";
import type { StoredRequest } from "./conversation.ts";
import type { WaitKind } from "../events.ts";
import type { Problem } from "../schema.ts";

/** A value in the journal: itself, or a reference to a blob when it is large. */
export type Packed = { readonly i: Json } | { readonly b: BlobRef };

export interface BlobRef {
  readonly id: string;
  readonly sizeBytes: number;
}

export interface StoredError {
  readonly code: ErrorCode;
  readonly detail: string;
  readonly data?: JsonObject;
  readonly retryAfterMs?: number;
  /** Step where it first happened. */
  readonly stepId?: string;
}

export interface HistoryLine {
  readonly role: "user" | "assistant";
  readonly content: string;
}

export interface CreatedHidden {
  /** The model of the whole run where a step names none. */
  readonly model?: string;
  /** Fields of the covenant the person set: an agent's draft does not override them. */
  readonly set: readonly string[];
}

export interface StartedHidden {
  readonly history?: Packed;
}

export interface SpawnedHidden {
  readonly n: number;
  readonly a: number;
  readonly k: string;
  readonly i: Packed;
  readonly v: number;
  readonly m?: string;
  /** timeoutMs */
  readonly t?: number;
}

export interface CompletionHidden {
  readonly s: number;
  readonly v?: number;
}

export interface StepDoneHidden extends CompletionHidden {
  /** The output, when the public one is only a reference. */
  readonly r?: Packed;
}

export interface StepFailedHidden extends CompletionHidden {
  readonly e: StoredError;
}

export interface IssuedHidden {
  readonly n: number;
  readonly a: number;
  /** Not to be repeated silently. */
  readonly w?: 1;
  /** Arguments as a person edited them. */
  readonly g?: Packed;
}

export interface EffectDoneHidden extends IssuedHidden, CompletionHidden {
  /** Absent: the public receipt is the result. */
  readonly r?: Packed;
  readonly q?: StoredRequest | Packed;
  /** Text this call added to the step's stream, its joint included; absent: none. */
  readonly x?: number;
}

export interface EffectFailedHidden extends IssuedHidden, CompletionHidden {
  readonly e: StoredError;
  readonly q?: StoredRequest | Packed;
}

/** A wait of an effect, written before it waits. */
export interface WaitingHidden {
  readonly n: number;
  readonly a: number;
  readonly k: string;
  readonly id: string;
  /** Effect kind and name, for the record. */
  readonly f: string;
  readonly wait: WaitKind;
  /** Name of the answer it waits for. */
  readonly on: string;
  /** Epoch ms. */
  readonly until?: number;
  /** It asks what became of an intended effect. */
  readonly u?: 1;
}

/** What an operation did to the journal: the same cut is made again when it is loaded. */
export interface CutHidden {
  readonly input?: Packed;
  readonly output?: Packed;
}

const MAX_DETAIL_CHARS = 2_000;

export function storeError(error: AppError, stepId?: string): StoredError {
  return {
    code: error.code,
    detail: error.detail.slice(0, MAX_DETAIL_CHARS),
    ...(error.data === undefined ? {} : { data: plainData(error.data) }),
    ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
    ...(stepId === undefined ? {} : { stepId }),
  };
}

/** The error an agent gets, the same live and on replay. */
export function restoreError(stored: StoredError): AppError {
  const error = new AppError(stored.code in ERRORS ? stored.code : "internal", {
    detail: stored.detail,
    data: stored.data,
    ...(stored.retryAfterMs === undefined ? {} : { retryAfterMs: stored.retryAfterMs }),
  });
  if (stored.stepId !== undefined) origins.set(error, stored.stepId);
  return error;
}

const origins = new WeakMap<AppError, string>();

/** Step where an error that came up through its parents, wrapped or not, first happened. */
export function originOf(error: AppError): string | undefined {
  for (let at: unknown = error, depth = 0; at instanceof AppError && depth < 16; depth++) {
    const origin = origins.get(at);
    if (origin !== undefined) return origin;
    at = at.cause;
  }
  return undefined;
}

export function problemOf(error: StoredError): Problem {
  return {
    code: error.code,
    message: error.detail,
    ...(error.stepId === undefined ? {} : { stepId: error.stepId }),
  };
}

/** Error data is for messages, limits and short partial results: the longest fields go first. */
const MAX_DATA_CHARS = 6_000;

function plainData(data: Record<string, unknown>): JsonObject {
  const fields = Object.entries(data)
    .map(([name, value]) => ({ name, text: JSON.stringify(value) }))
    .filter((field) => field.text !== undefined)
    .sort((a, b) => a.text.length - b.text.length);
  const kept: JsonObject = {};
  let chars = 0;
  for (const { name, text } of fields) {
    chars += name.length + text.length;
    if (chars > MAX_DATA_CHARS) break;
    kept[name] = JSON.parse(text);
  }
  return kept;
}
