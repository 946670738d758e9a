/**
 * Breakers, shared by all instances: what is heard is folded into one record per provider and model in the
 * store; transitions are events, by which the other instances learn of them. A call is let through or not from
 * memory. If the process dies before a failure is written, that failure is not counted: the next ones are.
 */
import type { AppContext } from "../../kernel/context.ts";
import { type EventHub, headCursor } from "../../kernel/events/mod.ts";
import { transact, type Tx } from "../../kernel/kv/mod.ts";
import type { BreakerStage, BreakerVerdict, MaybePromise, SettingsStage } from "../calls/stages.ts";
import { CONFIG_STREAM } from "../settings/kept_fresh.ts";
import {
  afterHearing,
  type BreakerRecord,
  type Heard,
  newBreaker,
  takeProbe,
  viewOf,
  waitMs,
} from "./decide.ts";
import { breakerKey } from "./keys.ts";
import type { BreakersSettings, BreakerView } from "./schema.ts";

/** Where everybody sees them, beside every call. */
const SHOWN_STREAM = "gateway";
/** Where instances hear of them: a stream that rings rarely. */
const HEARD_STREAM = CONFIG_STREAM;
const HEARD = "gateway_breaker.changed";
const EVENTS = {
  open: "breaker.opened",
  half_open: "breaker.half_opened",
  closed: "breaker.closed",
} as const;

export interface Breakers extends BreakerStage {
  /** To be awaited, where it is a promise, before `list`. */
  ready(workspaceId: string): MaybePromise<void>;
  /** From memory: those that have counted a failure. */
  list(workspaceId: string): readonly BreakerView[];
  /** Closes one by hand. */
  reset(workspaceId: string, provider: string, model: string): Promise<void>;
  /** Resolves when what was heard is stored. */
  settled(): Promise<void>;
  /** As `settled`, and hears no more. */
  close(): Promise<void>;
}

type Context = Pick<AppContext, "kv" | "clock" | "ids" | "log">;

interface Breaker {
  record: BreakerRecord;
  heard: Heard[];
  writing: Promise<void> | undefined;
}

const CLOSED: BreakerVerdict = { kind: "closed" };

class Room {
  readonly breakers = new Map<string, Breaker>();
  views: readonly BreakerView[] | null = null;
  loading: Promise<void> | undefined;
  loaded = false;
  leave: () => void = () => {};
}

export function createBreakers(
  ctx: Context,
  options: { readonly settings: SettingsStage; readonly hub?: EventHub | undefined },
): Breakers {
  return new SharedBreakers(ctx, options.settings, options.hub);
}

class SharedBreakers implements Breakers {
  readonly #ctx: Context;
  readonly #settings: SettingsStage;
  readonly #hub: EventHub | undefined;
  readonly #rooms = new Map<string, Room>();
  readonly #self: string;

  constructor(ctx: Context, settings: SettingsStage, hub: EventHub | undefined) {
    this.#ctx = ctx;
    this.#settings = settings;
    this.#hub = hub;
    this.#self = ctx.ids.next("instance");
  }

