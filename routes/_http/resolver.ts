/** Who may close an escalation: its agent, the peer who helped, or a person. */
import type { Context } from "hono";
import type { Call } from "../../lib/coordination/mod.ts";
import type { ResolveInput } from "../../lib/coordination/traces/schema.ts";
import { AppError } from "../../lib/kernel/core/errors.ts";
import { actingAgent, callOf } from "./acting.ts";
import type { Env } from "./env.ts";

/**
 * The path names whose escalation it is, not who asks: a peer may speak for itself, and its agent may say
 * who helped. A peer who names nobody means itself. Throws `forbidden` for anybody else's agent.
 */
export function resolverOf(
  c: Context<Env>,
  agentId: string,
  input: ResolveInput,
): { call: Call; resolverAgent: string | undefined } {
  const acting = actingAgent(c);
  const resolverAgent = input.resolverAgent ??
    (input.resolvedBy === "peer" && acting !== agentId ? acting : undefined);
  if (acting !== undefined && acting !== agentId && acting !== resolverAgent) {
    throw new AppError("forbidden", {
      detail: `"${acting}" cannot resolve an escalation of "${agentId}" as "${
        resolverAgent ?? input.resolvedBy
      }": its agent, the peer who helped, or a person does`,
    });
  }
  const self = input.resolvedBy === "self" ? agentId : resolverAgent;
  return { call: callOf(c, acting ?? self), resolverAgent };
}
