/** Parts that the shapes of every area are made of. Browser-safe. */
import { z } from "zod";

/** An agent's own id, literal everywhere. */
export const agentId = z.string().regex(/^[A-Za-z0-9._:@-]{1,128}$/, {
  message: 'letters, digits, ".", "_", ":", "@" and "-", at most 128',
});
export const priority = z.enum(["low", "medium", "high", "urgent"]);
export const time = z.iso.datetime();

export type Priority = z.infer<typeof priority>;
