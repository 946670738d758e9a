/**
 * The cache a call passes: found, joined or asked and kept. Identical requests in flight are coalesced within this
 * process; two instances asked the same at the same moment both ask, and either's answer serves from then on.
 */
import type { AppContext } from "../../kernel/context.ts";
import { AppError } from "../../kernel/core/errors.ts";
import { replay } from "./batched.ts";
import { findNear, type Gist, gistOf, nearOf } from "./near.ts";
import { type Asked, askedOf, requestHash, uncacheable } from "./request_key.ts";
import type {
  AnswerCache,
  AnswerFacts,
  CacheAnswer,
  CacheQuestion,
  FreshAnswer,
  ProviderEmbedder,
} from "./schema.ts";
import { type Part, type Room, SharedAnswer } from "./shared_answer.ts";
import { AnswerStore, type Content, type Epoch, type KeptAnswer } from "./store.ts";
import { Tallies } from "./tallies.ts";

export interface CacheOptions {
  readonly embedder?: ProviderEmbedder;
  /** Characters of answers on their way that may be held for joining and keeping; default 64 Mi. */
  readonly roomChars?: number;
}

/** Times one caller joins another's request before it asks by itself. */
const JOINS_MAX = 2;
/** Answers being written; beyond, or without room, one is given and not kept. */
const WRITES_MAX = 1_000;
const ROOM_CHARS = 64 * 1_048_576;

type Context = Pick<AppContext, "kv" | "clock" | "ids" | "log">;

export function createCache(ctx: Context, options: CacheOptions = {}): AnswerCache {
  return new Cache(ctx, options);
}

/** What a lookup found, and what is needed to keep a new answer. */
interface Lookup {
  readonly hash: string;
  readonly epoch: Epoch;
  readonly gist: Gist | null;
}

class Cache implements AnswerCache {
  readonly #ctx: Context;
  readonly #options: CacheOptions;
  readonly #store: AnswerStore;
  readonly #tallies: Tallies;
  readonly #room: Room;
  /** What is being written. */
  readonly #writing: Room;
  /** By hash, which holds the workspace. */
  readonly #onTheWay = new Map<string, SharedAnswer<unknown>>();
  readonly #stop = new AbortController();
  readonly #writes = new Set<Promise<void>>();
  /** By workspace. */
  readonly #sweeping = new Map<string, Promise<void>>();

  constructor(ctx: Context, options: CacheOptions) {
    this.#ctx = ctx;
    this.#options = options;
    this.#store = new AnswerStore(ctx);
    this.#tallies = new Tallies(ctx);
    this.#room = { left: options.roomChars ?? ROOM_CHARS };
    this.#writing = { left: options.roomChars ?? ROOM_CHARS };
  }

  async answer<Extra>(
    question: CacheQuestion,
    ask: (signal: AbortSignal) => Promise<FreshAnswer<Extra>>,
  ): Promise<CacheAnswer<Extra>> {
    const { workspaceId, settings, mode, body } = question;
    const keeps = settings.exact || settings.semantic;
    const joins = settings.coalesce && mode === "use";
    if (
      mode === "bypass" || !(keeps || joins) || uncacheable(body, settings.sampled) !== null
    ) {
      this.#tallies.add(workspaceId, { bypassed: 1 });
      const fresh = await ask(question.signal);
      return { from: "bypass", joined: false, fresh, body: fresh.body, chunks: fresh.chunks };
    }
    const asked = askedOf(question);
    const hash = requestHash(asked);
    this.#tallies.add(workspaceId, { lookups: 1 });
    let lookup: Lookup | null = null;
    if (keeps && !(joins && this.#onTheWay.get(hash)?.open)) {
      const looked = await this.#lookUp<Extra>(question, asked, hash).catch((error) => {
        question.signal.throwIfAborted();
        this.#ctx.log.warn("The cache could not be read; the model is asked", { error });
        return null;
      });
      if (looked?.hit) return looked.hit;
      lookup = looked;
    }
    this.#tallies.add(workspaceId, { misses: 1 });
    for (let times = 0; joins && times < JOINS_MAX; times++) {
      // Nothing may be awaited between "none is on its way" and leading one.
      const other = this.#onTheWay.get(hash);
      if (!other?.open) break;
      const part = this.#isLongEnough(other, question)
        ? await this.#join<Extra>(other, question)
        : null;
      if (!part) continue;
      this.#tallies.add(workspaceId, { joined: 1 });
      return { from: "miss", joined: true, ...part };
    }
    // Without a lookup – the one this caller joined failed – the answer is given and not kept.
    return { from: "miss", joined: false, ...await this.#lead(question, hash, lookup, ask) };
  }

  async stats(workspaceId: string, days: number) {
    const [{ days: list, total }, { entries, bytes }] = await Promise.all([
      this.#tallies.read(workspaceId, days),
      this.#store.size(workspaceId),
    ]);
    const hitRate = total.lookups === 0 ? 0 : (total.hits + total.semanticHits) / total.lookups;
    return { total, days: list, hitRate, entries, storedBytes: bytes };
  }

  clear(workspaceId: string, actor: string): Promise<number> {
    return this.#store.clear(workspaceId, actor);
  }

