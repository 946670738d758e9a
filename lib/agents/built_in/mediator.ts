/** Scores the request, decides how to handle it, and drafts the covenant. */
import { z } from "zod";
import { DELEGATE_ABOVE, explainComplexity, scoreComplexity } from "../complexity.ts";
import type { AgentContext } from "../context.ts";
import { type Complexity, complexity, type CovenantDecision, decision } from "../covenant.ts";
import { defineAgent } from "../define_agent.ts";
import { termsPrompt } from "../prompts/planning.ts";
import { isInvalidAnswer, structured } from "../structured.ts";

const scope = z.object({ in: z.array(z.string()), out: z.array(z.string()) });

const input = z.object({
  request: z.string(),
  /** What the person fixed already. */
  acceptance: z.array(z.string()),
  scope,
  /** A person will read the terms before anything starts, so they are worth a model call. */
  strict: z.boolean(),
});

const output = z.object({ complexity, decision, scope, acceptance: z.array(z.string()) });

const text = z.string().trim().min(1);
const terms = z.object({
  reasoning: z.string(),
  acceptance: z.array(text).min(1).max(8).describe("two to five criteria, one sentence each"),
  scopeIn: z.array(text).max(8),
  scopeOut: z.array(text).max(8),
});

export type Mediation = z.infer<typeof output>;

export const mediator = defineAgent({
  id: "mediator",
  name: "Mediator",
  role: "mediator",
  description:
    "Scores the complexity of a request, drafts the covenant and decides how to handle it",
  input,
  output,
  async run(ctx, { request, acceptance, scope, strict }) {
    const complexity = scoreComplexity(request);
    const decision = decide(complexity);
    ctx.think(decision.reason);
    if (decision.kind === "direct" && !strict) return { complexity, decision, scope, acceptance };

    ctx.act("Drafts scope and acceptance criteria");
    const drafted = await draftTerms(ctx, request, acceptance);
    if (!drafted) return { complexity, decision, scope, acceptance };
    return {
      complexity,
      decision,
      acceptance: union(acceptance, drafted.acceptance),
      scope: { in: union(scope.in, drafted.scopeIn), out: union(scope.out, drafted.scopeOut) },
    };
  },
});

function decide(complexity: Complexity): CovenantDecision {
  const why = explainComplexity(complexity);
  return complexity.score > DELEGATE_ABOVE
    ? { kind: "delegate", reason: `${why}; above ${DELEGATE_ABOVE}, so several workers share it` }
    : {
      kind: "direct",
      reason: `${why}; not above ${DELEGATE_ABOVE}, so one agent answers directly`,
    };
}

/** Terms a model proposes; none when its answer stays unusable – the person's own terms do then. */
async function draftTerms(
  ctx: AgentContext,
  request: string,
  acceptance: readonly string[],
): Promise<z.infer<typeof terms> | undefined> {
  try {
    const messages = termsPrompt({ request, acceptance, history: ctx.history });
    const drafted = await structured(ctx, { name: "terms", schema: terms, messages });
    ctx.think(drafted.reasoning);
    return drafted;
  } catch (error) {
    if (!isInvalidAnswer(error)) throw error;
    ctx.think("No usable draft came back; the terms stay as the person gave them");
    return undefined;
  }
}

/** A covenant is read by people and has a size; a model's term is one line. */
const MAX_TERM_CHARS = 300;

function union(given: readonly string[], drafted: readonly string[]): string[] {
  return [...new Set([...given, ...drafted.map((term) => term.slice(0, MAX_TERM_CHARS))])];
}
