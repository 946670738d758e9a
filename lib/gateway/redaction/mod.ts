/**
 * Redaction: personal data and secrets are found in a request, replaced before it leaves and put back into the
 * answer, or the request is refused. The way back belongs to one call and is never stored: what is sent, cached and
 * logged holds placeholders, and a placeholder the model invents stays what it is.
 */
export { createRedaction } from "./create.ts";
export type { Protection, Redaction, StreamRestorer } from "./schema.ts";
