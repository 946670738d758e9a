/**
 * The way to a provider: plain `fetch`, no client library between. Sends one request and gives the answer's
 * head; whatever is wrong with it is a failure with its kind. Base URLs are set by the operator, so they may
 * be private (`trusted`); redirects are not followed.
 */
import type { AppContext } from "../../kernel/context.ts";
import { AppError } from "../../kernel/core/errors.ts";
import { finishReading, type WireReply } from "../../kernel/platform/http1_reply.ts";
import type { ModelInfo } from "../../agents/model_port.ts";
import { broken, retryAfterMs, timedOut } from "../upstream_errors.ts";
import { AttemptFailed, type Failure, refusal } from "./failure.ts";
import type { Connection } from "../calls/stages.ts";
import type { Watch } from "./watch.ts";

const REFUSAL_BYTES_MAX = 65_536;
const UNBOUNDED_MS = 24 * 3_600_000;

export interface Sending {
  readonly connection: Connection;
  readonly target: ModelInfo;
  /** Below the base URL. */
  readonly path: string;
  readonly text: string;
  readonly stream: boolean;
  readonly idempotencyKey: string | undefined;
  readonly watch: Watch;
  /** Silence before the head. */
  readonly firstByteMs: number;
  /** The caller asked for exactly this model. */
  readonly named: boolean;
}

/** The answer of a provider that accepted. Throws AttemptFailed. */
export async function send(
  ctx: Pick<AppContext, "fetch" | "clock">,
  sending: Sending,
): Promise<WireReply> {
  const { connection, watch } = sending;
  const headers: Record<string, string> = {
    "content-type": "application/json",
    accept: sending.stream ? "text/event-stream" : "application/json",
  };
  if (connection.headers) Object.assign(headers, connection.headers);
  if (connection.apiKey) headers.authorization = `Bearer ${connection.apiKey}`;
  if (sending.idempotencyKey) headers["idempotency-key"] = sending.idempotencyKey;
  watch.expect(sending.firstByteMs);
  let reply: WireReply;
  try {
    reply = await post(ctx, sending, headers);
  } catch (error) {
    throw new AttemptFailed(lost(sending, error));
  }
  watch.answered();
  if (reply.status >= 200 && reply.status < 300) return reply;
  throw new AttemptFailed(await readRefusal(ctx, sending, reply));
}

async function post(
  ctx: Pick<AppContext, "fetch" | "clock">,
  { connection, path, text, watch: { signal } }: Sending,
  headers: Record<string, string>,
): Promise<WireReply> {
  const url = `${connection.baseUrl}/${path}`;
  const { wire } = ctx.fetch;
  if (wire && connection.trusted && url.startsWith("http://")) {
    return await wire.post({ url, headers, body: text, signal });
  }
  let hangUp = () => {};
  // Heard before `fetch` hears it: afterwards the body has failed already, and to cancel it closes nothing.
  signal.addEventListener("abort", () => hangUp(), { once: true });
  const response = await ctx.fetch(url, {
    method: "POST",
    headers,
    body: text,
    signal,
    // The watch bounds the time and whoever reads the answer its size.
    ...(connection.trusted
      ? { trusted: true }
      : { timeoutMs: UNBOUNDED_MS, maxBytes: Number.MAX_SAFE_INTEGER }),
  });
  const reply = replyOf(response, signal, ctx.clock);
  hangUp = reply.cancel;
  return reply;
}

/** The runtime's response, read in the same way. */
function replyOf(response: Response, signal: AbortSignal, clock: AppContext["clock"]): WireReply {
  const reader = response.body?.getReader();
  const reply = {
    status: response.status,
    headers: response.headers,
    async read() {
      const step = await reader?.read();
      if (signal.aborted) throw signal.reason;
      return step?.value ?? null;
    },
    cancel() {
      reader?.cancel().catch(() => {});
    },
    finish: () => finishReading(reply, clock),
  };
  return reply;
}

