/**
 * A run's record: what its log came to at the last summary. A run that is written once at its start has
 * only run and covenant there, and is read by folding its log from the beginning.
 */
import type { Covenant } from "../agents/covenant.ts";
import type { Store, WriteSet } from "../kernel/kv/mod.ts";
import { emptyView } from "./fold.ts";
import { runKey, runStepsKey } from "./keys.ts";
import type { Run, RunView, Step } from "./schema.ts";

export interface RunRecord {
  readonly v: 1;
  readonly run: Run;
  readonly covenant: Covenant;
  /**
   * Parts that hold the steps; null: the steps are not summarised, fold the whole log. The record sums up
   * the log up to and with its own commit.
   */
  readonly parts: number | null;
  /** Waits for its session: nobody starts it before it is released. */
  readonly held?: true;
}

const PART_BYTES = 60_000;
/** More would make every suspension dear; such a run is folded from its log. */
const MAX_PARTS = 2;
/** What else the commit holds leaves this much: the events of an end can be many. */
const MAX_SET_BYTES = 150_000;
/** The log of so few steps is folded faster than their summary is written. */
const FEW_STEPS = 16;
/** Index behind every event of the record's own commit. */
const LAST_INDEX = 999_999;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The record at the start: the log holds the rest. */
export function stageFirstRecord(
  set: WriteSet,
  workspaceId: string,
  run: Run,
  covenant: Covenant,
): void {
  const record: RunRecord = { v: 1, run, covenant, parts: null };
  set.set(runKey(workspaceId, run.id), record);
}

/** A run that waits to be released. */
export function stageHeldRecord(
  set: WriteSet,
  workspaceId: string,
  run: Run,
  covenant: Covenant,
): void {
  const record: RunRecord = { v: 1, run, covenant, parts: null, held: true };
  set.set(runKey(workspaceId, run.id), record);
}

/** The record as the fold of everything staged so far and with this commit. */
export function stageSummary(
  set: WriteSet,
  workspaceId: string,
  view: Pick<RunView, "run" | "covenant" | "steps">,
): void {
  const { run, covenant, steps } = view;
  if (steps.length <= FEW_STEPS) {
    set.set(runKey(workspaceId, run.id), { v: 1, run, covenant, parts: null });
    return;
  }
  const bytes = encoder.encode(JSON.stringify(steps));
  const parts = Math.ceil(bytes.length / PART_BYTES);
  const kept = parts <= MAX_PARTS && set.size + bytes.length <= MAX_SET_BYTES;
  set.set(runKey(workspaceId, run.id), { v: 1, run, covenant, parts: kept ? parts : null });
  if (!kept) return;
  for (let part = 0; part < parts; part++) {
    const start = part * PART_BYTES;
    set.setBytes(runStepsKey(workspaceId, run.id, part), bytes.subarray(start, start + PART_BYTES));
  }
}

export interface ReadRecord {
  readonly record: RunRecord;
  readonly versionstamp: string;
  /** Where folding goes on from here: its cursor says up to which event it is true. */
  readonly view: RunView;
}

export async function readRecord(
  kv: Store,
  workspaceId: string,
  runId: string,
): Promise<ReadRecord | null> {
  const keys = [runKey(workspaceId, runId)];
  for (let part = 0; part < MAX_PARTS; part++) keys.push(runStepsKey(workspaceId, runId, part));
  // One call of at most ten keys is one snapshot: record and parts are of the same summary.
  const [first, ...parts] = await kv.getManyBytes(keys);
  if (!first?.value || first.versionstamp === null) return null;
  const record: RunRecord = JSON.parse(decoder.decode(first.value));
  const { versionstamp } = first;
  if (record.parts === null) {
    return {
      record,
      versionstamp,
      view: { ...emptyView(runId), run: record.run, covenant: record.covenant },
    };
  }
  const chunks = parts.slice(0, record.parts).map((part) => part.value ?? new Uint8Array());
  const steps: Step[] = JSON.parse(decoder.decode(join(chunks)));
  return {
    record,
    versionstamp,
    view: {
      run: record.run,
      covenant: record.covenant,
      steps,
      approvals: [],
      cursor: `${versionstamp}.${LAST_INDEX}`,
    },
  };
}

function join(chunks: readonly Uint8Array[]): Uint8Array {
  if (chunks.length === 1) return chunks[0]!;
  const bytes = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
