/** How an attempt failed: what is tried next, what the breaker hears, what the caller is told in the end. */
import type { Usage } from "../../agents/model.ts";
import { AppError } from "../../kernel/core/errors.ts";
import { refused, type Source } from "../upstream_errors.ts";
import type { AttemptOutcome, UpstreamRefusal } from "../calls/schema.ts";

export interface Failure {
  readonly outcome: Exclude<AttemptOutcome, "ok">;
  /** In words; never a key. */
  readonly reason: string;
  readonly error: AppError;
  /**
   * `stop`: whoever is asked, the answer is the same; `elsewhere`: another provider may know better; `next`:
   * another model may; `again`: the same one may, after a wait.
   */
  readonly then: "stop" | "elsewhere" | "next" | "again";
  /** Tells something about the provider's health. */
  readonly blame: boolean;
  readonly status?: number;
  readonly retryAfterMs?: number;
  /** What is to be paid for although it failed. */
  readonly usage?: Usage;
}

/** Thrown inside an attempt; never leaves this folder. */
export class AttemptFailed extends Error {
  override readonly name = "AttemptFailed";
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.reason);
    this.failure = failure;
  }
}

export interface Refused {
  readonly status: number;
  readonly body: string;
  readonly contentType: string;
  readonly retryAfterMs: number | undefined;
}

/** An answer with an error status. `named`: the caller asked for exactly this model. */
export function refusal(source: Source, answer: Refused, named: boolean): Failure {
  const { status, body } = answer;
  const said = status < 400
    ? { message: "it redirects, which is not followed; check the base URL" }
    : readError(body);
  const error = refused(source, {
    status,
    message: said.message,
    ...(said.code ? { code: said.code } : {}),
    ...(said.type ? { type: said.type } : {}),
    ...(said.param ? { param: said.param } : {}),
    retryAfterMs: answer.retryAfterMs,
  });
  const then = afterStatus(status, said.code, named);
  const reason = `${status}${said.message ? ` ${said.message.slice(0, 200)}` : ""}`;
  return {
    outcome: "refused",
    reason,
    error: then === "stop"
      ? withUpstream(error, { status, body, contentType: answer.contentType })
      : error,
    then,
    blame: status >= 500 || status === 408,
    status,
    ...(answer.retryAfterMs === undefined ? {} : { retryAfterMs: answer.retryAfterMs }),
  };
}

function afterStatus(status: number, code: string | undefined, named: boolean): Failure["then"] {
  if (status === 401 || status === 403 || status === 402) return "elsewhere";
  if (code === "insufficient_quota") return "elsewhere";
  if (status === 404) return named ? "stop" : "next";
  if (status === 408 || status === 409 || status === 425 || status === 429) return "again";
  if (status >= 500) return "again";
  // A redirect is not followed: it would carry the request elsewhere.
  return status >= 400 ? "stop" : "next";
}

/** The provider's own answer beside what it means, for edges that pass it on unchanged. */
function withUpstream(error: AppError, upstream: UpstreamRefusal): AppError {
  return new AppError(error.code, {
    detail: error.detail,
    retryable: error.retryable,
    retryAfterMs: error.retryAfterMs,
    data: { ...error.data, upstream },
    cause: error.cause,
  });
}

/** What an OpenAI-shaped error body says; whatever else it is, its first words. */
export function readError(
  body: string,
): { message: string; code?: string; type?: string; param?: string } {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return { message: /^\s*</.test(body) ? "" : body.slice(0, 200).trim() };
  }
  if (typeof value !== "object" || value === null) return { message: "" };
  const inner = (value as { error?: unknown }).error ?? value;
  if (typeof inner === "string") return { message: inner };
  const { message, code, type, param } = inner as Record<string, unknown>;
  const text = (one: unknown) => one === undefined || one === null ? undefined : String(one);
  return {
    message: text(message) ?? "",
    ...(text(code) && { code: text(code) }),
    ...(text(type) && { type: text(type) }),
    ...(text(param) && { param: text(param) }),
  };
}
