/** A virtual name, or a tier, becomes a model: the conversation's own, else the best of those that fit. */
import type { ModelInfo } from "../../agents/model_port.ts";
import type { RejectedCandidate, RouteDecision } from "../calls/schema.ts";
import { AppError } from "../../kernel/core/errors.ts";
import {
  type Blocked,
  expectedCost,
  neededRank,
  type Needs,
  order,
  sift,
  type Sifted,
  TIER_RANK,
} from "./choose.ts";
import type { Pin } from "./pins.ts";
import type { Question } from "./question.ts";
import type { RoutingSettings } from "./schema.ts";

export interface World {
  readonly usable: readonly ModelInfo[];
  readonly blocked: Blocked;
  readonly settings: RoutingSettings;
}

/** Throws `invalid_input` where no model can do what is asked, `budget_exhausted` where none is cheap enough. */
export function virtualRoute(question: Question, pin: Pin | null, world: World): RouteDecision {
  const { needs } = question;
  const { settings } = world;
  const sifted = siftKindly(candidates(world.usable), needs, world);
  if (sifted.fit.length === 0) throw nobody(needs, sifted.rejected);
  const rank = neededRank(needs, settings);
  const ordered = order(question.name, sifted.fit, rank, needs, settings);
  const held = pin?.requested === question.requested ? heldBy(pin, question, world) : undefined;
  if (!held) return decision(question, ordered, sifted.rejected, world);
  const stays = sifted.fit.find(({ id }) => id === held.id);
  const outgrown = question.name === "muster/auto" && settings.upgradePinned &&
    rank > TIER_RANK[held.tier] &&
    sifted.fit.some((model) => TIER_RANK[model.tier] > TIER_RANK[held.tier]);
  // A conversation is never given to a weaker tier than it had.
  const strong = ordered.filter((model) => TIER_RANK[model.tier] >= TIER_RANK[held.tier]);
  const weaker = ordered.filter((model) => !strong.includes(model)).map((model) =>
    rejection(model, `${model.tier} is below the conversation's ${held.tier}`)
  );
  const rejected = [...sifted.rejected, ...weaker];
  if (stays && !outgrown) {
    const others = strong.filter((model) => model.id !== held.id);
    return decision(question, [stays, ...others], rejected, world, "stays");
  }
  if (strong.length === 0) throw nobody(needs, rejected);
  const why = outgrown
    ? "needs more"
    : sifted.rejected.find(({ model }) => model === held.id)?.reason;
  return decision(question, strong, rejected, world, `leaves ${held.id} (${why ?? "gone"})`);
}

/** The demonstration answers only where nothing else is there. */
function candidates(usable: readonly ModelInfo[]): readonly ModelInfo[] {
  const real = usable.filter((model) => !model.demonstration);
  return real.length > 0 ? real : usable;
}

/** Wishes give way before the call fails: an open breaker may be wrong by now, a slow answer is one. */
function siftKindly(
  models: readonly ModelInfo[],
  needs: Needs,
  { blocked, settings }: World,
): Sifted {
  const all = sift(models, needs, settings, blocked);
  if (all.fit.length > 0) return all;
  const slow = sift(models, { ...needs, latencyMs: undefined }, settings, blocked);
  if (slow.fit.length > 0) return slow;
  return sift(models, { ...needs, latencyMs: undefined }, settings, () => undefined);
}

/** The model of the pin, also where it cannot be used now: its tier still holds. */
function heldBy(pin: Pin, { needs }: Question, { usable }: World): ModelInfo | undefined {
  const held = usable.find(({ id }) => id === pin.model);
  return held && (needs.tier === undefined || held.tier === needs.tier) ? held : undefined;
}

function decision(
  question: Question,
  [model, ...fallbacks]: readonly ModelInfo[],
  rejected: readonly RejectedCandidate[],
  { settings }: World,
  conversation?: string,
): RouteDecision {
  const { complexity, needs, name, requested } = question;
  const { score, features } = complexity;
  return {
    requested,
    model: model!,
    fallbacks,
    tier: model!.tier,
    reason: ascii(reasonOf(question, model!, fallbacks.length + 1, settings, conversation)),
    complexity: { score, features },
    rejected: [...rejected, ...notChosen(name, fallbacks, model!)],
    ...(conversation === "stays" ? { pinned: true } : {}),
    estimatedCostMicros: model!.priced ? expectedCost(model!, needs, settings) : 0,
  };
}

const BY: Readonly<Record<Question["name"], string>> = {
  "muster/auto": "best by cost, speed and quality",
  "muster/fast": "fastest",
  "muster/cheap": "cheapest",
  "muster/best": "strongest",
};

function reasonOf(
  { name, needs, complexity }: Question,
  model: ModelInfo,
  among: number,
  settings: RoutingSettings,
  conversation: string | undefined,
): string {
  const { score, features } = complexity;
  const asked = needs.tier === undefined
    ? `${name.slice("muster/".length)}`
    : `tier ${needs.tier} as asked`;
  const hard = `complexity ${score.toFixed(2)}${
    features.length ? ` (${features.slice(0, 4).join(", ")})` : ""
  }`;
  if (conversation === "stays") return `${asked}; ${hard}; conversation stays on ${model.id}`;
  const rank = neededRank(needs, settings);
  const needed = ["edge", "primary", "flagship"][rank]!;
  const tier = name !== "muster/auto" || needs.tier !== undefined
    ? ""
    : TIER_RANK[model.tier] === rank
    ? `; needs ${needed}`
    : `; needs ${needed}, nearest is ${model.tier}`;
  const left = conversation === undefined ? "" : `; conversation ${conversation}`;
  return `${asked}; ${hard}${tier}${left}; ${model.id}: ${BY[name]} of ${among}`;
}

function notChosen(
  name: Question["name"],
  models: readonly ModelInfo[],
  chosen: ModelInfo,
): RejectedCandidate[] {
  return models.map((model) =>
    rejection(
      model,
      name !== "muster/auto" || model.tier === chosen.tier
        ? `not the ${BY[name]}`
        : `${model.tier} tier: ${chosen.tier} was chosen`,
    )
  );
}

function rejection({ id, provider }: ModelInfo, reason: string): RejectedCandidate {
  return { model: id, provider, reason };
}

function nobody(needs: Needs, rejected: readonly RejectedCandidate[]): AppError {
  const dear = needs.ceilingMicros !== undefined &&
    rejected.some(({ reason }) => reason.startsWith("may cost"));
  const why = rejected.slice(0, 4).map(({ model, reason }) => `"${model}" ${reason}`).join("; ");
  return new AppError(dear ? "budget_exhausted" : "invalid_input", {
    detail: `No model can answer this request: ${why || "there is none"}`,
    data: { rejected },
    ...(dear ? {} : { fields: [{ path: "model", message: "no model fits the request" }] }),
  });
}

/** It becomes a header. */
export function ascii(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, "?");
}