  admit(workspaceId: string, provider: string, model: string): MaybePromise<BreakerVerdict> {
    const room = this.#room(workspaceId);
    if (!room.loaded) {
      return this.#load(workspaceId, room).then(() => this.admit(workspaceId, provider, model));
    }
    const breaker = room.breakers.get(idOf(provider, model));
    if (!breaker || breaker.record.state === "closed") return CLOSED;
    const settings = this.#settings.of(workspaceId);
    return settings instanceof Promise
      ? settings.then(({ breakers }) => this.#verdict(workspaceId, breaker, breakers))
      : this.#verdict(workspaceId, breaker, settings.breakers);
  }

  succeeded(workspaceId: string, provider: string, model: string): void {
    const breaker = this.#rooms.get(workspaceId)?.breakers.get(idOf(provider, model));
    if (!breaker || (breaker.record.state === "closed" && breaker.record.failures === 0)) return;
    this.#hear(workspaceId, provider, model, { kind: "success", at: this.#ctx.clock.now() });
  }

  failed(workspaceId: string, provider: string, model: string, reason: string): void {
    this.#hear(workspaceId, provider, model, {
      kind: "failure",
      at: this.#ctx.clock.now(),
      reason: reason.slice(0, 300),
    });
  }

  dropped(workspaceId: string, provider: string, model: string): void {
    const breaker = this.#rooms.get(workspaceId)?.breakers.get(idOf(provider, model));
    if (breaker?.record.probe?.by !== this.#self) return;
    this.#hear(workspaceId, provider, model, { kind: "dropped", at: this.#ctx.clock.now() });
  }

  async reset(workspaceId: string, provider: string, model: string): Promise<void> {
    await this.ready(workspaceId);
    this.#hear(workspaceId, provider, model, { kind: "reset", at: this.#ctx.clock.now() });
    await this.#breaker(workspaceId, provider, model).writing;
  }

  ready(workspaceId: string): MaybePromise<void> {
    const room = this.#room(workspaceId);
    if (!room.loaded) return this.#load(workspaceId, room);
  }

  list(workspaceId: string): readonly BreakerView[] {
    const room = this.#room(workspaceId);
    return room.views ??= [...room.breakers.values()].map(({ record }) => viewOf(record));
  }

  async settled(): Promise<void> {
    const rooms = [...this.#rooms.values()];
    await Promise.all(rooms.flatMap((room) => [...room.breakers.values()].map((b) => b.writing)));
  }

  async close(): Promise<void> {
    for (const room of this.#rooms.values()) room.leave();
    await this.settled();
  }

  #verdict(
    workspaceId: string,
    breaker: Breaker,
    settings: BreakersSettings,
  ): MaybePromise<BreakerVerdict> {
    if (!settings.enabled) return CLOSED;
    const now = this.#ctx.clock.now();
    return takeProbe(breaker.record, this.#self, now)
      ? this.#probe(workspaceId, breaker)
      : closedTo(breaker.record, now);
  }

  /** One instance tries, by committing that it does. */
  async #probe(workspaceId: string, breaker: Breaker): Promise<BreakerVerdict> {
    const { provider, model } = breaker.record;
    const now = this.#ctx.clock.now();
    const key = breakerKey(workspaceId, provider, model);
    const taken = await transact(this.#ctx, workspaceId, async (tx) => {
      const stored = await tx.get<BreakerRecord>(key) ?? breaker.record;
      if (stored.state === "closed") return { record: stored, mine: true };
      const taken = takeProbe(stored, this.#self, now);
      if (!taken) return { record: stored, mine: false };
      const record = { ...taken, rev: stored.rev + 1 };
      tx.set(key, record);
      if (stored.state !== "half_open") emitTransition(tx, record);
      return { record, mine: true };
    });
    this.#put(workspaceId, taken.record);
    if (!taken.mine) return closedTo(taken.record, now);
    return taken.record.state === "closed" ? CLOSED : { kind: "probe" };
  }

  #hear(workspaceId: string, provider: string, model: string, heard: Heard): void {
    const breaker = this.#breaker(workspaceId, provider, model);
    breaker.heard.push(heard);
    const settings = this.#settings.of(workspaceId);
    if (!(settings instanceof Promise)) {
      // At once here; the store's word follows and counts.
      breaker.record = afterHearing(breaker.record, heard, settings.breakers);
      this.#room(workspaceId).views = null;
    }
    breaker.writing ??= this.#write(workspaceId, breaker).finally(() =>
      breaker.writing = undefined
    );
  }

  async #write(workspaceId: string, breaker: Breaker): Promise<void> {
    const { provider, model } = breaker.record;
    try {
      while (breaker.heard.length > 0) {
        const heard = breaker.heard;
        breaker.heard = [];
        const record = await this.#store(workspaceId, provider, model, heard);
        if (breaker.heard.length === 0) this.#put(workspaceId, record);
      }
    } catch (error) {
      this.#ctx.log.warn("A breaker was not written", { provider, model, error });
    }
  }

  async #store(
    workspaceId: string,
    provider: string,
    model: string,
    heard: readonly Heard[],
  ): Promise<BreakerRecord> {
    const { breakers } = await this.#settings.of(workspaceId);
    const key = breakerKey(workspaceId, provider, model);
    return await transact(this.#ctx, workspaceId, async (tx) => {
      const before = await tx.get<BreakerRecord>(key) ?? newBreaker(provider, model);
      const folded = heard.reduce((record, one) => afterHearing(record, one, breakers), before);
      if (folded === before) return before;
      const after = { ...folded, rev: before.rev + 1 };
      tx.set(key, after);
      if (after.state !== before.state) emitTransition(tx, after);
      return after;
    });
  }

  #load(workspaceId: string, room: Room): Promise<void> {
    return room.loading ??= this.#fill(workspaceId, room).finally(() => room.loading = undefined);
  }

  async #fill(workspaceId: string, room: Room): Promise<void> {
    const { kv } = this.#ctx;
    const after = await headCursor(this.#ctx, workspaceId);
    room.leave();
    room.leave = this.#hub?.subscribe(workspaceId, HEARD_STREAM, { after, types: [HEARD] }, {
      send: (item) => {
        if (item.kind === "events") {
          for (const event of item.events) {
            this.#hearOf(
              workspaceId,
              (JSON.parse(event.json) as { breaker: BreakerRecord }).breaker,
            );
          }
        }
        // A log that is followed no further is read again by the next call.
        if (item.kind === "closed") room.loaded = false;
        return item.kind !== "closed";
      },
      drained: () => Promise.resolve(true),
    }) ?? (() => {});
    for await (
      const { value } of kv.list<BreakerRecord>({ prefix: breakerKey.prefix(workspaceId) })
    ) {
      this.#hearOf(workspaceId, value);
    }
    room.loaded = true;
  }

  /** From another instance, or from this one a moment ago. */
  #hearOf(workspaceId: string, record: BreakerRecord): void {
    const { provider, model, rev } = record;
    if (rev > this.#breaker(workspaceId, provider, model).record.rev) {
      this.#put(workspaceId, record);
    }
  }

  #put(workspaceId: string, record: BreakerRecord): void {
    this.#breaker(workspaceId, record.provider, record.model).record = record;
    this.#room(workspaceId).views = null;
  }

  #breaker(workspaceId: string, provider: string, model: string): Breaker {
    const { breakers } = this.#room(workspaceId);
    const id = idOf(provider, model);
    let breaker = breakers.get(id);
    if (!breaker) {
      breaker = { record: newBreaker(provider, model), heard: [], writing: undefined };
      breakers.set(id, breaker);
    }
    return breaker;
  }

  #room(workspaceId: string): Room {
    let room = this.#rooms.get(workspaceId);
    if (!room) this.#rooms.set(workspaceId, room = new Room());
    return room;
  }
}

const idOf = (provider: string, model: string) => `${provider}/${model}`;

function closedTo(record: BreakerRecord, now: number): BreakerVerdict {
  return {
    kind: "open",
    retryAfterMs: waitMs(record, now),
    reason: record.reason ?? "it failed repeatedly",
  };
}

function emitTransition(tx: Tx, breaker: BreakerRecord): void {
  const { provider, model, reason, state } = breaker;
  tx.emit(SHOWN_STREAM, {
    type: EVENTS[state],
    actor: "system",
    provider,
    model,
    ...(reason === undefined ? {} : { reason }),
  });
  tx.emit(HEARD_STREAM, { type: HEARD, actor: "system", breaker: { ...breaker } });
}
