/**
 * The choice among models, pure: first what a model must be able to do, then the tier the request needs, then cost,
 * speed and quality within it.
 */
import type { ModelCapability, ModelInfo, ModelTier } from "../../agents/model_port.ts";
import { costMicros } from "../cost.ts";
import type { RejectedCandidate } from "../calls/schema.ts";
import type { VirtualModel } from "../directory/mod.ts";
import type { RoutingSettings } from "./schema.ts";

/** What the call asks of whichever model. */
export interface Needs {
  readonly capabilities: readonly ModelCapability[];
  readonly inputTokens: number;
  /** The request's own limit. */
  readonly maxTokens: number | undefined;
  readonly ceilingMicros: number | undefined;
  /** A covenant's: the answer should be whole by then. */
  readonly latencyMs: number | undefined;
  /** A covenant's, 0 to 10. */
  readonly quality: number | undefined;
  /** The caller insists on it. */
  readonly tier: ModelTier | undefined;
  /** 0 to 1. */
  readonly score: number;
  readonly code: boolean;
}

export interface Sifted {
  readonly fit: readonly ModelInfo[];
  readonly rejected: readonly RejectedCandidate[];
}

/** Why a model is not asked now (its breaker), or undefined. */
export type Blocked = (model: ModelInfo) => string | undefined;

const SLOWEST = 20;
const FIRST_TOKEN_MS = 400;
/** What a covenant asks for unless somebody says otherwise. */
const USUAL_QUALITY = 8;

/** Strength of a tier: a request that needs one is served by it and those above. */
export const TIER_RANK: Readonly<Record<ModelTier, number>> = {
  demo: -1,
  edge: 0,
  local: 0,
  primary: 1,
  custom: 1,
  flagship: 2,
};

/** Those that can do what is asked, and why the others cannot. */
export function sift(
  models: readonly ModelInfo[],
  needs: Needs,
  settings: RoutingSettings,
  blocked: Blocked,
): Sifted {
  const fit: ModelInfo[] = [];
  const rejected: RejectedCandidate[] = [];
  for (const model of models) {
    const reason = lack(model, needs) ?? blocked(model) ?? tooSlow(model, needs, settings);
    if (reason === undefined) fit.push(model);
    else rejected.push({ model: model.id, provider: model.provider, reason });
  }
  return { fit, rejected };
}

/** What no other model of the same name could change. */
function lack(model: ModelInfo, needs: Needs): string | undefined {
  const missing = needs.capabilities.filter((one) => !model.capabilities.includes(one));
  if (missing.length > 0) return `lacks ${missing.join(" and ")}`;
  if (needs.tier !== undefined && model.tier !== needs.tier && !model.demonstration) {
    return `is ${model.tier}, asked was ${needs.tier}`;
  }
  const output = needs.maxTokens ?? 1;
  if (output > model.maxOutputTokens) {
    return `writes at most ${model.maxOutputTokens} tokens, asked were ${output}`;
  }
  if (needs.inputTokens + output > model.contextTokens) {
    return `context of ${model.contextTokens} tokens, needed are ${needs.inputTokens + output}`;
  }
  if (needs.ceilingMicros !== undefined) {
    const worst = costMicros(model, {
      inputTokens: needs.inputTokens,
      outputTokens: needs.maxTokens ?? 1,
    });
    if (worst > needs.ceilingMicros) {
      return `may cost ${worst} micro-dollars, allowed are ${needs.ceilingMicros}`;
    }
  }
  return undefined;
}

function tooSlow(model: ModelInfo, needs: Needs, settings: RoutingSettings): string | undefined {
  if (needs.latencyMs === undefined) return undefined;
  const ms = Math.round(expectedMs(model, outputOf(needs, settings)));
  return ms > needs.latencyMs ? `takes about ${ms} ms, allowed are ${needs.latencyMs}` : undefined;
}

/** The tier a score needs, as a rank. */
export function neededRank(needs: Needs, settings: RoutingSettings): number {
  if (needs.tier !== undefined) return TIER_RANK[needs.tier];
  const floor = needs.quality !== undefined && needs.quality >= 9.5 ? 2 : 0;
  const rank = needs.score >= settings.flagshipFrom
    ? 2
    : needs.score >= settings.primaryFrom
    ? 1
    : 0;
  return Math.max(rank, floor);
}

