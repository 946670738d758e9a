/**
 * How well the router chooses: labelled prompts against the lowest sufficient tier, and what that costs beside always
 * the flagship and always the cheapest. Reported is the part that was held out of tuning; the rest stands beside it
 * in one line. Costs are list prices for the same answer lengths whichever model answers. `deno task bench:router`.
 */
import type { ModelInfo } from "../../../lib/agents/model_port.ts";
import { catalogueModels } from "../../../lib/gateway/catalogue.ts";
import { costMicros } from "../../../lib/gateway/cost.ts";
import type { RouteDecision } from "../../../lib/gateway/calls/schema.ts";
import { complexityOf } from "../../../lib/gateway/routing/complexity.ts";
import { createRouter, type Router } from "../../../lib/gateway/routing/mod.ts";
import { shapeOf } from "../../../lib/gateway/routing/request.ts";
import { gatewaySettings } from "../../../lib/gateway/schema.ts";
import { countText } from "../../../lib/gateway/tokens.ts";
import { readConfig } from "../../../lib/kernel/platform/config.ts";
import { silentLogger } from "../../../lib/kernel/platform/log.ts";
import { tempStore } from "../../harness/temp_store.ts";
import { isHeldOut, type Labelled, readLabelled, requestOf, type Tier, TIERS } from "./labelled.ts";

const SETTINGS = gatewaySettings.parse({});
const MODELS = catalogueModels().filter(({ demonstration }) => !demonstration);
/** Tokens of a good answer to a prompt of each tier. */
const ANSWER: Readonly<Record<Tier, number>> = { edge: 60, primary: 500, flagship: 1_200 };
const TOOL_TOKENS = 60;

interface Routed {
  readonly labelled: Labelled;
  readonly decision: RouteDecision;
  readonly rank: number;
  readonly costs: { readonly router: number; readonly flagship: number; readonly cheap: number };
}

function costOf(model: ModelInfo, { prompt, history = [], tools = 0, tier }: Labelled): number {
  const said = [...history, prompt].reduce((sum, text) => sum + countText(text) + 6, 8);
  return costMicros(model, {
    inputTokens: said + tools * TOOL_TOKENS,
    outputTokens: ANSWER[tier],
  });
}

async function route(router: Router, labelled: Labelled): Promise<Routed> {
  const body = requestOf(labelled);
  const ask = (model: string) =>
    Promise.resolve(router.choose(
      {
        workspaceId: "default",
        caller: { id: labelled.id },
        body,
        signal: new AbortController().signal,
        cache: "bypass",
      },
      { body: { ...body, model }, inputTokens: countText(labelled.prompt) },
      SETTINGS,
    ));
  const decision = await ask("muster/auto");
  const [best, cheap] = [await ask("muster/best"), await ask("muster/cheap")];
  return {
    labelled,
    decision,
    rank: TIERS.indexOf(decision.tier as Tier),
    costs: {
      router: costOf(decision.model, labelled),
      flagship: costOf(best.model, labelled),
      cheap: costOf(cheap.model, labelled),
    },
  };
}

interface Score {
  readonly count: number;
  readonly exact: number;
  readonly under: number;
  readonly over: number;
  readonly costs: Routed["costs"];
}

function scoreOf(routed: readonly Routed[]): Score {
  const share = (holds: (distance: number) => boolean) =>
    routed.filter(({ labelled, rank }) => holds(rank - TIERS.indexOf(labelled.tier))).length /
    routed.length;
  const sum = (which: keyof Routed["costs"]) =>
    routed.reduce((total, { costs }) => total + costs[which], 0);
  return {
    count: routed.length,
    exact: share((distance) => distance === 0),
    under: share((distance) => distance < 0),
    over: share((distance) => distance > 0),
    costs: { router: sum("router"), flagship: sum("flagship"), cheap: sum("cheap") },
  };
}

const percent = (value: number) => `${(value * 100).toFixed(1)} %`.padStart(8);
const dollars = (micros: number) => `$${(micros / 1e6).toFixed(5)}`;

function line(name: string, { count, exact, under, over, costs }: Score): string {
  return `${name.padEnd(14)}${String(count).padStart(4)}${percent(exact)}${percent(under)}${
    percent(over)
  }${dollars(costs.router).padStart(11)}${percent(costs.router / costs.flagship)}`;
}

function printScores(held: readonly Routed[], tuned: readonly Routed[]): void {
  const head = `${"".padEnd(14)}${"n".padStart(4)}${"exact".padStart(8)}${"under".padStart(8)}${
    "over".padStart(8)
  }${"cost".padStart(11)}${"of best".padStart(8)}`;
  console.log("Held out, never tuned on\n" + head);
  for (const category of new Set(held.map(({ labelled }) => labelled.category))) {
    console.log(line(category, scoreOf(held.filter((one) => one.labelled.category === category))));
  }
  const all = scoreOf(held);
  console.log(line("all", all));
  for (const language of ["en", "other"]) {
    const its = held.filter(({ labelled }) => (labelled.language === "en") === (language === "en"));
    console.log(line(language === "en" ? "  English" : "  others", scoreOf(its)));
  }
  const { router, flagship, cheap } = all.costs;
  const enough = scoreOf(held.map((one) => ({ ...one, rank: 0 })));
  console.log(
    `\nAlways flagship ${dollars(flagship)}, sufficient 100 %; router ${dollars(router)} (${
      percent(1 - router / flagship).trim()
    } less), sufficient ${percent(1 - all.under).trim()}; always cheapest ${
      dollars(cheap)
    }, sufficient ${percent(enough.exact).trim()}`,
  );
  console.log(`Tuned on: ${line("", scoreOf(tuned)).trim()}`);
}

function printConfusion(held: readonly Routed[]): void {
  console.log("\nlabel → routed".padEnd(17) + TIERS.map((tier) => tier.padStart(9)).join(""));
  for (const label of TIERS) {
    const counts = TIERS.map((_, rank) =>
      held.filter((one) => one.labelled.tier === label && one.rank === rank).length
    );
    console.log(label.padEnd(16) + counts.map((count) => String(count).padStart(9)).join(""));
  }
}

/** The score alone, as it is made on the way of a call. */
function printTimes(all: readonly Labelled[]): void {
  const shapes = all.map((labelled) => shapeOf(requestOf(labelled)));
  for (let round = 0; round < 20; round++) for (const shape of shapes) complexityOf(shape);
  const took: number[] = [];
  for (let round = 0; round < 20; round++) {
    for (const shape of shapes) {
      const started = performance.now();
      complexityOf(shape);
      took.push((performance.now() - started) * 1_000);
    }
  }
  took.sort((a, b) => a - b);
  const at = (part: number) => took[Math.floor(took.length * part)]!.toFixed(1);
  console.log(
    `\nComplexity: p50 ${at(0.5)} µs, p95 ${at(0.95)} µs, p99 ${at(0.99)} µs; target 100`,
  );
}

if (import.meta.main) {
  const all = await readLabelled();
  await using store = await tempStore();
  const directory = { list: () => MODELS, resolve: () => MODELS[0]! };
  const router = createRouter({ ...store, config: readConfig({}), log: silentLogger }, {
    directory,
  });
  const routed = [];
  for (const labelled of all) routed.push(await route(router, labelled));
  const held = routed.filter(({ labelled }) => isHeldOut(labelled.id));
  printScores(held, routed.filter((one) => !held.includes(one)));
  printConfusion(held);
  printTimes(all);
}
