/** Records travel whole in one event of a stream, so each has a size. */
import { AppError } from "../kernel/core/errors.ts";

const encoder = new TextEncoder();

/** Throws `payload_too_large`. Sizes are bytes of the JSON. */
export function requireSize(name: string, record: unknown, maxBytes: number): void {
  const sizeBytes = encoder.encode(JSON.stringify(record)).length;
  if (sizeBytes <= maxBytes) return;
  throw new AppError("payload_too_large", {
    detail:
      `This ${name} has ${sizeBytes} bytes, at most ${maxBytes}; keep long text in a file and name the file`,
  });
}
