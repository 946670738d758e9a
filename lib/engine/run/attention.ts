/** A live run looks at what came in for it from outside: answers, signals, commands. */
import { delay } from "../../kernel/core/clock.ts";
import { carryOutLive, listCommands, type PendingCommand } from "../operations/carry_out.ts";
import type { LiveRun } from "./live_run.ts";
import { lostError } from "./writer.ts";

const FIRST_WAIT_MS = 100;
const MAX_WAIT_MS = 5_000;

/** One look at a time; asked for again while it looks, it looks again. */
export class Attention {
  readonly #run: LiveRun;
  #ready = false;
  #looking = false;
  #again = false;

  constructor(run: LiveRun) {
    this.#run = run;
  }

  /** The execution has begun: from now on it looks when asked, and once if it was asked before. */
  ready(): void {
    this.#ready = true;
    if (this.#again) void this.look();
  }

  async look(): Promise<void> {
    const run = this.#run;
    // A commit that gives the run up fails when something came in, and then looks itself.
    if (run.over || run.closing) return;
    if (this.#looking || !this.#ready) {
      this.#again = true;
      return;
    }
    this.#looking = true;
    let { execution } = run;
    execution.enter();
    try {
      do {
        this.#again = false;
        const commands = await this.#read();
        if (run.ending || run.over) return;
        const halted = await carryOutLive(run, commands);
        if (run.over) return;
        if (halted) {
          await run.beginAgain();
          execution = run.execution;
          execution.enter();
        }
        execution.parked.offer();
        if (run.writer.busy) await run.writer.flush();
      } while (this.#again && !run.over);
    } catch (error) {
      run.lose(error);
    } finally {
      this.#looking = false;
      execution.leave();
    }
  }
  /** What came in. A store that does not answer is asked again: the run at work goes on meanwhile. */
  async #read(): Promise<PendingCommand[]> {
    const run = this.#run;
    const { kv, clock, log } = run.deps.ctx;
    for (let wait = FIRST_WAIT_MS; !run.over; wait = Math.min(wait * 2, MAX_WAIT_MS)) {
      try {
        const [own] = await Promise.all([kv.get(run.writer.fence.key), run.answers.refresh()]);
        // Taken over without this process having noticed: whoever woke it may claim it now.
        if (own.versionstamp !== run.writer.fence.version && !run.ending) run.lose(lostError());
        return run.over ? [] : await listCommands(run);
      } catch (error) {
        log.warn("run cannot look at what came in", { run: run.id, error: String(error) });
        await delay(clock, wait);
      }
    }
    return [];
  }
}
