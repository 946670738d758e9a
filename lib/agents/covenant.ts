/** The agreed terms of a piece of work. Browser-safe: the single source for validation, OpenAPI and forms. */
import { z } from "zod";

/** 10^12 µ$ is a million dollars: more is a mistake. */
const micros = z.int().min(0).max(1_000_000_000_000);

export const covenantMode = z.enum(["strict", "auto", "dry-run"]);
export const covenantStatus = z.enum(["draft", "active", "completed", "broken", "canceled"]);

export const constraints = z.object({
  /** Target cost in micro-dollars; routing and the verdict look at it, the budget is the hard limit. */
  costMicros: micros.default(10_000),
  /** Target active time. */
  latencyMs: z.int().min(1).max(86_400_000).default(60_000),
  quality: z.number().min(0).max(10).default(8),
});

export const budget = z.object({
  costMicros: micros.optional(),
  tokens: z.int().min(0).max(1_000_000_000).optional(),
  timeMs: z.int().min(1).max(31_536_000_000).optional(),
  spawns: z.int().min(0).max(10_000).optional(),
});

export const budgetUsed = z.object({
  costMicros: micros,
  tokens: z.int().min(0),
  timeMs: z.number().min(0),
  spawns: z.int().min(0),
});

export const complexity = z.object({
  score: z.number().min(0).max(1),
  features: z.array(z.object({ name: z.string(), weight: z.number(), reason: z.string() })),
});

export const decision = z.object({ kind: z.enum(["direct", "delegate"]), reason: z.string() });

export const planItem = z.object({
  id: z.string(),
  title: z.string(),
  agent: z.string(),
  dependsOn: z.array(z.string()),
});

export const broken = z.object({
  clause: z.string(),
  limit: z.number(),
  used: z.number(),
  evidence: z.string(),
});

const line = z.string().trim().min(1).max(2_000);

/** What a person may say about the terms when stating an intent. */
export const covenantInput = z.strictObject({
  mode: covenantMode.optional(),
  constraints: constraints.partial().optional(),
  budget: budget.optional(),
  scope: z.strictObject({ in: z.array(line).max(100), out: z.array(line).max(100) }).partial()
    .optional(),
  acceptance: z.array(line).max(50).optional(),
});

/** What may be edited while it is in force; taken up by the next reservation. */
export const covenantPatch = covenantInput.omit({ mode: true }).extend({
  intent: line.max(20_000).optional(),
});

export const covenant = z.object({
  id: z.string(),
  runId: z.string(),
  status: covenantStatus,
  mode: covenantMode,
  intent: z.string(),
  constraints,
  budget,
  used: budgetUsed,
  scope: z.object({ in: z.array(z.string()), out: z.array(z.string()) }),
  acceptance: z.array(z.string()),
  complexity: complexity.optional(),
  decision: decision.optional(),
  plan: z.array(planItem),
  broken: broken.optional(),
  /** Rises with every change of the terms. */
  version: z.int().min(1),
}).meta({ id: "Covenant" });

/** What the mediator proposes; the engine merges it under what the person asked for. */
export interface CovenantDraft {
  readonly intent?: string;
  readonly scope?: Covenant["scope"];
  readonly acceptance?: readonly string[];
  readonly complexity?: Covenant["complexity"];
  readonly decision?: Covenant["decision"];
  readonly plan?: Covenant["plan"];
  /** The clause the result did not meet, with the evidence: the covenant then ends as `broken`. */
  readonly broken?: Covenant["broken"];
}

export type Covenant = z.infer<typeof covenant>;
export type CovenantInput = z.infer<typeof covenantInput>;
export type CovenantPatch = z.infer<typeof covenantPatch>;
export type CovenantMode = z.infer<typeof covenantMode>;
export type Budget = z.infer<typeof budget>;
export type BudgetUsed = z.infer<typeof budgetUsed>;
export type CovenantDecision = z.infer<typeof decision>;
export type Complexity = z.infer<typeof complexity>;
export type PlanItem = z.infer<typeof planItem>;
