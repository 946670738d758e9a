/** The zod schema of any JSON value. Browser-safe. */
import { z } from "zod";
import type { Json } from "./json.ts";

/** Deeper values come from mistakes or attacks and would overflow whatever walks them. */
export const MAX_JSON_DEPTH = 64;

/**
 * A value that came from `JSON.parse`. Not `z.json()`: that schema refers to itself without a name,
 * which the OpenAPI generator follows for ever, and walks deep values recursively.
 */
export const jsonValue = z.unknown().superRefine((value, context) => {
  if (isDeeperThan(value, MAX_JSON_DEPTH)) {
    context.addIssue({ code: "custom", message: `nested deeper than ${MAX_JSON_DEPTH} levels` });
  }
}) as unknown as z.ZodType<Json>;

/** Level by level: recursion would overflow on what it is asked about. */
export function isDeeperThan(value: unknown, limit: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limit) return true;
    level = level.flatMap((v) => v !== null && typeof v === "object" ? Object.values(v) : []);
  }
  return false;
}
