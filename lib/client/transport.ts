/**
 * One request: key, agent, JSON, time limit, and repeats. What can be repeated without doing anything
 * twice is repeated by itself: reads, writes with an idempotency key, and updates that name a version.
 */
import { errorOf, localError, MusterError } from "./error.ts";
import { backoffMs, Deadline, pause, randomKey } from "./waiting.ts";

export interface ConnectOptions {
  /** Default: where this file was loaded from, else the page's own server, else http://127.0.0.1:8000. */
  readonly url?: string;
  /** `mst_…` or the admin key. Needed unless the server is open or the page has a session there. */
  readonly key?: string;
  /** Whom to act as; a key bound to an agent needs none. */
  readonly agentId?: string;
  /** Repeats of a request that may be repeated. Default 4. */
  readonly retries?: number;
  /** For an answer to come. Default 60 000. */
  readonly timeoutMs?: number;
  readonly fetch?: typeof fetch;
  /** Where the platform has none, as Node before 22. */
  readonly WebSocket?: typeof WebSocket;
}

export interface SendOptions {
  readonly query?: object | undefined;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly idempotencyKey?: string | null | undefined;
  readonly ifMatch?: string | undefined;
  readonly timeoutMs?: number | undefined;
  /** May be repeated though it is a write without a key: the server takes a repeat for the same. */
  readonly repeatable?: boolean;
  /** Default: those of the connection. */
  readonly retries?: number;
}

const RETRIES = 4;
const TIMEOUT_MS = 60_000;
/** The server will not change its mind by itself. */
const LASTING = new Set(["admin_key_required", "keystore_locked"]);

export class Transport {
  readonly url: string;
  readonly agentId: string | undefined;
  readonly key: string | undefined;
  readonly #retries: number;
  readonly #timeoutMs: number;
  readonly #fetch: typeof fetch;

  constructor(options: ConnectOptions) {
    this.url = (options.url ?? defaultUrl()).replace(/\/+$/, "");
    this.key = options.key;
    this.agentId = options.agentId;
    this.#retries = options.retries ?? RETRIES;
    this.#timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
    this.#fetch = options.fetch ?? ((input, init) => fetch(input, init));
  }

  /** The JSON of the answer; undefined for none. Throws `MusterError`, or the signal's reason. */
  async send<T>(method: string, path: string, options: SendOptions = {}): Promise<T> {
    const upper = method.toUpperCase();
    const key = options.idempotencyKey === undefined && upper === "POST" && !options.repeatable
      ? randomKey()
      : options.idempotencyKey ?? undefined;
    const repeatable = upper !== "POST" && upper !== "PATCH" || key !== undefined ||
      options.repeatable === true || options.ifMatch !== undefined;
    for (let attempt = 0;; attempt++) {
      try {
        return await this.#once<T>(upper, path, key, options);
      } catch (error) {
        const again = repeatable && attempt < (options.retries ?? this.#retries) &&
          isPassing(error);
        if (!again || options.signal?.aborted) throw error;
        await pause(waitOf(error, attempt), options.signal);
        options.signal?.throwIfAborted();
      }
    }
  }

  /** The answer itself, its body not yet read; the caller ends it by the signal. Not repeated. */
  async open(
    path: string,
    headers: Record<string, string>,
    signal: AbortSignal,
  ): Promise<Response> {
    const response = await this.#reach(path, { headers: this.#headers(headers), signal });
    if (response.ok) return response;
    throw await errorOf(response);
  }

  async #once<T>(
    method: string,
    path: string,
    key: string | undefined,
    options: SendOptions,
  ): Promise<T> {
    options.signal?.throwIfAborted();
    const timeoutMs = options.timeoutMs ?? this.#timeoutMs;
    const deadline = new Deadline(timeoutMs, options.signal);
    try {
      const response = await this.#reach(path + queryText(options.query), {
        method,
        headers: this.#headers({
          accept: "application/json",
          ...(options.body !== undefined && { "content-type": "application/json" }),
          ...(key !== undefined && { "idempotency-key": key }),
          ...(options.ifMatch !== undefined && { "if-match": options.ifMatch }),
          ...options.headers,
        }),
        ...(options.body !== undefined && { body: JSON.stringify(options.body) }),
        signal: deadline.signal,
      });
      if (!response.ok) throw await errorOf(response);
      const text = await response.text();
      return (text === "" ? undefined : JSON.parse(text)) as T;
    } catch (error) {
      if (options.signal?.aborted) throw options.signal.reason;
      if (deadline.timedOut) {
        throw localError("timeout", `${method} ${path} had no answer in ${timeoutMs} ms`, error);
      }
      if (error instanceof MusterError) throw error;
      throw localError("unreachable", `The connection to ${this.url} broke`, error);
    } finally {
      deadline.end();
    }
  }

  async #reach(path: string, init: RequestInit): Promise<Response> {
    try {
      return await this.#fetch(this.url + path, init);
    } catch (error) {
      if (init.signal?.aborted) throw error;
      throw localError("unreachable", `No server answers at ${this.url}`, error);
    }
  }

  #headers(more: Record<string, string>): Record<string, string> {
    return {
      ...(this.key !== undefined && { authorization: `Bearer ${this.key}` }),
      ...(this.agentId !== undefined && { "x-agent-id": this.agentId }),
      ...more,
    };
  }
}

/** Trouble that may be over by the next attempt. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof MusterError) || LASTING.has(error.code)) return false;
  const { status, code, retryAfterMs } = error;
  if (status === 0) return code === "unreachable" || code === "timeout";
  // A conflict with a time is a first request still running, or a record others keep changing.
  return status === 429 || status >= 502 || (status === 409 && retryAfterMs !== undefined);
}

export function waitOf(error: unknown, attempt: number): number {
  const asked = error instanceof MusterError ? error.retryAfterMs : undefined;
  return Math.max(asked ?? 0, backoffMs(attempt));
}

/** `{id}` filled in, each value one segment. */
export function fillPath(path: string, values: object = {}): string {
  return path.replace(
    /\{(\w+)\}/g,
    (_, name: string) => encodeURIComponent(String((values as Record<string, unknown>)[name])),
  );
}

export function queryText(query: object = {}): string {
  const entries = Object.entries(query).filter(([, value]) => value !== undefined);
  if (entries.length === 0) return "";
  return `?${new URLSearchParams(entries.map(([name, value]) => [name, String(value)]))}`;
}

function defaultUrl(): string {
  const loaded = new URL(import.meta.url);
  if (/^https?:$/.test(loaded.protocol)) return loaded.origin;
  const page = (globalThis as { location?: { origin?: string } }).location?.origin;
  return page && /^https?:/.test(page) ? page : "http://127.0.0.1:8000";
}
