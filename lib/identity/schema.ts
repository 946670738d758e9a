/** Roles and API keys as others see them. Browser-safe. */
import { z } from "zod";

/** From the least rights to the most, `agent` apart: it does less than a member, and as itself only. */
export const role = z.enum(["viewer", "agent", "member", "operator", "admin", "owner"]);
export type Role = z.infer<typeof role>;

/** What a request does, as far as rights are concerned. */
export const ACTION_CLASSES = ["read", "coordinate", "work", "override", "administer"] as const;
export type ActionClass = typeof ACTION_CLASSES[number];
