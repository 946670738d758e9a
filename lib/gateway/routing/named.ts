/** A model somebody named: it is taken, whatever it costs; the others stand by. */
import type { ModelInfo } from "../../agents/model_port.ts";
import type { ChatCall, RouteDecision } from "../calls/schema.ts";
import type { GatewaySettings } from "../schema.ts";
import { type Blocked, expectedCost, type Needs, order, sift, TIER_RANK } from "./choose.ts";
import { type Asked, needsOf } from "./question.ts";
import { ascii } from "./virtual_route.ts";

export interface Named {
  readonly call: ChatCall;
  readonly asked: Asked;
  readonly settings: GatewaySettings;
  /** The name as asked, "" where the configured default stands in. */
  readonly requested: string;
  readonly model: ModelInfo;
  readonly usable: readonly ModelInfo[];
  readonly blocked: Blocked;
  /** No model is blocked. */
  readonly free: boolean;
}

/** A request this small fits every model but the smallest. */
const SMALL_TOKENS = 2_000;

const FOUND_MAX = 1_000;

/** Who stands by for whom, by what is asked: the same for all small requests while the models stay the same. */
interface StandingBy {
  readonly settings: GatewaySettings;
  /** Every model takes a small request. */
  readonly roomy: boolean;
  readonly found: Map<string, readonly ModelInfo[]>;
}

const standingBy = new WeakMap<readonly ModelInfo[], StandingBy>();

export function namedRoute(named: Named): RouteDecision {
  const { call, asked, settings, requested, model } = named;
  // Only the tier it has is known of a request nobody looked at.
  const needs = { ...needsOf(call, asked, { score: 0.5, code: false }), tier: undefined };
  return {
    requested,
    model,
    fallbacks: call.fallback === false || model.demonstration ? [] : fallbacksOf(named, needs),
    tier: model.tier,
    reason: ascii(
      requested === ""
        ? `default; ${model.id} as configured`
        : `named; ${model.id} as asked${model.demonstration ? ", a demonstration" : ""}`,
    ),
    rejected: [],
    estimatedCostMicros: model.priced ? expectedCost(model, needs, settings.routing) : 0,
  };
}

function fallbacksOf(named: Named, needs: Needs): readonly ModelInfo[] {
  const { model, usable, settings, free } = named;
  const small = free && needs.inputTokens + (needs.maxTokens ?? 0) <= SMALL_TOKENS &&
    needs.ceilingMicros === undefined && needs.latencyMs === undefined;
  if (!small) return standBy(named, needs);
  let known = standingBy.get(usable);
  if (known?.settings !== settings) {
    const roomy = usable.every(({ contextTokens, maxOutputTokens }) =>
      Math.min(contextTokens, maxOutputTokens) >= SMALL_TOKENS
    );
    known = { settings, roomy, found: new Map() };
    standingBy.set(usable, known);
  }
  if (!known.roomy) return standBy(named, needs);
  const key = `${model.id} ${needs.capabilities.join()}`;
  const found = known.found.get(key) ?? standBy(named, needs);
  // Providers are asked for models nobody listed, under any name.
  if (known.found.size >= FOUND_MAX) known.found.clear();
  known.found.set(key, found);
  return found;
}

/** The same model elsewhere, then its tier and those above, then the others. */
function standBy({ model, usable, settings, blocked }: Named, needs: Needs): readonly ModelInfo[] {
  const { fit } = sift(
    usable.filter(({ id, demonstration }) => id !== model.id && !demonstration),
    needs,
    settings.routing,
    blocked,
  );
  if (fit.length === 0) return fit;
  const ordered = order("muster/auto", fit, TIER_RANK[model.tier], needs, settings.routing);
  const twins = ordered.filter((other) => upstreamName(other) === upstreamName(model));
  // Vectors of two models do not compare: a stranger's would spoil whatever they are kept in.
  const strangers = settings.calls.fallbackFromNamed && !needs.capabilities.includes("embeddings");
  return strangers ? [...twins, ...ordered.filter((other) => !twins.includes(other))] : twins;
}

const upstreamName = (model: ModelInfo) => model.upstreamId ?? model.id;
