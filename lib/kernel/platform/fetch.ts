/**
 * Requests to the outside. URLs from models, tools and tenants go through the guard: every address the
 * name resolves to must be public, the connection is pinned to the checked one, redirects are refused
 * or checked again. Base URLs from the environment or an admin are `trusted` and may be private.
 */
import { lookup } from "node:dns/promises";
import * as http from "node:http";
import * as https from "node:https";
import { Readable } from "node:stream";
import type { Clock } from "../core/clock.ts";
import { AppError } from "../core/errors.ts";
import { WirePool } from "./http1.ts";
import { isAddress, isPublicAddress } from "./address.ts";

export interface OutboundInit extends RequestInit {
  /** The URL's host was set by the operator: no address check. */
  readonly trusted?: boolean;
  /** Until the response's headers have arrived, and again for its body. Default 30 000, for trusted hosts none (0). */
  readonly timeoutMs?: number;
  /** Of the decoded response body; past it reading fails. Default 10 MiB, for trusted hosts none. */
  readonly maxBytes?: number;
  /** Redirects followed, each checked anew. Default 0: a redirect is an error. */
  readonly redirects?: number;
}

export interface OutboundFetch {
  (url: string | URL, init?: OutboundInit): Promise<Response>;
  /** Posts to trusted plain-HTTP hosts, where the program's own connections serve. To be closed at the end. */
  readonly wire?: WirePool;
}

/** Every address a name has. */
export type Resolver = (host: string) => Promise<readonly { address: string; family: number }[]>;

export interface OutboundOptions {
  readonly clock: Pick<Clock, "timer"> & Partial<Pick<Clock, "mono">>;
  /** Connections of our own to trusted plain-HTTP hosts; not where a proxy stands between. */
  readonly wire?: boolean;
  readonly resolve?: Resolver;
  /** For tests of the transport itself against a local server. */
  readonly isAllowed?: (address: string) => boolean;
}

const TIMEOUT_MS = 30_000;
const MAX_BYTES = 10 * 1024 * 1024;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

export function createOutboundFetch(options: OutboundOptions): OutboundFetch {
  const guard = {
    resolve: options.resolve ?? ((host: string) => lookup(host, { all: true })),
    isAllowed: options.isAllowed ?? isPublicAddress,
  };
  const { clock } = options;
  const { mono } = clock;
  const wire = options.wire && mono
    ? new WirePool({ mono: () => mono.call(clock), timer: (ms, fn) => clock.timer(ms, fn) })
    : undefined;
  const guarded: OutboundFetch = async (input, init = {}) => {
    if (init.trusted && !init.timeoutMs && !init.maxBytes && !init.redirects) {
      return await straight(input, init);
    }
    const deadline = startDeadline(
      options.clock,
      init.timeoutMs ?? (init.trusted ? 0 : TIMEOUT_MS),
      init.signal,
    );
    let url = checkUrl(input);
    let request = new Request(url, { ...init, signal: deadline.signal, redirect: "manual" });
    const body = init.trusted ? undefined : new Uint8Array(await request.arrayBuffer());
    try {
      for (let hop = 0;; hop++) {
        const response = init.trusted
          ? await fetch(request)
          : await pinnedRequest(url, request, hop === 0 ? body : undefined, guard);
        const location = REDIRECTS.has(response.status) ? response.headers.get("location") : null;
        if (location === null) {
          const maxBytes = init.maxBytes ?? (init.trusted ? Infinity : MAX_BYTES);
          return bounded(response, maxBytes, deadline, url);
        }
        await response.body?.cancel();
        const next = redirected(url, location, hop, init);
        request = followUp(request, url, next, deadline.signal);
        url = next;
      }
    } catch (error) {
      deadline.end();
      throw translate(error, url, deadline);
    }
  };
  return wire ? Object.assign(guarded, { wire }) : guarded;
}

/**
 * A trusted host without a limit of ours: the runtime's own response, whose body nobody stands before. A broken
 * body fails as the runtime says it.
 */
async function straight(input: string | URL, init: OutboundInit): Promise<Response> {
  const url = checkUrl(input);
  let response: Response;
  try {
    response = await fetch(url, { ...init, redirect: "manual" });
  } catch (error) {
    if (error instanceof AppError) throw error;
    if (init.signal?.aborted) throw init.signal.reason;
    throw new AppError("upstream_failed", {
      detail: `${url.host} cannot be reached`,
      cause: error,
    });
  }
  const location = REDIRECTS.has(response.status) ? response.headers.get("location") : null;
  if (location === null) return response;
  await response.body?.cancel();
  redirected(url, location, 0, init);
  return response;
}

/** The URL when it is http(s) and names no user; throws `invalid_input`. */
function checkUrl(input: string | URL): URL {
  const url = URL.canParse(String(input)) ? new URL(String(input)) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new AppError("invalid_input", { detail: `"${input}" is not an http or https URL` });
  }
  if (url.username || url.password) {
    throw new AppError("invalid_input", {
      detail: `The URL to ${url.host} carries a user name or password; send a header instead`,
    });
  }
  return url;
}

async function checkedAddress(
  url: URL,
  guard: { resolve: Resolver; isAllowed: (address: string) => boolean },
): Promise<{ address: string; family: number }> {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const found = isAddress(host)
    ? [{ address: host, family: host.includes(":") ? 6 : 4 }]
    : await guard.resolve(host);
  // One private address among several is enough to refuse: the next connection might take it.
  const closed = found.find(({ address }) => !guard.isAllowed(address));
  if (found.length > 0 && !closed) return found[0]!;
  throw new AppError("forbidden", {
    detail: closed
      ? `"${url.hostname}" is at ${closed.address}, which is not a public address`
      : `"${url.hostname}" has no address`,
  });
}