/** The best first, for this virtual model; `rank` is the least tier that does. */
export function order(
  name: VirtualModel,
  fit: readonly ModelInfo[],
  rank: number,
  needs: Needs,
  settings: RoutingSettings,
): ModelInfo[] {
  const worth = worthOf(fit, needs, settings);
  const cost = (model: ModelInfo) => expectedCost(model, needs, settings);
  // Quality and id break ties, so that the same question is always decided the same way.
  const by = (value: (model: ModelInfo) => number) => {
    const rated = fit.map((model) => ({
      model,
      value: value(model),
      quality: qualityOf(model, needs),
    }));
    rated.sort((a, b) =>
      b.value - a.value || b.quality - a.quality || (a.model.id < b.model.id ? -1 : 1)
    );
    return rated.map(({ model }) => model);
  };
  switch (name) {
    case "muster/fast":
      return by((model) => model.tokensPerSecond ?? SLOWEST);
    case "muster/cheap":
      return by((model) => -cost(model));
    case "muster/best":
      return by((model) => qualityOf(model, needs));
    case "muster/auto":
      // Its tier, then the next above, then the next below.
      return by((model) => {
        const own = TIER_RANK[model.tier];
        return (own >= rank ? 10 - (own - rank) : own - rank) * 100 + worth(model);
      });
  }
}

/** Cost, speed and quality together, 0 to 1, compared within the model's own tier. */
function worthOf(
  fit: readonly ModelInfo[],
  needs: Needs,
  settings: RoutingSettings,
): (model: ModelInfo) => number {
  // Hard requests are answered well rather than cheaply.
  const hard = Math.max(0, needs.score - 0.5) * 2;
  const cost = settings.costWeight * (1 - 0.6 * hard);
  const latency = settings.latencyWeight * (1 - 0.6 * hard);
  const quality = settings.qualityWeight * (1 + 2 * hard) * (needs.quality ?? USUAL_QUALITY) /
    USUAL_QUALITY;
  const sum = cost + latency + quality || 1;
  const spans = new Map<ModelTier, ReturnType<typeof spansOf>>();
  for (const { tier } of fit) {
    if (spans.has(tier)) continue;
    spans.set(tier, spansOf(fit.filter((model) => model.tier === tier), needs, settings));
  }
  return (model) => {
    const of = spans.get(model.tier)!;
    return (cost * (1 - of.cost(expectedCost(model, needs, settings))) +
      latency * of.speed(model.tokensPerSecond ?? SLOWEST) +
      quality * of.quality(qualityOf(model, needs))) / sum;
  };
}

function spansOf(models: readonly ModelInfo[], needs: Needs, settings: RoutingSettings) {
  return {
    cost: spanOf(models.map((model) => expectedCost(model, needs, settings))),
    speed: spanOf(models.map((model) => model.tokensPerSecond ?? SLOWEST)),
    quality: spanOf(models.map((model) => qualityOf(model, needs))),
  };
}

/** Where between the least and the most a value lies; in the middle where all are equal. */
function spanOf(values: readonly number[]): (value: number) => number {
  const least = Math.min(...values);
  const most = Math.max(...values);
  return (value) => most === least ? 0.5 : (value - least) / (most - least);
}

const TIER_QUALITY: Readonly<Record<ModelTier, number>> = {
  demo: 0,
  edge: 0.3,
  local: 0.3,
  custom: 0.5,
  primary: 0.5,
  flagship: 0.8,
};

/** A guess from tier, size, price and capabilities: nobody publishes a number that could be looked up. */
function qualityOf(model: ModelInfo, needs: Pick<Needs, "score" | "code">): number {
  const billions = Number(/(\d+(?:\.\d+)?)b\b/i.exec(model.id)?.[1] ?? 0);
  const dollars = model.priceOutMicrosPerMTok / 1_000_000;
  const reasons = model.capabilities.includes("reasoning") ? (needs.score >= 0.5 ? 0.1 : 0.05) : 0;
  const codes = needs.code && model.capabilities.includes("code") ? 0.02 : 0;
  return TIER_QUALITY[model.tier] + 0.02 * Math.log2(1 + billions) +
    0.03 * Math.log2(1 + 10 * dollars) + reasons + codes;
}

function outputOf(needs: Needs, settings: RoutingSettings): number {
  return Math.min(needs.maxTokens ?? Infinity, settings.expectedOutputTokens);
}

/** Micro-dollars the call is expected to cost; a model without a price ranks behind all that have one. */
export function expectedCost(model: ModelInfo, needs: Needs, settings: RoutingSettings): number {
  const usage = { inputTokens: needs.inputTokens, outputTokens: outputOf(needs, settings) };
  const dearest = { priceInMicrosPerMTok: 20_000_000, priceOutMicrosPerMTok: 80_000_000 };
  return costMicros(model.priced ? model : dearest, usage);
}

function expectedMs(model: ModelInfo, tokens: number): number {
  return FIRST_TOKEN_MS + tokens / (model.tokensPerSecond ?? SLOWEST) * 1_000;
}
