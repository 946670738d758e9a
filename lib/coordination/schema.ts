/** Parts that the shapes of every area are made of. Browser-safe. */
import { z } from "zod";

/** What callers call their agents, tasks and zones: literal everywhere, and a segment of paths. */
export const chosenId = z.string().regex(/^[A-Za-z0-9._:@-]{1,128}$/, {
  message: 'letters, digits, ".", "_", ":", "@" and "-", at most 128',
}).refine((id) => id !== "." && id !== "..", { message: 'not "." or ".."' });

export const agentId = chosenId;
export const priority = z.enum(["low", "medium", "high", "urgent"]);
export const time = z.iso.datetime();

/**
 * JSON can carry half a surrogate pair; programs in other languages cannot read the whole answer it stands in,
 * so one agent's words would keep all from reading. A check and no pattern.
 */
export const wholeText = z.string().refine((text) => text.isWellFormed(), {
  message: "holds half a surrogate pair, which is no character",
});

export type Priority = z.infer<typeof priority>;
