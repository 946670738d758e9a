/**
 * Values in the journal: small ones stand in the event, large ones in blobs that are written before the
 * commit that refers to them. Events, records and answers of the API carry the reference; `GET` resolves.
 */
import { AppError } from "../kernel/core/errors.ts";
import type { Json } from "../kernel/core/json.ts";
import { readJsonBlob, stageBlob, type Store, transact } from "../kernel/kv/mod.ts";
import type { BlobRef, Packed } from "./journal/journal.ts";

/** UTF-8 bytes a value may take inside an event: three of them and the rest fit one transaction. */
export const INLINE_BYTES = 10_000;
/** Levels of a value; one that holds itself has no end of them. */
const MAX_DEPTH = 500;

/** Where a run's large values are kept. */
export interface ValueScope {
  readonly kv: Store;
  readonly workspaceId: string;
  /** Who refers to the blobs: the run's stream. */
  readonly owner: string;
}

const encoder = new TextEncoder();

/** True when the value surely fits; a cheap look that never serialises a small one. */
export function isSmall(value: unknown): boolean {
  return sizeAtMost(value, INLINE_BYTES) <= INLINE_BYTES;
}

function sizeAtMost(value: unknown, limit: number, depth = 0): number {
  if (typeof value === "string") return value.length * 3 + 2;
  if (typeof value === "bigint" || depth > MAX_DEPTH) throw notJson();
  if (value === null || typeof value !== "object") return 24;
  let size = 2;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length && size <= limit; i++) {
      size += sizeAtMost(value[i], limit, depth + 1) + 1;
    }
    return size;
  }
  for (const key in value) {
    size += key.length * 3 + 4 +
      sizeAtMost((value as Record<string, unknown>)[key], limit, depth + 1);
    if (size > limit) break;
  }
  return size;
}

function notJson(cause?: unknown): AppError {
  return new AppError("invalid_input", {
    detail: "A value cannot be written as JSON: it holds itself, a BigInt, or too many levels",
    cause,
  });
}

/** A value as JSON holds it, the same live and when it is read again. Throws `invalid_input`. */
export function asJson(value: unknown): Json {
  try {
    return JSON.parse(JSON.stringify(value) ?? "null");
  } catch (error) {
    throw notJson(error);
  }
}

function jsonText(value: Json): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    throw notJson(error);
  }
}

/**
 * True when reading or writing a value failed for a reason that passes, such as a locked database. That is
 * an answer to nothing: the run is given up and taken up again, never failed.
 */
export function isStoreFault(error: unknown): boolean {
  if (error instanceof AppError) return error.code === "unavailable" || error.code === "conflict";
  return !(error instanceof SyntaxError);
}

/** The value as the journal keeps it; a promise only when a blob had to be written. */
export function pack(scope: ValueScope, value: Json): Packed | Promise<Packed> {
  // A value that looks like a reference would be taken for one where it is shown.
  return isSmall(value) && !refOf(value) ? { i: value } : packLarge(scope, value);
}

async function packLarge(scope: ValueScope, value: Json): Promise<Packed> {
  const bytes = encoder.encode(jsonText(value));
  if (bytes.length <= INLINE_BYTES && !refOf(value)) return { i: value };
  // In a commit of its own: its check of the manifest must never fail the commit of the run.
  const ref = await transact(
    scope,
    scope.workspaceId,
    (tx) => stageBlob(scope, tx, scope.workspaceId, scope.owner, bytes),
  );
  return { b: { id: ref.digest, sizeBytes: ref.sizeBytes } };
}

type Readable = Pick<ValueScope, "kv" | "workspaceId">;

export function unpack(scope: Readable, packed: Packed): Json | Promise<Json> {
  return "i" in packed ? packed.i : readJsonBlob<Json>(scope, scope.workspaceId, packed.b.id);
}

/** Bytes to reckon with for a value inside an event: exact enough where it is text. */
export function packedBytes(packed: Packed): number {
  if (!("i" in packed)) return 200;
  return typeof packed.i === "string" ? packed.i.length * 3 : INLINE_BYTES;
}

/** What viewers are shown in place of a large value. */
export function shownValue(packed: Packed): Json {
  return "i" in packed ? packed.i : { $blob: packed.b.id, sizeBytes: packed.b.sizeBytes };
}

/** The value behind what was shown. */
export function resolveShown(scope: Readable, shown: Json): Json | Promise<Json> {
  const ref = refOf(shown);
  return ref ? readJsonBlob<Json>(scope, scope.workspaceId, ref.id) : shown;
}

function refOf(shown: Json): BlobRef | null {
  if (shown === null || typeof shown !== "object" || Array.isArray(shown)) return null;
  const { $blob, sizeBytes } = shown;
  return typeof $blob === "string" && typeof sizeBytes === "number"
    ? { id: $blob, sizeBytes }
    : null;
}

/** Arguments as an effect shows them: long ones by their beginning. */
const SHOWN_CHARS = 1_500;

export function shownArgs(args: Json): Json {
  if (typeof args !== "object" && typeof args !== "string") return args;
  if (sizeAtMost(args, SHOWN_CHARS) <= SHOWN_CHARS) return args;
  const text = JSON.stringify(args);
  if (text.length <= SHOWN_CHARS) return args;
  return { preview: text.slice(0, SHOWN_CHARS) + "…", sizeBytes: encoder.encode(text).length };
}
