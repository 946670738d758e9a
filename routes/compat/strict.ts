/** Bodies and queries of the model paths: nothing that was sent is ignored. */
import type { z } from "zod";
import { AppError } from "../../lib/kernel/core/errors.ts";

/** Throws `invalid_input` with each field and its rule. */
export function strict<S extends z.ZodType>(schema: S, given: unknown): z.infer<S> {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map(({ path, message }) => ({
    path: path.map(String).join(".") || "body",
    message,
  }));
  throw new AppError("invalid_input", {
    detail: `The request is not valid: ${fields[0]!.path}: ${fields[0]!.message}`,
    fields,
  });
}

/** Paths whose problems also say `{success: false, error}`, which their clients look for. */
export function isModelPath(path: string): boolean {
  return /^\/api\/(?:health|models|route|chat|batch|orchestrate)(?:\/|$)/.test(path);
}
