/**
 * Who acts. A key bound to an agent acts as it and as nobody else. An unbound caller acts as the body
 * says, then the path, then `X-Agent-Id`; two that differ are a mistake. Every route that takes an
 * identity goes through here.
 */
import type { Context } from "hono";
import type { Call } from "../../lib/coordination/mod.ts";
import { agentId as agentIdSchema } from "../../lib/coordination/schema.ts";
import { type ActionClass, isAtLeast, leastRole, may, type Role } from "../../lib/identity/mod.ts";
import { AppError } from "../../lib/kernel/core/errors.ts";
import { actorOf, type Env, workspaceOf } from "./env.ts";

export interface Identities {
  /** What the body (or the query, where it stands for one) names: `agentId`, `author`, `from` … */
  readonly body?: string | undefined;
  /** The agent in the path, where the path says who acts and not whom it concerns. */
  readonly path?: string | undefined;
}

/**
 * The agent this request acts as; undefined when nothing names one. Throws `forbidden` for a bound key
 * that names another, `invalid_input` for two names that differ.
 */
export function actingAgent(c: Context<Env>, named: Identities = {}): string | undefined {
  const header = headerAgent(c);
  const given = [named.body, named.path, header].filter((id) => id !== undefined);
  const bound = c.get("caller")?.agentId;
  if (bound !== undefined) {
    const other = given.find((id) => id !== bound);
    if (other === undefined) return bound;
    throw new AppError("forbidden", {
      detail: `This key acts as "${bound}" only, not as "${other.slice(0, 128)}"`,
    });
  }
  const [first] = given;
  const other = given.find((id) => id !== first);
  if (other !== undefined) {
    throw refused(
      `The request names two agents, "${first!.slice(0, 128)}" and "${
        other.slice(0, 128)
      }"; send one`,
      "names two agents",
    );
  }
  return first;
}

/** As `actingAgent`, where somebody must act: `invalid_input` when nobody is named. */
export function requireActing(c: Context<Env>, named: Identities = {}, field = "agentId"): string {
  const acting = actingAgent(c, named);
  if (acting === undefined) throw refused(`${field} required`, "is required", field);
  return acting;
}

/** Who asks, as commands are told: the agent acted as, else the caller. */
export function callOf(c: Context<Env>, agentId?: string): Call {
  return {
    workspaceId: workspaceOf(c),
    actor: agentId === undefined ? actorOf(c) : `agent:${agentId}`,
  };
}

/** Whether the caller may do this at all: for reads that also mark something, and for frames. */
export function mayAct(c: Context<Env>, action: ActionClass): boolean {
  const caller = c.get("caller");
  return caller !== undefined && may(caller.role, action);
}

/** Throws `forbidden`. For what the mount table cannot see: WebSocket frames, MCP tools, `force`. */
export function requireAction(c: Context<Env>, action: ActionClass): void {
  if (mayAct(c, action)) return;
  throw notAllowed(c, leastRole(action));
}

/** Throws `forbidden` below this role. */
export function requireRole(c: Context<Env>, least: Role): void {
  const caller = c.get("caller");
  if (!caller || !isAtLeast(caller.role, least)) throw notAllowed(c, least);
}

function notAllowed(c: Context<Env>, least: Role): AppError {
  const role = c.get("caller")?.role;
  return new AppError("forbidden", {
    detail: role === undefined
      ? `This needs a key with role ${least}`
      : `Role "${role}" may not do this; use a key with role "${least}" or higher`,
  });
}

function headerAgent(c: Context<Env>): string | undefined {
  const header = c.req.header("x-agent-id")?.trim();
  if (!header) return undefined;
  const parsed = agentIdSchema.safeParse(header);
  if (parsed.success) return parsed.data;
  throw refused(
    `X-Agent-Id: ${parsed.error.issues[0]!.message}`,
    "not an agent's id",
    "X-Agent-Id",
  );
}

function refused(detail: string, message: string, path = "agentId"): AppError {
  return new AppError("invalid_input", { detail, fields: [{ path, message }] });
}
