/**
 * Redaction: what is found in a request is replaced by placeholders before the request leaves Muster, and put
 * back into the answer. Browser-safe.
 */
import { z } from "zod";
import type { JsonObject } from "../../kernel/core/json.ts";

export const REDACTION_KINDS = ["email", "phone", "card", "iban", "key", "name"] as const;
export type RedactionKind = typeof REDACTION_KINDS[number];

export const redactionSettings = z.strictObject({
  mode: z.enum(["off", "replace", "block"]).default("off").meta({
    description:
      "replace: placeholders are sent and the answer gets the values back; block: the request is refused",
  }),
  kinds: z.array(z.enum(REDACTION_KINDS)).default([...REDACTION_KINDS]),
  names: z.array(z.string().trim().min(2).max(100)).max(1_000).default([]).meta({
    description: "People, projects, customers … that must not leave",
  }),
  phoneRegions: z.array(z.string().regex(/^[A-Z]{2}$/)).max(20).default(["US", "GB", "DE", "FR"])
    .meta({
      description: "Countries (ISO 3166) whose phone numbers are known without their country code",
    }),
});
export type RedactionSettings = z.infer<typeof redactionSettings>;

export type FoundCounts = Readonly<Partial<Record<RedactionKind, number>>>;

/** One request made safe, and the way back. Each call has its own: no other caller's value can be restored. */
export interface Protection {
  /** What may be sent, cached and logged. The very object given when nothing was found. */
  readonly body: JsonObject;
  /** Different values found, by kind; empty when none. */
  readonly found: FoundCounts;
  /** A whole answer (OpenAI's JSON) with the values back in their places. */
  restore(answer: string): string;
  /** A new one for each stream. */
  restorer(): StreamRestorer;
}

/** Gives values back in a stream's chunks, also where a placeholder is split over several. */
export interface StreamRestorer {
  /** The data of one chunk for the data of one chunk. What may be the beginning of a placeholder is held back. */
  take(chunk: string): string;
  /** To be called once no chunk follows, before an error chunk too: what was held back, as a chunk, or null. */
  end(): string | null;
}

export interface Redaction {
  /** Throws `invalid_input` naming kinds and places, never values, in mode `block`. */
  protect(body: JsonObject, settings: RedactionSettings): Promise<Protection>;
}
