/**
 * Text a step streams. Offsets count UTF-16 units over the whole attempt of the step; a call that is made
 * again (after a failure, or a crash in the middle) carries a new attempt that starts with the text of
 * the calls before it.
 */
import type { StepRun } from "./step_run.ts";

export class StepStream {
  readonly #step: StepRun;
  /** Text of the calls that are done. */
  #settled = "";
  /** Text of the call that streams now, its joint included. */
  #current = "";
  #streaming = false;
  #pending = "";
  #sentAttempt = 0;

  constructor(step: StepRun) {
    this.#step = step;
  }

  /** A call wants to stream; false when another of this step does already. */
  begin(): boolean {
    if (this.#streaming) return false;
    this.#streaming = true;
    this.#current = "";
    return true;
  }

  /** A piece of the call's text. */
  add(piece: string, joint: string): void {
    if (piece === "") return;
    const { run } = this.#step;
    if (this.#current === "" && this.#settled !== "") piece = joint + piece;
    if (this.#pending === "") run.queueDelta(this);
    this.#current += piece;
    this.#pending += piece;
  }

  /** The call is done: units it added, 0 for none. */
  end(): number {
    this.flush();
    const added = this.#current.length;
    this.#settled += this.#current;
    this.#current = "";
    this.#streaming = false;
    return added;
  }

  /** The call failed or is made again: what it streamed does not count. */
  drop(): void {
    this.#pending = "";
    this.#current = "";
    this.#streaming = false;
  }

  /** A recorded call added this text when it was made. */
  replayed(text: string, units: number, joint: string): void {
    this.#settled += units > text.length ? joint + text : text;
  }

  /** Emits what is pending, after the prefix a new attempt owes. */
  flush(): void {
    if (this.#pending === "") return;
    const { run, id } = this.#step;
    const view = run.state.step(id);
    if (!view) return;
    let delta = this.#pending;
    this.#pending = "";
    const sent = this.#settled.length + this.#current.length - delta.length;
    let attempt = view.attempt;
    let offset = sent;
    if (this.#sentAttempt !== attempt && view.text.length !== sent) {
      // Viewers hold another text than this attempt's: begin anew.
      if (view.text !== "") attempt++;
      delta = this.#settled + this.#current;
      offset = 0;
    }
    this.#sentAttempt = attempt;
    run.emitDelta(id, attempt, offset, delta);
  }
}
