/** A live run looks at what came in for it from outside: answers, signals, commands. */
import { carryOutLive, listCommands } from "../operations/carry_out.ts";
import type { LiveRun } from "./live_run.ts";
import { lostError } from "./writer.ts";

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
        const [own] = await Promise.all([
          run.deps.ctx.kv.get(run.writer.fence.key),
          run.answers.refresh(),
        ]);
        if (run.ending) return;
        // Taken over without this process having noticed: whoever woke it may claim it now.
        if (own.versionstamp !== run.writer.fence.version) return run.lose(lostError());
        const halted = await carryOutLive(run, await listCommands(run));
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
}
