/** Locks that hold themselves: renewed while they are needed, released when left, and told when lost. */
import type { Api } from "./api.ts";
import { isMusterError, localError, MusterError } from "./error.ts";
import { isPassing, type SendOptions } from "./transport.ts";
import type { Answer, Operation, Schema } from "./typed_paths.ts";
import { backoffMs, pause } from "./waiting.ts";

export interface AcquireOptions {
  /** How long to wait in the queue for others. Default 0: refused at once when held. */
  readonly waitMs?: number;
  /** How long it outlives this program. Default 60 000; it is renewed while held. */
  readonly ttlMs?: number;
  /** What others read about it. */
  readonly reason?: string;
  readonly resourceType?: string;
  /** Leaves the queue, and gives back what was granted meanwhile. */
  readonly signal?: AbortSignal | undefined;
}

/** A path, several of which all or none are locked, or a pattern: `{ glob: "src/**" }`. */
export type LockTarget = string | readonly string[] | { readonly glob: string };

const TTL_MS = 60_000;
/** Beside the time in the queue. */
const ANSWER_MS = 30_000;

export class Locks {
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  /**
   * `await using lock = await muster.locks.acquire("src/a.ts", { waitMs: 30_000 })`. Throws `conflict`
   * with `lockedBy` and `expiresAt` in its `problem` when another holds it to the end of the wait.
   */
  async acquire(target: LockTarget, options: AcquireOptions = {}): Promise<HeldLock> {
    const ask = asking(target, options);
    return new HeldLock(this.#api, ask, await grant(this.#api, ask, options));
  }

  /** Does something while holding it. Its signal aborts when the lock is lost. */
  async with<T>(
    target: LockTarget,
    options: AcquireOptions,
    work: (lock: HeldLock) => Promise<T> | T,
  ): Promise<T> {
    const lock = await this.acquire(target, options);
    try {
      return await work(lock);
    } finally {
      await lock.release();
    }
  }

  /** Who holds what now. */
  list(): AsyncGenerator<Schema<"Lock">, void> {
    return this.#api.all("/api/v1/locks", {});
  }
}

interface Asking {
  readonly path?: string;
  readonly paths?: readonly string[];
  readonly glob?: string;
  readonly ttlMs: number;
  readonly reason?: string | undefined;
  readonly resourceType?: string | undefined;
}

function asking(target: LockTarget, options: AcquireOptions): Asking {
  const { ttlMs = TTL_MS, reason, resourceType } = options;
  const what = typeof target === "string"
    ? { path: target }
    : "glob" in target
    ? { glob: target.glob }
    : { paths: target };
  return { ...what, ttlMs, reason, resourceType };
}

interface Granted {
  readonly locks: readonly Schema<"Lock">[];
  /** On this machine's monotonic clock: the grant cannot be older. */
  readonly askedAt: number;
}

/** A repeat asks for what this agent may hold already, which renews it: nothing is locked twice. */
async function grant(
  api: Api,
  ask: Asking,
  { waitMs = 0, signal }: Pick<AcquireOptions, "waitMs" | "signal">,
): Promise<Granted> {
  const until = performance.now() + waitMs;
  for (;;) {
    const leftMs = Math.max(0, Math.round(until - performance.now()));
    const granted = await request(api, ask, {
      query: leftMs > 0 ? { waitMs: leftMs } : {},
      timeoutMs: leftMs + ANSWER_MS,
      signal,
    });
    // How much of the time was spent in the queue is not known: a lock long asked for is renewed first.
    if (performance.now() - granted.askedAt < ask.ttlMs / 2) return granted;
  }
}

async function request(api: Api, ask: Asking, options: SendOptions): Promise<Granted> {
  const askedAt = performance.now();
  const { locks } = await api.transport.send<Answer<Operation<"post", "/api/v1/locks">>>(
    "POST",
    "/api/v1/locks",
    { body: ask, repeatable: true, ...options },
  );
  return { locks, askedAt };
}

async function giveBack(api: Api, { resourcePath, token, glob }: Schema<"Lock">): Promise<void> {
  try {
    await api.delete("/api/v1/locks/{path}", {
      path: { path: resourcePath },
      query: { token, ...(glob && { glob: "true" }) },
    });
  } catch (error) {
    // Somebody else's by now: there is nothing to give back.
    if (!isMusterError(error) || ![403, 404, 409].includes(error.status)) throw error;
  }
}

/** A lock this program holds. `token` rises with every grant: guarded writes carry it. */
export class HeldLock implements AsyncDisposable {
  readonly #api: Api;
  readonly #ask: Asking;
  readonly #lost = new AbortController();
  readonly #ended = new AbortController();
  readonly #renewing: Promise<void>;
  #locks: readonly Schema<"Lock">[];

