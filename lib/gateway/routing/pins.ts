/** Conversations that stay on their model: known here for a moment, shared through the store. */
import type { AppContext } from "../../kernel/context.ts";
import type { MaybePromise } from "../calls/stages.ts";
import { pinKey } from "./keys.ts";

export interface Pin {
  readonly v: 1;
  readonly model: string;
  /** The name as asked: a conversation that asks for another one is chosen for anew. */
  readonly requested: string;
  /** Epoch ms. */
  readonly until: number;
}

interface Known {
  readonly pin: Pin | null;
  /** Epoch ms. */
  readonly at: number;
}

/** A pin another instance has moved is noticed after so long. */
const TRUST_MS = 2_000;
const KNOWN_MAX = 5_000;

export class Pins {
  readonly #ctx: Pick<AppContext, "kv" | "clock">;
  /** The least recently set first. */
  readonly #known = new Map<string, Known>();

  constructor(ctx: Pick<AppContext, "kv" | "clock">) {
    this.#ctx = ctx;
  }

  /** At once where it was read or set a moment ago. */
  get(workspaceId: string, conversation: string): MaybePromise<Pin | null> {
    const now = this.#ctx.clock.now();
    const known = this.#known.get(`${workspaceId}/${conversation}`);
    if (known && now - known.at < TRUST_MS) return alive(known.pin, now);
    return this.#read(workspaceId, conversation);
  }

  async #read(workspaceId: string, conversation: string): Promise<Pin | null> {
    const { value } = await this.#ctx.kv.get<Pin>(pinKey(workspaceId, conversation));
    const now = this.#ctx.clock.now();
    this.#remember(workspaceId, conversation, { pin: value, at: now });
    return alive(value, now);
  }

  /** What is to be written, or null where that is known to be so already. */
  set(workspaceId: string, conversation: string, pin: Pin, ttlMs: number): Pin | null {
    const now = this.#ctx.clock.now();
    const before = this.#known.get(`${workspaceId}/${conversation}`)?.pin;
    this.#remember(workspaceId, conversation, { pin, at: now });
    const same = before?.model === pin.model && before.requested === pin.requested &&
      pin.until - before.until < ttlMs / 10;
    return same ? null : pin;
  }

  #remember(workspaceId: string, conversation: string, known: Known): void {
    const id = `${workspaceId}/${conversation}`;
    this.#known.delete(id);
    this.#known.set(id, known);
    if (this.#known.size <= KNOWN_MAX) return;
    for (const oldest of this.#known.keys()) {
      this.#known.delete(oldest);
      break;
    }
  }
}

function alive(pin: Pin | null, now: number): Pin | null {
  return pin && pin.until > now ? pin : null;
}
