/**
 * One attempt at one model: admitted by its breaker and its provider's rate, its worst case held before
 * anything is sent, settled with what it cost however it ends. If the process dies in between, the hold
 * stays in the committed slice and counts as spent (KERNEL.md 15).
 */
import type { Usage } from "../../agents/model.ts";
import type { ModelInfo } from "../../agents/model_port.ts";
import { costMicros } from "../cost.ts";
import type { Parts } from "./stages.ts";
import type { Attempt, AttemptOutcome, ChatCall } from "./schema.ts";
import type { Admission, Connection, Hold } from "./stages.ts";
import type { Watch } from "../upstream/watch.ts";

export interface AttemptEnd {
  readonly outcome: AttemptOutcome;
  readonly reason: string;
  readonly blame: boolean;
  readonly status?: number;
  readonly retryAfterMs?: number;
  /** Absent: nothing is to be paid. */
  readonly usage?: Usage;
}

export interface Place {
  readonly target: ModelInfo;
  readonly connection: Connection;
  readonly watch: Watch;
  /** A model that was given less and did not make it is not to blame. */
  readonly fairMs: number;
}

/** An attempt that was let through. Ends once. */
export class Running {
  readonly target: ModelInfo;
  readonly connection: Connection;
  readonly watch: Watch;
  readonly #parts: Parts;
  readonly #call: ChatCall;
  readonly #hold: Hold | null;
  readonly #admission: Admission | null;
  readonly #fairMs: number;
  readonly #startedAt: number;
  readonly #startedMono: number;
  #over = false;

  constructor(
    parts: Parts,
    call: ChatCall,
    place: Place,
    held: { readonly hold: Hold | null; readonly admission: Admission | null },
  ) {
    this.#parts = parts;
    this.#call = call;
    this.target = place.target;
    this.connection = place.connection;
    this.watch = place.watch;
    this.#fairMs = place.fairMs;
    parts.open.add(place.watch);
    this.#hold = held.hold;
    this.#admission = held.admission;
    this.#startedAt = parts.ctx.clock.now();
    this.#startedMono = parts.ctx.clock.mono();
  }

  /** As messages name it. */
  get source(): { readonly provider: string; readonly model: string } {
    return { provider: this.connection.name, model: this.target.id };
  }

  /** Null: it is over already. */
  end(end: AttemptEnd): Attempt | null {
    if (this.#over) return null;
    this.#over = true;
    this.#parts.open.delete(this.watch);
    const cost = end.usage ? costMicros(this.target, end.usage) : 0;
    // The answer of one that succeeded was read to its end.
    if (end.outcome === "ok") this.watch.close();
    else this.watch.abort();
    if (end.usage) this.#hold?.settle(cost);
    else this.#hold?.release();
    this.#admission?.done(end.usage ?? null);
    const durationMs = Math.round(this.#parts.ctx.clock.mono() - this.#startedMono);
    this.#tell(end, durationMs);
    return this.#record(end, cost, durationMs);
  }

  /** The caller's own deadline passed first: that says nothing of the provider. */
  #wasHurried(durationMs: number): boolean {
    const { passed } = this.watch;
    return (passed === "deadline" || passed === "slice") && durationMs < this.#fairMs;
  }

  #record(end: AttemptEnd, cost: number, durationMs: number): Attempt {
    return {
      model: this.target.id,
      provider: this.target.provider,
      startedAt: this.#startedAt,
      durationMs,
      outcome: end.outcome,
      reason: end.reason,
      costMicros: cost,
      ...(end.status === undefined ? {} : { status: end.status }),
      ...(end.retryAfterMs === undefined ? {} : { retryAfterMs: end.retryAfterMs }),
      ...(end.usage ? { usage: end.usage } : {}),
    };
  }

  #tell(end: AttemptEnd, durationMs: number): void {
    const { breakers, directory } = this.#parts.stages;
    const { provider, id } = this.target;
    const { workspaceId } = this.#call;
    if (end.outcome === "ok") {
      breakers.succeeded(workspaceId, provider, id);
      directory.succeeded(provider, durationMs);
    } else if (end.blame && !this.#wasHurried(durationMs)) {
      breakers.failed(workspaceId, provider, id, end.reason);
      directory.failed(provider, { code: end.outcome, message: end.reason });
    } else {
      breakers.dropped(workspaceId, provider, id);
      if (end.status === 401 || end.status === 403 || end.status === 429) {
        directory.failed(provider, { code: `status_${end.status}`, message: end.reason });
      }
    }
  }
}
