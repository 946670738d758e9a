/** What went wrong, as the server said it (RFC 9457), or why it could not be asked. */

export interface FieldProblem {
  readonly path: string;
  readonly message: string;
}

/** A problem's members; an error may carry more, such as `lockedBy` of a lock. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  /** HTTP status; 0: no answer came. */
  readonly status: number;
  readonly detail: string;
  /** The server's code, or `unreachable`, `timeout`, `closed`. */
  readonly code: string;
  readonly requestId?: string;
  readonly errors?: readonly FieldProblem[];
  readonly [member: string]: unknown;
}

/** The one error this client throws, besides the reason of your own `AbortSignal`. */
export class MusterError extends Error {
  override readonly name = "MusterError";
  readonly problem: Problem;
  /** How long the server asks to wait before trying again. */
  readonly retryAfterMs: number | undefined;

  constructor(problem: Problem, retryAfterMs?: number, cause?: unknown) {
    super(problem.detail, cause === undefined ? undefined : { cause });
    this.problem = problem;
    this.retryAfterMs = retryAfterMs;
  }

  get code(): string {
    return this.problem.code;
  }

  get status(): number {
    return this.problem.status;
  }

  /** The fields that were wrong, of an `invalid_input`. */
  get errors(): readonly FieldProblem[] {
    return this.problem.errors ?? [];
  }
}

/** For `catch`: a MusterError, of this code where one is given. */
export function isMusterError(error: unknown, code?: string): error is MusterError {
  return error instanceof MusterError && (code === undefined || error.code === code);
}

export function localError(code: string, detail: string, cause?: unknown): MusterError {
  return new MusterError(
    { type: "about:blank", title: detail, status: 0, detail, code },
    undefined,
    cause,
  );
}

/** The error an answer that is not 2xx stands for; also of a proxy that does not speak our problems. */
export async function errorOf(response: Response): Promise<MusterError> {
  const seconds = Number(response.headers.get("retry-after") ?? NaN);
  const retryAfterMs = Number.isFinite(seconds) ? seconds * 1000 : undefined;
  const text = await response.text().catch(() => "");
  const said = parseObject(text);
  const { status } = response;
  const detail = said.detail ?? said.error ?? `The server answered ${status}`;
  return new MusterError(
    {
      type: "about:blank",
      title: String(detail),
      code: FROM_STATUS[status] ?? (status >= 500 ? "internal" : "invalid_input"),
      ...said,
      detail: String(detail),
      status,
    },
    retryAfterMs,
  );
}

const FROM_STATUS: Readonly<Record<number, string>> = {
  401: "unauthorized",
  403: "forbidden",
  404: "not_found",
  409: "conflict",
  429: "rate_limited",
  502: "upstream_failed",
  503: "unavailable",
  504: "upstream_timeout",
};

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value as Record<string, unknown> : {};
  } catch {
    return {};
  }
}
