/** A job as the patterns hand it on, and the child step every stage of it is. */
import type { Json } from "../../kernel/core/json.ts";
import type { AgentContext } from "../context.ts";
import type { Covenant } from "../covenant.ts";

export interface Job {
  readonly request: string;
  readonly criteria: readonly string[];
  readonly scope: Covenant["scope"];
  readonly constraints: Covenant["constraints"];
  readonly background: string;
  /** Named by the person. */
  readonly model: string | undefined;
}

/**
 * The job under agreed terms. The covenant shows only the beginning of a long intent, so the intent itself
 * is the request, unless the person wrote another one when accepting.
 */
export function jobOf(
  before: Covenant,
  terms: Covenant,
  { intent, model }: { readonly intent: string; readonly model?: string },
  background = "",
): Job {
  return {
    request: terms.intent === before.intent ? intent : terms.intent,
    criteria: terms.acceptance,
    scope: terms.scope,
    constraints: terms.constraints,
    background,
    model,
  };
}

/** A child step; inputs are plain data, so that they are recorded as they are. */
export async function spawn<O>(
  ctx: AgentContext,
  agent: string,
  input: unknown,
  title: string,
  model?: string,
  answer?: boolean,
): Promise<O> {
  return await ctx.spawn<O>(agent, input as Json, { title, model, answer });
}
