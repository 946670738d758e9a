/** What the caller is told when no attempt succeeded: one error that names every attempt. Pure. */
import type { ModelInfo } from "../../agents/model_port.ts";
import { AppError, type ErrorCode } from "../../kernel/core/errors.ts";
import type { Failure } from "../upstream/failure.ts";
import type { Attempt, ChatCall } from "./schema.ts";

/** What a client waits when nobody said how long. */
const RETRY_AFTER_MS = 1_000;

interface Failed {
  readonly failure: Failure;
  readonly target: ModelInfo;
}

export function finalError(
  plan: { readonly call: ChatCall },
  failures: readonly Failed[],
  attempts: readonly Attempt[],
): AppError {
  const made = failures.filter(({ failure }) => failure.outcome !== "skipped");
  const last = (made.at(-1) ?? failures.at(-1))?.failure;
  if (!last) return new AppError("unavailable", { detail: "No model could be asked", data: {} });
  const spent = spentOf(attempts);
  const build = (code: ErrorCode, detail: string, retryAfterMs?: number) =>
    new AppError(code, { detail, retryAfterMs, data: { ...spent, attempts }, cause: last.error });
  if (last.outcome === "canceled" || plan.call.signal.aborted) {
    return build("canceled", "The call was stopped: the caller was gone");
  }
  if (last.outcome === "timeout" && last.then === "stop") {
    return build("deadline_exceeded", `The deadline passed: ${told(failures)}`);
  }
  if (last.then === "stop") return extended(last.error, { ...spent, attempts });
  if (failures.every(({ failure }) => isLimited(failure))) {
    const least = Math.min(...failures.map(({ failure }) => failure.retryAfterMs ?? Infinity));
    const waitMs = Number.isFinite(least) ? Math.max(1, least) : RETRY_AFTER_MS;
    return build("rate_limited", `The rate is used up: ${told(failures)}`, waitMs);
  }
  if (made.length === 0) {
    const waitMs = Math.min(...failures.map(({ failure }) => failure.retryAfterMs ?? Infinity));
    const code = failures.every(({ failure }) => failure.error.code === "budget_exhausted")
      ? "budget_exhausted"
      : "unavailable";
    return build(
      code,
      `No model could be asked: ${told(failures)}`,
      Number.isFinite(waitMs) ? waitMs : undefined,
    );
  }
  if (new Set(made.map(({ target }) => `${target.provider}/${target.id}`)).size === 1) {
    return extended(last.error, { ...spent, attempts });
  }
  const late = made.every(({ failure }) => failure.outcome === "timeout");
  return build(
    late ? "upstream_timeout" : "upstream_failed",
    `No model answered: ${told(failures)}`,
  );
}

const isLimited = ({ outcome, status, error }: Failure) =>
  status === 429 || (outcome === "skipped" && error.code === "rate_limited");

function extended(error: AppError, data: Record<string, unknown>): AppError {
  return new AppError(error.code, {
    detail: error.detail,
    retryable: error.retryable,
    retryAfterMs: error.retryAfterMs,
    fields: error.fields,
    data: { ...error.data, ...data },
    cause: error.cause,
  });
}

function spentOf(attempts: readonly Attempt[]): Record<string, unknown> {
  const paid = attempts.filter(({ usage }) => usage !== undefined);
  if (paid.length === 0) return {};
  return {
    costMicros: paid.reduce((sum, one) => sum + one.costMicros, 0),
    usage: {
      inputTokens: paid.reduce((sum, one) => sum + one.usage!.inputTokens, 0),
      outputTokens: paid.reduce((sum, one) => sum + one.usage!.outputTokens, 0),
    },
  };
}

function told(failures: readonly Failed[]): string {
  return failures.map(({ failure, target }) =>
    `${target.id} (${target.provider}): ${failure.reason}`
  ).join("; ");
}