/** A name server that is silent is waited for no longer than the request may take. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const stop = () => aborted.reject(signal.reason);
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

async function pinnedRequest(
  url: URL,
  request: Request,
  body: Uint8Array | undefined,
  guard: { resolve: Resolver; isAllowed: (address: string) => boolean },
): Promise<Response> {
  const pinned = await unlessAborted(checkedAddress(url, guard), request.signal);
  const headers: Record<string, string> = Object.fromEntries(request.headers);
  headers["accept-encoding"] = "gzip, identity";
  if (body && body.length > 0) headers["content-length"] = String(body.length);
  const message = await new Promise<http.IncomingMessage>((resolve, reject) => {
    const outgoing = (url.protocol === "https:" ? https : http).request(url, {
      method: request.method,
      headers,
      agent: false,
      signal: request.signal,
      lookup: (_host, options, done) =>
        options.all ? done(null, [pinned]) : done(null, pinned.address, pinned.family),
    }, resolve);
    outgoing.on("error", reject);
    outgoing.end(body && body.length > 0 ? body : undefined);
  });
  return asResponse(message);
}

function asResponse(message: http.IncomingMessage): Response {
  const headers = new Headers();
  for (let i = 0; i < message.rawHeaders.length; i += 2) {
    headers.append(message.rawHeaders[i]!, message.rawHeaders[i + 1]!);
  }
  const status = message.statusCode ?? 502;
  if (status === 204 || status === 205 || status === 304) {
    message.resume();
    return new Response(null, { status, headers });
  }
  let body = Readable.toWeb(message) as ReadableStream<Uint8Array<ArrayBuffer>>;
  const encoding = headers.get("content-encoding")?.toLowerCase();
  if (encoding === "gzip") {
    body = body.pipeThrough(new DecompressionStream("gzip"));
    headers.delete("content-encoding");
    headers.delete("content-length");
  } else if (encoding && encoding !== "identity") {
    message.destroy();
    throw new AppError("upstream_failed", { detail: `Unexpected content encoding "${encoding}"` });
  }
  return new Response(body, { status, headers });
}

function redirected(from: URL, location: string, hop: number, init: OutboundInit): URL {
  if (hop >= (init.redirects ?? 0)) {
    throw new AppError("upstream_failed", {
      detail: `${from.host} redirects to "${location}", which is not followed`,
    });
  }
  const next = checkUrl(URL.canParse(location, from) ? new URL(location, from) : location);
  if (init.trusted && next.origin !== from.origin) {
    throw new AppError("upstream_failed", {
      detail: `${from.host} redirects to another origin, "${next.origin}", which is not trusted`,
    });
  }
  return next;
}

/** A redirect is followed as GET without a body; credentials stay with their origin. */
function followUp(request: Request, from: URL, to: URL, signal: AbortSignal): Request {
  const headers = new Headers(request.headers);
  for (const name of ["content-type", "content-length"]) headers.delete(name);
  if (from.origin !== to.origin) {
    for (const name of ["authorization", "cookie", "proxy-authorization"]) headers.delete(name);
  }
  const method = request.method === "HEAD" ? "HEAD" : "GET";
  return new Request(to, { method, headers, signal, redirect: "manual" });
}

interface Deadline {
  readonly signal: AbortSignal;
  timedOut(): boolean;
  /** Starts the time again, for the body. */
  restart(): void;
  end(): void;
}

function startDeadline(
  clock: Pick<Clock, "timer">,
  ms: number,
  outer: AbortSignal | null | undefined,
): Deadline {
  const timeout = new AbortController();
  const arm = () => ms > 0 ? clock.timer(ms, () => timeout.abort()) : () => {};
  let cancel = arm();
  return {
    signal: outer ? AbortSignal.any([timeout.signal, outer]) : timeout.signal,
    timedOut: () => timeout.signal.aborted,
    restart: () => {
      cancel();
      cancel = arm();
    },
    end: () => cancel(),
  };
}

/** The response with its body counted, and every way of failing translated. */
function bounded(response: Response, maxBytes: number, deadline: Deadline, url: URL): Response {
  if (!response.body) {
    deadline.end();
    return response;
  }
  deadline.restart();
  const reader = response.body.getReader();
  let size = 0;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (done) {
          deadline.end();
          return controller.close();
        }
        size += value.length;
        if (size > maxBytes) {
          throw new AppError("upstream_failed", {
            detail: `The answer of ${url.host} is larger than ${maxBytes} bytes`,
          });
        }
        controller.enqueue(value);
      } catch (error) {
        deadline.end();
        reader.cancel().catch(() => {});
        controller.error(translate(error, url, deadline));
      }
    },
    cancel(reason) {
      deadline.end();
      return reader.cancel(reason);
    },
  }, { highWaterMark: 0 });
  return new Response(body, response);
}

function translate(error: unknown, url: URL, deadline: Deadline): unknown {
  if (error instanceof AppError) return error;
  if (deadline.timedOut()) {
    return new AppError("upstream_timeout", {
      detail: `${url.host} did not answer in time`,
      cause: error,
    });
  }
  // The caller's own abort stays what it is.
  if (deadline.signal.aborted) return deadline.signal.reason;
  return new AppError("upstream_failed", {
    detail: `${url.host} cannot be reached`,
    cause: error,
  });
}
