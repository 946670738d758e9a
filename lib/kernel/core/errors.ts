/** The one table of error codes: every edge (HTTP, JSON-RPC, worker, stream) translates from here. */

interface ErrorRow {
  readonly status: number;
  readonly rpc: number;
  readonly retryable: boolean;
  readonly title: string;
}

const row = (status: number, rpc: number, retryable: boolean, title: string): ErrorRow => ({
  status,
  rpc,
  retryable,
  title,
});

export const ERRORS = {
  invalid_input: row(400, -32602, false, "Invalid input"),
  unauthorized: row(401, -32001, false, "Sign-in needed"),
  budget_exhausted: row(402, -32012, false, "Budget exhausted"),
  forbidden: row(403, -32003, false, "Not allowed"),
  not_found: row(404, -32004, false, "Not found"),
  method_not_allowed: row(405, -32601, false, "Method not allowed"),
  not_acceptable: row(406, -32006, false, "Not acceptable"),
  conflict: row(409, -32009, true, "Conflict"),
  gone: row(410, -32010, false, "Gone"),
  precondition_failed: row(412, -32013, false, "Precondition failed"),
  payload_too_large: row(413, -32014, false, "Payload too large"),
  unsupported_media_type: row(415, -32015, false, "Unsupported media type"),
  idempotency_mismatch: row(422, -32016, false, "Idempotency key used with another body"),
  spawn_limit: row(422, -32017, false, "Spawn limit reached"),
  nondeterministic_agent: row(500, -32018, false, "Agent took another path than recorded"),
  outcome_unknown: row(409, -32019, false, "Outcome unknown"),
  rejected: row(409, -32020, false, "Rejected"),
  canceled: row(409, -32021, false, "Canceled"),
  rate_limited: row(429, -32029, true, "Too many requests"),
  internal: row(500, -32603, false, "Internal error"),
  upstream_failed: row(502, -32022, true, "Upstream failed"),
  unavailable: row(503, -32023, true, "Unavailable"),
  admin_key_required: row(503, -32024, false, "Admin key required"),
  keystore_locked: row(503, -32025, false, "Keystore locked"),
  upstream_timeout: row(504, -32026, true, "Upstream timed out"),
  deadline_exceeded: row(504, -32027, false, "Deadline exceeded"),
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof ERRORS;

export interface FieldError {
  readonly path: string;
  readonly message: string;
}

export interface AppErrorOptions {
  /** What failed, with the values quoted, and what to do next. Sentence case, no final period. */
  readonly detail?: string;
  readonly data?: Record<string, unknown>;
  /** Members the answer carries beside the problem's own, such as who holds a lock (RFC 9457, 3.2). */
  readonly extension?: Record<string, unknown>;
  readonly fields?: readonly FieldError[];
  readonly retryAfterMs?: number;
  /** Where this case differs from its code's row, such as a refused provider key. */
  readonly retryable?: boolean;
  readonly cause?: unknown;
}

/** The only error class thrown on purpose. Anything else reaches an edge as `internal`. */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: ErrorCode;
  readonly detail: string;
  readonly data: Record<string, unknown> | undefined;
  readonly extension: Record<string, unknown> | undefined;
  readonly fields: readonly FieldError[] | undefined;
  readonly retryAfterMs: number | undefined;
  readonly retryable: boolean;

  constructor(code: ErrorCode, options: AppErrorOptions = {}) {
    const detail = options.detail ?? ERRORS[code].title;
    super(`${code}: ${detail}`, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.detail = detail;
    this.data = options.data;
    this.extension = options.extension;
    this.fields = options.fields;
    this.retryAfterMs = options.retryAfterMs;
    this.retryable = options.retryable ?? ERRORS[code].retryable;
  }

  get status(): number {
    return ERRORS[this.code].status;
  }
}

/** An unknown thrown value as an AppError; what is not one becomes `internal` and keeps its message only as cause. */
export function toAppError(error: unknown): AppError {
  return error instanceof AppError ? error : new AppError("internal", { cause: error });
}
