/** An AppError in OpenAI's shape: `{error: {message, type, param, code}}`, all four always there. */
import { type AppError, type ErrorCode, ERRORS } from "../../kernel/core/errors.ts";
import { isObject, type JsonRecord } from "./refusal.ts";

export interface OpenAiError {
  readonly message: string;
  readonly type: string;
  readonly param: string | null;
  readonly code: string | null;
}

const TYPES: Partial<Record<ErrorCode, string>> = {
  unauthorized: "invalid_request_error",
  budget_exhausted: "insufficient_quota",
  forbidden: "permission_error",
  rate_limited: "rate_limit_error",
  upstream_failed: "upstream_error",
  upstream_timeout: "timeout_error",
  deadline_exceeded: "timeout_error",
};

/** Where OpenAI has a word of its own that clients look for. */
const CODES: Partial<Record<ErrorCode, string>> = {
  invalid_input: "invalid_value",
  unauthorized: "invalid_api_key",
  rate_limited: "rate_limit_exceeded",
};

/** The status of an answer: a model nobody knows is not found, wherever it was named. */
export function openAiStatus(error: AppError): number {
  return error.data?.code === "model_not_found" ? 404 : ERRORS[error.code].status;
}

/** What the client is told. An error inside stays inside: `internalDetail` is said instead. */
export function openAiError(error: AppError, internalDetail?: string): OpenAiError {
  const { code } = error;
  const { status } = ERRORS[code];
  const own = isObject(error.data?.openai)
    ? error.data.openai
    : status < 500 && error.data
    ? error.data
    : {};
  return {
    message: code === "internal" ? internalDetail ?? ERRORS.internal.title : error.detail,
    type: TYPES[code] ?? (status < 500 ? "invalid_request_error" : "server_error"),
    param: textOf(own, "param") ?? error.fields?.[0]?.path ??
      (own.code === "model_not_found" ? "model" : null),
    code: textOf(own, "code") ?? CODES[code] ?? code,
  };
}

/** The upstream's own refusal, to be passed on unchanged; null when there is none in OpenAI's shape. */
export function upstreamRefusal(error: AppError): { status: number; body: string } | null {
  const upstream = error.data?.upstream;
  if (!isObject(upstream) || typeof upstream.status !== "number") return null;
  const { status, body } = upstream;
  if (status < 400 || status > 499 || typeof body !== "string") return null;
  try {
    const parsed: unknown = JSON.parse(body);
    return isObject(parsed) && isObject(parsed.error) ? { status, body } : null;
  } catch {
    return null;
  }
}

function textOf(from: JsonRecord, name: string): string | undefined {
  const value = from[name];
  return typeof value === "string" ? value : undefined;
}
