/** How a wrong request is refused on OpenAI's surface: the parameter, and what is wrong with it. */
import { AppError } from "../../kernel/core/errors.ts";

export type JsonRecord = Readonly<Record<string, unknown>>;

/** Deeper JSON is nobody's request, and would overflow whoever writes it out again. */
const DEPTH_MAX = 100;

export function isObject(value: unknown): value is JsonRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `invalid_input` with OpenAI's `param` and `code` in `data.openai`. */
export function refuse(
  detail: string,
  { param, code }: { readonly param?: string; readonly code: string },
): AppError {
  return new AppError("invalid_input", {
    detail,
    data: { openai: { param: param ?? null, code } },
    fields: [{ path: param ?? "body", message: detail }],
  });
}

/** A value as a message may quote it. */
export function describe(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === "object") return "an object";
  if (typeof value === "string") {
    return `'${value.length > 40 ? `${value.slice(0, 40)}…` : value}'`.toWellFormed();
  }
  return String(value);
}

/** Throws `invalid_input` for JSON that is nested deeper than any request. */
export function requireShallow(value: unknown): void {
  if (!isShallow(value, DEPTH_MAX)) {
    throw refuse(`The body is nested deeper than ${DEPTH_MAX} levels`, { code: "invalid_value" });
  }
}

function isShallow(value: unknown, left: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (left === 0) return false;
  if (Array.isArray(value)) {
    for (const item of value) if (!isShallow(item, left - 1)) return false;
    return true;
  }
  for (const name in value) {
    if (!isShallow((value as JsonRecord)[name], left - 1)) return false;
  }
  return true;
}
