/**
 * Replay: today's code of every step that ended, executed against what was recorded. Nothing is performed
 * and nothing costs; the first effect that was not recorded, or is another, is the mismatch.
 */
import { AppError, toAppError } from "../../kernel/core/errors.ts";
import { canonicalJson, type Json } from "../../kernel/core/json.ts";
import { transact } from "../../kernel/kv/mod.ts";
import type { EngineDeps } from "../deps.ts";
import type { HistoryLine } from "../journal/journal.ts";
import { runStream } from "../keys.ts";
import type { RecordedStep } from "../journal/ledger.ts";
import { LiveRun } from "../run/live_run.ts";
import { loadRun } from "../journal/load.ts";
import { requireRunView } from "../read.ts";
import type { Run } from "../schema.ts";
import { callAgent } from "../run/step_life.ts";
import { StepRun } from "../run/step_run.ts";
import { unpack } from "../values.ts";

export interface ReplayReport {
  readonly run: Run;
  readonly matches: boolean;
  readonly steps: number;
  readonly effects: number;
  /** What differs first, naming both. */
  readonly mismatch?: string;
}

/** Throws `not_found`. */
export async function replayRun(
  deps: EngineDeps,
  workspaceId: string,
  runId: string,
  reason: string | undefined,
  actor: string,
): Promise<ReplayReport> {
  const { ctx } = deps;
  const { run } = await requireRunView(ctx, workspaceId, runId);
  const loaded = await loadRun(ctx.kv, workspaceId, runId);
  const host = { deps, gone: () => {}, lost: () => {} };
  const replayed = new ReplayedRun(host, workspaceId, loaded.state, undefined);
  replayed.adopt(loaded);
  if (loaded.ledger.history) {
    const history = await unpack(replayed.scope, loaded.ledger.history);
    replayed.history = history as unknown as HistoryLine[];
  }
  let effects = 0;
  let steps = 0;
  let mismatch: string | undefined;
  for (const step of loaded.ledger.steps.values()) {
    if (step.status !== "completed" && step.status !== "failed") continue;
    steps++;
    effects += step.effects.filter((effect) => effect?.s !== undefined).length;
    mismatch = await replayed.verify(step);
    if (mismatch !== undefined) break;
  }
  const report = { matches: mismatch === undefined, steps, effects };
  const difference = mismatch === undefined ? {} : { mismatch };
  await transact(ctx, workspaceId, (tx) =>
    tx.emit(runStream(runId), {
      type: "run.replayed",
      actor,
      ...report,
      ...difference,
      ...(reason === undefined ? {} : { reason }),
    }));
  return { run, ...report, ...difference };
}

/** A run whose steps are only given what was recorded. */
class ReplayedRun extends LiveRun {
  override readonly replaying: boolean = true;
  override over: boolean = true;
  #mismatch: (error: AppError) => void = () => {};

  override failFrom(_: StepRun, error: AppError): void {
    this.#mismatch(error);
  }

  /** What differs from the record, or undefined. */
  async verify(record: RecordedStep): Promise<string | undefined> {
    const step = new StepRun(this.execution, null, {
      id: record.id,
      agent: record.agent,
      order: record.order,
      depth: record.depth,
      model: record.model ?? this.model,
      timeoutMs: undefined,
      covenant: this.covenantOf(record.covenantVersion),
      record,
    });
    const failed = new Promise<never>((_, reject) => this.#mismatch = reject);
    try {
      const input = await unpack(this.scope, record.input);
      const output = await Promise.race([callAgent(step, input), failed]);
      return (step.unaskedRecord()?.detail) ?? await this.#compare(record, output);
    } catch (thrown) {
      const error = toAppError(thrown);
      if (error.code !== "nondeterministic_agent" && record.error?.code === error.code) {
        return undefined;
      }
      return `Step "${record.id}" (${record.agent}): ${error.detail}`;
    } finally {
      step.ended = true;
      this.execution.steps.delete(step.id);
    }
  }

  async #compare(record: RecordedStep, output: Json): Promise<string | undefined> {
    if (record.status === "failed") {
      return `Step "${record.id}" (${record.agent}) ended well where it failed when it was recorded`;
    }
    const before = record.output ? await unpack(this.scope, record.output) : null;
    if (canonicalJson(before) === canonicalJson(output)) return undefined;
    return `Step "${record.id}" (${record.agent}) came to another output than recorded`;
  }
}