  async flush(): Promise<void> {
    const leave = this.#store.hurry();
    try {
      await Promise.all(this.#writes);
      await Promise.all(this.#sweeping.values());
      await this.#tallies.flush();
    } finally {
      leave();
    }
  }

  close(): Promise<void> {
    this.#stop.abort();
    this.#store.hurry();
    return this.flush();
  }

  /** Whoever joins shares the end of the other's time: it must leave at least half of the own. */
  #isLongEnough(other: SharedAnswer<unknown>, { deadlineAt = Infinity }: CacheQuestion): boolean {
    const now = this.#ctx.clock.mono();
    return other.deadlineAt === Infinity || other.deadlineAt - now >= (deadlineAt - now) / 2;
  }

  /** Null when it failed before anything came: its failure is its own. */
  async #join<Extra>(
    other: SharedAnswer<unknown>,
    { signal: caller, deadlineAt }: CacheQuestion,
  ): Promise<Part<Extra> | null> {
    const signal = deadlineAt === undefined
      ? caller
      : AbortSignal.any([caller, this.#late(deadlineAt, other)]);
    try {
      return await other.join(signal) as Part<Extra>;
    } catch {
      signal.throwIfAborted();
      return null;
    }
  }

  /** Aborts at the deadline; forgotten once the other is over. */
  #late(deadlineAt: number, other: SharedAnswer<unknown>): AbortSignal {
    const late = new AbortController();
    const { clock } = this.#ctx;
    const cancel = clock.timer(Math.max(0, deadlineAt - clock.mono()), () => {
      const detail = "The answer of an identical call did not come within this call's deadline";
      late.abort(new AppError("deadline_exceeded", { detail }));
    });
    void other.whole.then(cancel);
    return late.signal;
  }

  /** Asks, for this caller and whoever joins, and keeps what came once it is whole. */
  async #lead<Extra>(
    { workspaceId, settings, signal, mode, deadlineAt = Infinity }: CacheQuestion,
    hash: string,
    lookup: Lookup | null,
    ask: (signal: AbortSignal) => Promise<FreshAnswer<Extra>>,
  ): Promise<Part<Extra>> {
    const limits = { max: settings.maxEntryBytes, room: this.#room, deadlineAt };
    const shared = new SharedAnswer(ask, limits);
    // In place of one that is over, or too soon over for this caller.
    if (settings.coalesce && mode === "use") this.#onTheWay.set(hash, shared);
    void shared.whole.then(async (content) => {
      const facts = content && lookup ? shared.facts() : null;
      // Until it can be found in the store it can still be joined.
      if (facts) await this.#keep(workspaceId, lookup!, { content: content!, facts }, settings);
      if (this.#onTheWay.get(hash) === shared) this.#onTheWay.delete(hash);
    });
    return await shared.join(signal);
  }

  /** Never rejects. */
  async #keep(
    workspaceId: string,
    { hash, epoch, gist }: Lookup,
    answer: { readonly content: Content; readonly facts: AnswerFacts },
    settings: CacheQuestion["settings"],
  ): Promise<void> {
    const chars = charsOf(answer.content);
    if (this.#writes.size >= WRITES_MAX || chars > this.#writing.left) return;
    this.#writing.left -= chars;
    const near = settings.semantic && gist ? nearOf(gist, hash) : null;
    const write = this.#written(workspaceId, hash, { ...answer, epoch, near }, settings)
      .catch((error) => this.#ctx.log.warn("An answer could not be cached", { error }))
      .finally(() => {
        this.#writes.delete(write);
        this.#writing.left += chars;
      });
    this.#writes.add(write);
    await write;
  }

  async #written(
    workspaceId: string,
    hash: string,
    answer: Parameters<AnswerStore["write"]>[2],
    settings: CacheQuestion["settings"],
  ): Promise<void> {
    if (!(await this.#store.write(workspaceId, hash, answer, settings))) return;
    this.#tallies.add(workspaceId, { stored: 1 });
    if (this.#sweeping.has(workspaceId) || this.#stop.signal.aborted) return;
    if (!this.#store.needsSweep(workspaceId, settings.maxTotalBytes)) return;
    const sweep = this.#store.sweep(workspaceId, settings.maxTotalBytes, this.#stop.signal)
      .then((evicted) => this.#tallies.add(workspaceId, { evicted }))
      .catch((error) => this.#ctx.log.warn("The cache could not be swept", { error }))
      .finally(() => this.#sweeping.delete(workspaceId));
    this.#sweeping.set(workspaceId, sweep);
  }

  async #lookUp<Extra>(
    question: CacheQuestion,
    asked: Asked,
    hash: string,
  ): Promise<Lookup & { readonly hit?: CacheAnswer<Extra> }> {
    const { workspaceId, settings, mode } = question;
    const { kept, epoch } = await this.#store.read(workspaceId, hash, settings.ttlMs);
    if (kept && mode === "use") {
      return { hash, epoch, gist: null, hit: this.#hit(workspaceId, kept, "hit") };
    }
    const gist = settings.semantic ? await gistOf(question, asked, this.#options.embedder) : null;
    if (gist && mode === "use") {
      const near = await findNear(this.#store, workspaceId, gist, settings.threshold);
      const found = near && await this.#store.read(workspaceId, near.hash, settings.ttlMs);
      if (found?.kept) {
        const hit = this.#hit<Extra>(workspaceId, found.kept, "semantic", near!.similarity);
        return { hash, epoch, gist, hit };
      }
    }
    return { hash, epoch, gist };
  }

  #hit<Extra>(
    workspaceId: string,
    { content, facts, at }: KeptAnswer,
    from: "hit" | "semantic",
    similarity?: number,
  ): CacheAnswer<Extra> {
    this.#tallies.add(workspaceId, {
      [from === "hit" ? "hits" : "semanticHits"]: 1,
      savedMicros: facts.costMicros,
      savedTokens: facts.inputTokens + facts.outputTokens,
    });
    return {
      from,
      facts,
      ageMs: Math.max(0, this.#ctx.clock.now() - at),
      ...(similarity !== undefined && { similarity }),
      ...("body" in content ? { body: content.body } : { chunks: replay(content.chunks) }),
    };
  }
}

function charsOf(content: Content): number {
  return "body" in content
    ? content.body.length
    : content.chunks.reduce((sum, chunk) => sum + chunk.length, 0);
}
