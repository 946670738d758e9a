/** What every root agent is started with, and reading a pattern's own inputs out of it. */
import { z } from "zod";
import { AppError } from "../../kernel/core/errors.ts";
import { jsonValue } from "../../kernel/core/json_schema.ts";

export const rootInput = z.object({
  intent: z.string().min(1),
  inputs: z.record(z.string(), jsonValue).optional(),
  /** Named by the person: used for every model call. */
  model: z.string().optional(),
});

export type RootInput = z.infer<typeof rootInput>;

/** The pattern's inputs; throws `invalid_input` naming each field under `inputs`. */
export function readInputs<T>(schema: z.ZodType<T>, input: Pick<RootInput, "inputs">): T {
  const parsed = schema.safeParse(input.inputs ?? {});
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map((issue) => ({
    path: ["inputs", ...issue.path].join("."),
    message: issue.message,
  }));
  throw new AppError("invalid_input", {
    detail: `The inputs do not fit: ${fields.map((f) => `${f.path}: ${f.message}`).join("; ")}`,
    fields,
  });
}

/** A title from a request: its first line, shortened. */
export function firstLine(text: string): string {
  const line = text.split("\n", 1)[0]!.trim();
  return line.length <= 80 ? line : `${line.slice(0, 79)}…`;
}
