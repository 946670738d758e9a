/** RFC 9457 problems as the page shows them. Network failures get one too, so that there is one kind of error. */

export interface Problem {
  /** 0 when no answer came at all. */
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly requestId?: string | undefined;
  readonly errors?: readonly { readonly path: string; readonly message: string }[] | undefined;
  readonly retryAfterMs?: number | undefined;
}

export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

const text = (value: unknown, fallback: string) =>
  typeof value === "string" && value ? value : fallback;

/** Reads whatever an unsuccessful response says; never throws. */
export async function readProblem(response: Response): Promise<Problem> {
  let body: Record<string, unknown> = {};
  try {
    const parsed = await response.json();
    if (parsed && typeof parsed === "object") body = parsed;
  } catch {
    // A proxy's HTML page or an empty body: the status has to speak for itself.
  }
  const retryAfter = Number(response.headers.get("retry-after"));
  const title = text(body.title, response.statusText || `Error ${response.status}`);
  return {
    status: response.status,
    code: text(body.code, "internal"),
    title,
    detail: text(body.detail, title),
    requestId: typeof body.requestId === "string" ? body.requestId : undefined,
    errors: Array.isArray(body.errors) ? body.errors : undefined,
    retryAfterMs: retryAfter > 0 ? retryAfter * 1000 : undefined,
  };
}

/** Any thrown value as a problem. */
export function toProblem(error: unknown): Problem {
  if (error instanceof ApiError) return error.problem;
  const offline = globalThis.navigator?.onLine === false;
  return {
    status: 0,
    code: "unavailable",
    title: offline ? "Offline" : "No connection",
    detail: offline ? "This device has no network" : "The server does not answer",
  };
}
