/** Provider failures as AppErrors: what the engine may retry, how long to wait, and what to tell a person. */
import type { Usage } from "../agents/model.ts";
import { AppError } from "../kernel/core/errors.ts";

/** Where a failure happened. */
export interface Source {
  readonly provider: string;
  readonly model: string;
}

/** What had been received, and must be paid for, when a call broke off. */
export interface Partial {
  readonly partialText: string;
  readonly usage: Usage;
  readonly costMicros: number;
}

interface Refusal {
  readonly status: number;
  readonly message: string;
  readonly code?: string;
  readonly type?: string;
  readonly param?: string;
  readonly retryAfterMs?: number;
}

/** A status with the provider's own words; requests that are wrong keep them, keys are never repeated. */
export function refused(source: Source, refusal: Refusal): AppError {
  const { status, message } = refusal;
  const { provider, model } = source;
  const data = {
    provider,
    model,
    status,
    ...(refusal.code === undefined ? {} : { code: refusal.code }),
    ...(refusal.type === undefined ? {} : { type: refusal.type }),
    ...(refusal.param === undefined ? {} : { param: refusal.param }),
  };
  const said = message ? `: ${message}` : "";
  if (status === 401 || status === 403) {
    return new AppError("upstream_failed", {
      detail:
        `${provider} refuses the configured key (${status}); check the key and what it may use`,
      retryable: false,
      data,
    });
  }
  if (status === 402 || refusal.code === "insufficient_quota") {
    return new AppError("upstream_failed", {
      detail: `${provider} has no credit left${said}`,
      retryable: false,
      data,
    });
  }
  if (status === 404 || refusal.code === "model_not_found") {
    return new AppError("not_found", {
      detail: `${provider} does not offer the model "${model}"${said}`,
      data,
    });
  }
  if (status === 408 || status === 504) {
    return new AppError("upstream_timeout", {
      detail: `${provider} timed out (${status})${said}`,
      data,
      retryAfterMs: refusal.retryAfterMs,
    });
  }
  if (status === 429) {
    return new AppError("rate_limited", {
      detail: `${provider} limits the rate of calls${said}`,
      data,
      retryAfterMs: refusal.retryAfterMs,
    });
  }
  if (status === 413) {
    return new AppError("payload_too_large", {
      detail: `${provider} finds the request too large${said}`,
      data,
    });
  }
  if (status >= 400 && status < 500 && status !== 409 && status !== 425) {
    return new AppError("invalid_input", {
      detail: message || `${provider} answered ${status}`,
      data,
    });
  }
  return new AppError("upstream_failed", {
    detail: `${provider} answered ${status}${said}`,
    data,
    retryAfterMs: refusal.retryAfterMs,
  });
}

/** The connection, the stream or its content broke. */
export function broken(source: Source, what: string, partial?: Partial, cause?: unknown): AppError {
  return new AppError("upstream_failed", {
    detail: `${source.provider}: ${what}`,
    data: { ...source, ...partial },
    cause,
  });
}

export function timedOut(source: Source, what: string, partial?: Partial): AppError {
  return new AppError("upstream_timeout", {
    detail: `${source.provider}: ${what}`,
    data: { ...source, ...partial },
  });
}

/** The caller gave up; what was produced until then is in `data`. */
export function aborted(source: Source, partial: Partial | undefined, cause: unknown): AppError {
  return new AppError("canceled", {
    detail: `The call to "${source.model}" was stopped`,
    data: { ...source, ...partial },
    cause,
  });
}

/** Wait asked for by `retry-after-ms` or `retry-after` (seconds or a date); undefined when none or senseless. */
export function retryAfterMs(
  headers: { get(name: string): string | null },
  now: number,
): number | undefined {
  const ms = Number(headers.get("retry-after-ms") ?? NaN);
  if (Number.isFinite(ms) && ms >= 0) return ms;
  const after = headers.get("retry-after");
  if (after === null) return undefined;
  const seconds = Number(after);
  if (Number.isFinite(seconds)) return seconds >= 0 ? Math.ceil(seconds * 1_000) : undefined;
  const at = Date.parse(after);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