  /** @internal */
  constructor(api: Api, ask: Asking, granted: Granted) {
    this.#api = api;
    this.#ask = ask;
    this.#locks = granted.locks;
    this.#renewing = this.#keep(granted.askedAt);
  }

  /** The path or pattern; of several the first. */
  get path(): string {
    return this.#locks[0]!.resourcePath;
  }

  /** For writes that are guarded; of several paths the first one's. */
  get token(): number {
    return this.#locks[0]!.token;
  }

  get expiresAt(): string {
    return this.#locks[0]!.expiresAt;
  }

  /** As the server shows them, in the order asked for. */
  get locks(): readonly Schema<"Lock">[] {
    return this.#locks;
  }

  /** Aborts when the lock is lost: taken by force, taken over, or not renewed in time. */
  get signal(): AbortSignal {
    return this.#lost.signal;
  }

  /**
   * Throws `conflict` when another was granted since: ask right before a write that is not guarded. A
   * pattern's lock is asked about a path it covers.
   */
  async guard(path: string = this.path): Promise<void> {
    const own = this.#locks.find((lock) => lock.resourcePath === path) ?? this.#locks[0]!;
    await this.#api.put("/api/v1/locks/{path}/guard", {
      path: { path },
      body: { token: own.token },
    });
  }

  /** Gives it back; a second time, or when it is lost, does nothing. */
  async release(): Promise<void> {
    if (this.#ended.signal.aborted) return await this.#renewing;
    this.#ended.abort();
    // A renewal under way would otherwise arrive after the release, and lock anew.
    await this.#renewing;
    if (this.#lost.signal.aborted) return;
    for (const lock of this.#locks) await giveBack(this.#api, lock);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.release();
  }

  async #keep(askedAt: number): Promise<void> {
    const ended = this.#ended.signal;
    const { ttlMs } = this.#ask;
    let heldUntil = askedAt + ttlMs;
    for (let failures = 0; !ended.aborted;) {
      const leftMs = heldUntil - performance.now();
      if (leftMs <= 0) {
        return this.#lose(localError("timeout", `"${this.path}" was not renewed in time`));
      }
      await pause(Math.min(failures > 0 ? backoffMs(failures) : ttlMs / 3, leftMs), ended);
      if (ended.aborted) return;
      try {
        heldUntil = await this.#renew() + ttlMs;
        failures = 0;
      } catch (error) {
        if (error instanceof MusterError && !isPassing(error)) return this.#lose(error);
        failures++;
      }
    }
  }

  /** When it was asked for. */
  async #renew(): Promise<number> {
    const timeoutMs = this.#ask.ttlMs / 3;
    const { locks, askedAt } = await request(this.#api, this.#ask, { timeoutMs, retries: 0 });
    if (locks.some(({ token }, i) => token !== this.#locks[i]!.token)) {
      // It ran out and nobody wanted it: what was to be written under the old token is refused all the same.
      for (const lock of locks) await giveBack(this.#api, lock);
      throw localError("conflict", `"${this.path}" ran out and was granted anew`);
    }
    this.#locks = locks;
    return askedAt;
  }

  #lose(error: MusterError): void {
    this.#lost.abort(error);
  }
}
