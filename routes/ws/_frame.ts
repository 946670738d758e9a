/** Frames as they come in, `{type, payload}`, checked. */
import { z } from "zod";
import { AppError } from "../../lib/kernel/core/errors.ts";

const incoming = z.object({
  type: z.string().min(1).max(100),
  payload: z.unknown().optional(),
});

export function parseFrame(data: string): z.infer<typeof incoming> {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    throw new AppError("invalid_input", {
      detail: 'The frame is not JSON; send {"type": …, "payload": …}',
    });
  }
  return readPayload(incoming, value, "frame");
}

/** What a frame carries, checked; unknown members are dropped. Throws `invalid_input` naming the field. */
export function readPayload<S extends z.ZodType>(
  schema: S,
  payload: unknown,
  where = "payload",
): z.infer<S> {
  const parsed = schema.safeParse(payload ?? {});
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map((issue) => ({
    path: issue.path.map(String).join(".") || where,
    message: issue.message,
  }));
  throw new AppError("invalid_input", {
    detail: `The ${where} is not valid: ${fields[0]!.path}: ${fields[0]!.message}`,
    fields,
  });
}

/** The type of a frame in error, to tell which one it was. */
export function typeOf(data: string): string | undefined {
  try {
    const { type } = JSON.parse(data) as { type?: unknown };
    return typeof type === "string" ? type.slice(0, 100) : undefined;
  } catch {
    return undefined;
  }
}
