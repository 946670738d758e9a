/** Who may do what: one pure function, a table. Every edge asks it. */
import type { ActionClass, Role } from "./schema.ts";

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
  const rising: readonly Role[] = ["viewer", "agent", "member", "operator", "admin"];
  return rising.find((role) => may(role, action)) ?? "owner";
}

const RANK: Readonly<Record<Role, number>> = {
  viewer: 0,
  agent: 1,
  member: 2,
  operator: 3,
  admin: 4,
  owner: 5,
};

/** Whether `role` has at least the rights of `least`. */
export function isAtLeast(role: Role, least: Role): boolean {
  return RANK[role] >= RANK[least];
}
