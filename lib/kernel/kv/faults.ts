import { encodeText } from "./values.ts";

/** Faults a test puts under the committer. Commits are counted from 1 in each process. */
export type CommitFault = "throw_after_success" | "throw_before" | "locked" | "conflict" | "hang";

export interface Faults {
  /** Just before and just after commit `n` reaches the store; `what` names what it holds. */
  before?(n: number, what: () => string): void;
  after?(n: number, what: () => string): void;
  /** What happens to commit `n`; undefined: nothing. */
  outcome?(n: number): CommitFault | undefined;
}

/**
 * Faults from text, so that a server process can be started with them: a comma list of
 * `kill-before:12`, `kill-after:12`, `throw-after:5`, `throw-before:5`, `locked:3-6`, `conflict:4-7`, `hang:5`, `trace`.
 * One that hangs takes effect, and its answer never comes.
 * A kill is SIGKILL of this process. `trace` prints one line per commit.
 */
export function parseFaults(text: string): Faults {
  const killBefore = new Set<number>();
  const killAfter = new Set<number>();
  const outcomes = new Map<number, CommitFault>();
  let trace = false;
  for (const item of text.split(",").map((part) => part.trim()).filter(Boolean)) {
    const [name, range = ""] = item.split(":");
    const [first, last = first] = range.split("-").map(Number);
    if (name === "trace") {
      trace = true;
      continue;
    }
    for (let n = first!; n <= last!; n++) {
      if (name === "kill-before") killBefore.add(n);
      else if (name === "kill-after") killAfter.add(n);
      else if (name === "throw-after") outcomes.set(n, "throw_after_success");
      else if (name === "throw-before") outcomes.set(n, "throw_before");
      else if (name === "locked" || name === "conflict" || name === "hang") outcomes.set(n, name);
      else throw new Error(`Unknown fault "${item}"`);
    }
  }
  const kill = () => Deno.kill(Deno.pid, "SIGKILL");
  return {
    before(n, what) {
      if (trace) Deno.stderr.writeSync(encodeText(`commit ${n} ${what()}\n`));
      if (killBefore.has(n)) kill();
    },
    after(n) {
      if (killAfter.has(n)) kill();
    },
    outcome: (n) => outcomes.get(n),
  };
}
