/** Chooses a model for each sub-task from the catalogue, under the covenant's constraints, and says why. */
import { z } from "zod";
import { constraints } from "../covenant.ts";
import { defineAgent } from "../define_agent.ts";
import type { ModelInfo } from "../model_port.ts";

/** The part of the target cost that sub-tasks may use; planning, evaluation and the answer need the rest. */
const WORK_SHARE = 0.6;
/** Instructions, request and frame around a sub-task, in tokens, beside its own text. */
const FRAME_TOKENS = 500;
const OUTPUT_TOKENS = { low: 500, medium: 900, high: 1_400 } as const;
/** Under this target a slow model is no choice. */
const HURRIED_MS = 20_000;
const SLOW_TOKENS_PER_SECOND = 100;

const input = z.object({
  tasks: z.array(z.object({
    id: z.string(),
    title: z.string(),
    difficulty: z.enum(["low", "medium", "high"]),
    /** Length of what the worker gets to read, in characters. */
    chars: z.int().min(0),
    needsTools: z.boolean(),
  })),
  constraints,
  /** The person named a model: it is used for everything. */
  model: z.string().optional(),
  /** Take the cheapest that can do it, whatever the difficulty. */
  cheap: z.boolean().default(false),
});

const route = z.object({
  id: z.string(),
  /** Absent: the default model. */
  model: z.string().optional(),
  reason: z.string(),
  inputTokens: z.int(),
  outputTokens: z.int(),
  costMicros: z.int(),
});

const output = z.object({ routes: z.array(route), costMicros: z.int() });

export type Routing = z.infer<typeof output>;
type RoutedTask = z.infer<typeof input>["tasks"][number];

export const router = defineAgent({
  id: "router",
  name: "Router",
  role: "router",
  description:
    "Chooses a model per sub-task by difficulty, capabilities, context, cost and time; explains",
  input,
  output,
  async run(ctx, { tasks, constraints, model, cheap }) {
    const catalogue = await ctx.models();
    const shareMicros = Math.floor(constraints.costMicros * WORK_SHARE / Math.max(1, tasks.length));
    const hurried = constraints.latencyMs < HURRIED_MS;
    const routes = tasks.map((task) => {
      const tokens = {
        inputTokens: FRAME_TOKENS + Math.ceil(task.chars / 3.5),
        outputTokens: OUTPUT_TOKENS[task.difficulty],
      };
      const cost = (info: ModelInfo) => estimateMicros(info, tokens);
      const named = catalogue.find((info) => info.id === model);
      if (model !== undefined) {
        return {
          id: task.id,
          model,
          reason: "named by the person",
          ...tokens,
          costMicros: named ? cost(named) : 0,
        };
      }
      const able = ableModels(catalogue, task, tokens.inputTokens + tokens.outputTokens, hurried);
      const { chosen, reason } = choose(able, cheap ? "low" : task.difficulty, shareMicros, cost);
      return {
        id: task.id,
        model: chosen?.id,
        reason,
        ...tokens,
        costMicros: chosen ? cost(chosen) : 0,
      };
    });
    for (const { id, model, reason } of routes) {
      ctx.think(`${title(tasks, id)}: ${model ?? "the default model"} – ${reason}`);
    }
    return { routes, costMicros: routes.reduce((sum, one) => sum + one.costMicros, 0) };
  },
});

/** Worst likely price of a call, in whole micro-dollars. */
export function estimateMicros(
  info: ModelInfo,
  tokens: { readonly inputTokens: number; readonly outputTokens: number },
): number {
  return Math.ceil(
    (tokens.inputTokens * info.priceInMicrosPerMTok +
      tokens.outputTokens * info.priceOutMicrosPerMTok) /
      1_000_000,
  );
}

/** Models that can do it at all; demonstration ones only when that is the default. */
function ableModels(
  catalogue: readonly ModelInfo[],
  task: RoutedTask,
  contextTokens: number,
  hurried: boolean,
): ModelInfo[] {
  const demonstration = catalogue[0]?.demonstration ?? false;
  const able = catalogue.filter((info) =>
    info.demonstration === demonstration && info.capabilities.includes("chat") &&
    info.contextTokens >= contextTokens && (!task.needsTools || info.capabilities.includes("tools"))
  );
  // An unknown price counts as nothing: beside known ones such a model would always be the cheapest.
  const known = catalogue[0]?.priced ? preferring(able, (info) => info.priced) : able;
  if (!hurried) return known;
  return preferring(
    known,
    (info) => (info.tokensPerSecond ?? SLOW_TOKENS_PER_SECOND) >= SLOW_TOKENS_PER_SECOND,
  );
}

/** Those that are so, or all when none is. */
function preferring(models: ModelInfo[], are: (info: ModelInfo) => boolean): ModelInfo[] {
  const some = models.filter(are);
  return some.length > 0 ? some : models;
}

/**
 * Low difficulty: the cheapest. High: the dearest whose estimate fits the share – price is the only
 * measure of strength a catalogue has. Medium: the default, or the dearest that fits if it does not.
 */
function choose(
  able: readonly ModelInfo[],
  difficulty: "low" | "medium" | "high",
  shareMicros: number,
  cost: (info: ModelInfo) => number,
): { chosen: ModelInfo | undefined; reason: string } {
  if (able.length === 0) {
    return { chosen: undefined, reason: "no model in the catalogue is known to fit" };
  }
  if (able.length === 1) return { chosen: able[0], reason: "the only model that can do it" };
  const ranked = able.toSorted((a, b) => cost(a) - cost(b));
  const cheapest = ranked[0]!;
  const fitting = ranked.filter((info) => cost(info) <= shareMicros);
  const share = (info: ModelInfo) =>
    info.priced ? `${cost(info)} of the ${shareMicros} µ$ for this part` : "its price is not known";
  if (fitting.length === 0) {
    return {
      chosen: cheapest,
      reason: `${difficulty}; none fits its share, so the cheapest: ${share(cheapest)}`,
    };
  }
  if (difficulty === "low") {
    return { chosen: cheapest, reason: `low; the cheapest will do: ${share(cheapest)}` };
  }
  const strongest = fitting.at(-1)!;
  const usual = able[0]!;
  const chosen = difficulty === "medium" && fitting.includes(usual) ? usual : strongest;
  const why = chosen === usual ? "the default fits" : "the strongest that fits";
  return { chosen, reason: `${difficulty}; ${why}: ${share(chosen)}` };
}

function title(tasks: readonly RoutedTask[], id: string): string {
  return tasks.find((task) => task.id === id)?.title ?? id;
}
