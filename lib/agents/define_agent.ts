/** An agent is a durable function with schemas for what goes in and what comes out. */
import type { z } from "zod";
import type { AgentContext } from "./context.ts";

export interface Agent<I = unknown, O = unknown> {
  readonly id: string;
  /** Shown in the tree. */
  readonly name: string;
  /** What part it plays: mediator, orchestrator, worker … */
  readonly role: string;
  readonly description: string;
  readonly input: z.ZodType<I>;
  readonly output: z.ZodType<O>;
  run(ctx: AgentContext, input: I): Promise<O>;
}

/** Names an agent; the schemas fix the types of its function. */
export function defineAgent<I, O>(agent: Agent<I, O>): Agent<I, O> {
  return agent;
}
