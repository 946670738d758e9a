/** Who may do what: pure, a table. Every edge asks it. */
import { type ActionClass, type ApiKeyInput, type Role, role as roles } from "./schema.ts";

/**
 * `read`: look · `coordinate`: act as an agent (locks, tasks, chat, checkpoints …) · `work`: start and
 * steer runs, answer approvals · `override`: force what others hold or made · `administer`: keys,
 * settings, providers.
 */
const MAY: Readonly<Record<Role, ReadonlySet<ActionClass>>> = {
  viewer: new Set<ActionClass>(["read"]),
  agent: new Set<ActionClass>(["read", "coordinate"]),
  member: new Set<ActionClass>(["read", "coordinate", "work"]),
  operator: new Set<ActionClass>(["read", "coordinate", "work", "override"]),
  admin: new Set<ActionClass>(["read", "coordinate", "work", "override", "administer"]),
  owner: new Set<ActionClass>(["read", "coordinate", "work", "override", "administer"]),
};

export function may(role: Role, action: ActionClass): boolean {
  return MAY[role].has(action);
}

/** The least role that may do it, for messages. */
export function leastRole(action: ActionClass): Role {
  return roles.options.find((role) => may(role, action)) ?? "owner";
}

/** Whether `role` has at least the rights of `least`. */
export function isAtLeast(role: Role, least: Role): boolean {
  return roles.options.indexOf(role) >= roles.options.indexOf(least);
}

export type GrantDecision = { readonly kind: "allow" } | {
  readonly kind: "deny";
  readonly field: "role" | "agentId" | "expiresAt";
  /** `forbidden` for a right the giver lacks, `invalid_input` for a key that makes no sense. */
  readonly code: "forbidden" | "invalid_input";
  readonly reason: string;
};

/** Whether somebody of `giver`'s role may make this key. Nobody gives more than they have. */
export function decideGrant(giver: Role, input: ApiKeyInput, nowMs: number): GrantDecision {
  if (!isAtLeast(giver, input.role)) {
    const reason = `Role "${giver}" cannot make a key of role "${input.role}"`;
    return { kind: "deny", field: "role", code: "forbidden", reason };
  }
  if (input.role === "agent" && input.agentId === undefined) {
    const reason = 'A key of role "agent" acts as one agent; name it in agentId';
    return { kind: "deny", field: "agentId", code: "invalid_input", reason };
  }
  if (input.expiresAt !== undefined && Date.parse(input.expiresAt) <= nowMs) {
    const reason = `expiresAt "${input.expiresAt}" is not later than now`;
    return { kind: "deny", field: "expiresAt", code: "invalid_input", reason };
  }
  return { kind: "allow" };
}

export interface KeyState {
  readonly expiresAt?: string | undefined;
  readonly revokedAt?: string | undefined;
}

/** Whether a key may be used now. */
export function isUsable({ expiresAt, revokedAt }: KeyState, nowMs: number): boolean {
  if (revokedAt !== undefined) return false;
  return expiresAt === undefined || nowMs < Date.parse(expiresAt);
}
