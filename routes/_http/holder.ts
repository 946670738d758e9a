/** Who takes away what an agent holds: that agent, or a person with the right to. */
import type { Context } from "hono";
import { z } from "zod";
import { agentId } from "../../lib/coordination/schema.ts";
import { actingAgent, requireRole } from "./acting.ts";
import type { Env } from "./env.ts";

/** For operations without a body: who acts. */
export const agentHeader = z.object({ "x-agent-id": agentId.optional() });

/** The agent that acts; undefined for an operator who acts as none. Throws `forbidden` for others. */
export function holderOrOperator(c: Context<Env>, named?: string): string | undefined {
  const acting = actingAgent(c, { body: named });
  if (acting === undefined) requireRole(c, "operator");
  return acting;
}
