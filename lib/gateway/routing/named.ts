/** A model somebody named: it is taken, whatever it costs; the others stand by. */
import type { ModelInfo } from "../../agents/model_port.ts";
import type { ChatCall, RouteDecision } from "../calls/schema.ts";
import type { GatewaySettings } from "../schema.ts";
import { type Blocked, expectedCost, order, sift, TIER_RANK } from "./choose.ts";
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
}

export function namedRoute(named: Named): RouteDecision {
  const { call, asked, settings, requested, model, usable, blocked } = named;
  // Only the tier it has is known of a request nobody looked at.
  const needs = { ...needsOf(call, asked, { score: 0.5, code: false }), tier: undefined };
  const alone = call.fallback === false || model.demonstration;
  const fit = alone ? [] : sift(
    usable.filter(({ id, demonstration }) => id !== model.id && !demonstration),
    needs,
    settings.routing,
    blocked,
  ).fit;
  const ordered = fit.length === 0
    ? fit
    : order("muster/auto", fit, TIER_RANK[model.tier], needs, settings.routing);
  const twins = ordered.filter((other) => upstreamName(other) === upstreamName(model));
  const others = settings.calls.fallbackFromNamed
    ? ordered.filter((other) => !twins.includes(other))
    : [];
  return {
    requested,
    model,
    fallbacks: [...twins, ...others],
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

const upstreamName = (model: ModelInfo) => model.upstreamId ?? model.id;
