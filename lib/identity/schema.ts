/** Roles and API keys as others see them. Browser-safe. */
import { z } from "zod";

/** From the least rights to the most; `agent` coordinates, as itself only. */
export const role = z.enum(["viewer", "agent", "member", "operator", "admin", "owner"]);
export type Role = z.infer<typeof role>;

/** What a request does, as far as rights are concerned. */
export const actionClass = z.enum(["read", "coordinate", "work", "override", "administer"]);
export type ActionClass = z.infer<typeof actionClass>;

/** The same rule as everywhere an agent is named; coordination stands to the right of this slice. */
const boundAgent = z.string().regex(/^[A-Za-z0-9._:@-]{1,128}$/, {
  message: 'letters, digits, ".", "_", ":", "@" and "-", at most 128',
});

export const apiKey = z.object({
  id: z.string(),
  name: z.string(),
  role,
  /** The one agent it acts as. */
  agentId: z.string().optional(),
  /** Its first characters, to tell it from others; never the key. */
  hint: z.string(),
  createdAt: z.iso.datetime(),
  createdBy: z.string(),
  expiresAt: z.iso.datetime().optional(),
  revokedAt: z.iso.datetime().optional(),
  revokedBy: z.string().optional(),
  /** To a few minutes; absent: never. */
  lastUsedAt: z.iso.datetime().optional(),
}).meta({ id: "ApiKey" });
export type ApiKey = z.infer<typeof apiKey>;

export const apiKeyInput = z.strictObject({
  name: z.string().trim().min(1).max(100),
  role,
  /** Needed for role `agent`. */
  agentId: boundAgent.optional(),
  /** Later than now; absent: until it is revoked. */
  expiresAt: z.iso.datetime().optional(),
}).meta({ id: "ApiKeyInput" });
export type ApiKeyInput = z.infer<typeof apiKeyInput>;
