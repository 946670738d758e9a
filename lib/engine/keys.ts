/**
 * `["w", ws, "run", run]` – the run's record: run and covenant as they were at its last summary, and how
 *   many parts its steps take. Written at accept, suspend and end; the truth is the stream `run:<run>`.
 * `["w", ws, "runsteps", run, part]` – the steps of that summary, one JSON text cut into parts. A run whose
 *   steps are too many for that has none, and is read by folding its whole log.
 * `["w", ws, "own", run]` – who owns the run; written on claim and release only, assumed by every commit of
 *   the owner: that is the fence. `["ownx", instance, run]` – the same by instance, for take-over.
 * `["w", ws, "sig", run]` – touched by everything that must not slip past a suspension.
 * `["w", ws, "ans", run, name, id]` – answers and signals until the step that waits for them took them.
 * `["w", ws, "cmd", run, id]` – operations asked for, until the owner carried them out.
 * `["w", ws, "loss", run]` – how often in a row its owner lost the run without getting on, and why.
 * `["bell", instance]`, `["rung", instance, run]` – tell an owner elsewhere to look at a run.
 * Lifecycle: run, runsteps and sig are kept with the run; the others are deleted by what consumes them.
 * Trade-off: a running run's record is as old as its last suspension, so reads fold the later events.
 */
import { defineGlobalKey, defineKey } from "../kernel/kv/mod.ts";

const keep = { slice: "engine", version: 1, retention: "keep" } as const;
const swept = { slice: "engine", version: 1, retention: "swept" } as const;

export const runKey = defineKey("run", keep);
export const runStepsKey = defineKey("runsteps", { ...keep, encoding: "bytes" });
export const ownKey = defineKey("own", swept);
export const ownIndexKey = defineGlobalKey("ownx", swept);
export const signalKey = defineKey("sig", keep);
export const answerKey = defineKey("ans", swept);
export const commandKey = defineKey("cmd", swept);
export const lossKey = defineKey("loss", swept);
export const bellKey = defineGlobalKey("bell", swept);
export const rungKey = defineGlobalKey("rung", swept);

export const engineKeys = [
  runKey,
  runStepsKey,
  ownKey,
  ownIndexKey,
  signalKey,
  answerKey,
  commandKey,
  lossKey,
  bellKey,
  rungKey,
];

/** The stream that holds everything that happened in a run. */
export function runStream(runId: string): string {
  return "run:" + runId;
}