async function readRefusal(
  ctx: Pick<AppContext, "clock">,
  sending: Sending,
  reply: WireReply,
): Promise<Failure> {
  const { connection, target, named } = sending;
  const body = hideKeys(await firstBytes(reply, REFUSAL_BYTES_MAX), connection);
  return refusal({ provider: connection.name, model: target.id }, {
    status: reply.status,
    body,
    contentType: reply.headers.get("content-type") ?? "text/plain",
    retryAfterMs: retryAfterMs(reply.headers, ctx.clock.now()),
  }, named);
}

/** No head came: no connection, broken TLS, a limit in time, or the caller is gone. */
function lost({ connection, target, watch }: Sending, cause: unknown): Failure {
  const source = { provider: connection.name, model: target.id };
  if (watch.passed) return endedBy(watch, source);
  if (cause instanceof AppError && cause.code !== "upstream_failed") {
    // The guard's word: the address is not one that may be reached.
    return {
      outcome: "unreachable",
      reason: cause.detail,
      error: broken(source, cause.detail, undefined, cause),
      then: "elsewhere",
      blame: false,
    };
  }
  if (cause instanceof AppError && cause.cause === undefined) {
    // It was reached, and sends elsewhere.
    return {
      outcome: "refused",
      reason: cause.detail,
      error: broken(source, cause.detail),
      then: "next",
      blame: true,
    };
  }
  return {
    outcome: "unreachable",
    reason: `cannot be reached: ${words(cause)}`,
    error: broken(source, "cannot be reached", undefined, cause),
    then: "again",
    blame: true,
  };
}

/** A limit in time passed, or the caller is gone. Nothing was received yet. */
const STOPPING = "The server is stopping; ask again";

export function endedBy(watch: Watch, source: { provider: string; model: string }): Failure {
  if (watch.passed === "caller") {
    return {
      outcome: "canceled",
      reason: "the caller was gone",
      error: broken(source, "stopped"),
      then: "stop",
      blame: false,
    };
  }
  if (watch.passed === "stop") {
    const error = new AppError("unavailable", { detail: STOPPING, retryAfterMs: 1_000 });
    return { outcome: "cut", reason: STOPPING, error, then: "stop", blame: false };
  }
  return {
    outcome: "timeout",
    reason: watch.describe(),
    error: timedOut(source, watch.describe()),
    then: watch.passed === "deadline" ? "stop" : "next",
    blame: true,
  };
}

/** What a refused connection or a broken handshake says of itself, in short. */
function words(cause: unknown): string {
  let text = "";
  for (let one = cause; one instanceof Error && text.length < 2_000; one = one.cause) {
    text += `${one.message}; `;
  }
  if (/certificate|tls|ssl|handshake|invalidcontenttype|corrupt message/i.test(text)) {
    return "the TLS handshake failed";
  }
  if (/refused/i.test(text)) return "the connection was refused";
  if (/dns|lookup|name or service/i.test(text)) return "its name has no address";
  if (/reset|closed|broken pipe|incomplete/i.test(text)) return "the connection was closed";
  return "no connection";
}

async function firstBytes(reply: WireReply, max: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  try {
    for (let piece = await reply.read(); piece; piece = await reply.read()) {
      size += piece.length;
      text += decoder.decode(piece, { stream: true });
      if (size >= max) {
        reply.cancel();
        return text;
      }
    }
    return text + decoder.decode();
  } catch {
    // The status is what counts; its words may be missing.
    return text;
  }
}

/** Servers quote keys in their messages. */
export function hideKeys(
  text: string,
  { apiKey, headers }: Pick<Connection, "apiKey" | "headers">,
): string {
  const others = Object.values(headers ?? {}).map((value) => value.replace(/^Bearer /, ""));
  return [apiKey ?? "", ...others].filter((key) => key !== "").reduce(
    (hidden, key) => hidden.replaceAll(key, "…"),
    text,
  );
}
