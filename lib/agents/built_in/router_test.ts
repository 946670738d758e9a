import { assert, assertEquals } from "@std/assert";
import { DEMO_MODEL, runAgent } from "../../../tests/harness/agent_context.ts";
import { team } from "../../../tests/harness/scripts.ts";
import type { ModelInfo } from "../model_port.ts";
import type { Routing } from "./router.ts";

const model = (id: string, outPrice: number, more: Partial<ModelInfo> = {}): ModelInfo => ({
  ...DEMO_MODEL,
  id,
  tier: "primary",
  demonstration: false,
  priceInMicrosPerMTok: outPrice / 4,
  priceOutMicrosPerMTok: outPrice,
  ...more,
});
const CATALOGUE = [
  model("llama-3.3-70b", 790_000),
  model("llama-3.1-8b", 80_000),
  model("gpt-4o", 10_000_000, { tokensPerSecond: 50 }),
  DEMO_MODEL,
];

async function routed(
  difficulty: "low" | "medium" | "high",
  more: Record<string, unknown> = {},
  models: readonly ModelInfo[] = CATALOGUE,
) {
  const tasks = [{ id: "t1", title: "T", difficulty, chars: 400, needsTools: false }];
  const constraints = { costMicros: 40_000, latencyMs: 60_000, quality: 8 };
  const { output } = await runAgent<Routing>("router", { tasks, constraints, ...more } as never, {
    model: team(),
    models,
  });
  return output!.routes[0]!;
}

Deno.test("router takes the cheapest for low, the default for medium, the strongest affordable for high", async () => {
  assertEquals((await routed("low")).model, "llama-3.1-8b");
  assertEquals((await routed("medium")).model, "llama-3.3-70b");
  assertEquals((await routed("high")).model, "gpt-4o");
});

Deno.test("router keeps a difficult part within its share of the target cost", async () => {
  const constraints = { costMicros: 10_000, latencyMs: 60_000, quality: 8 };
  const route = await routed("high", { constraints });
  assertEquals(route.model, "llama-3.3-70b");
  assert(route.reason.includes("6000 µ$ for this part"), route.reason);
});

Deno.test("router takes the cheapest and says so when nothing fits the share", async () => {
  const constraints = { costMicros: 10, latencyMs: 60_000, quality: 8 };
  const route = await routed("high", { constraints });
  assertEquals(route.model, "llama-3.1-8b");
  assert(route.reason.includes("none fits its share"), route.reason);
});

Deno.test("router takes the model the person named, whatever the rest", async () => {
  const route = await routed("low", { model: "gpt-4o" });
  assertEquals([route.model, route.reason], ["gpt-4o", "named by the person"]);
  assert(route.costMicros > 0);
});

Deno.test("router leaves out slow models when time is short, small contexts and missing tools", async () => {
  const hurried = { costMicros: 40_000, latencyMs: 10_000, quality: 8 };
  assertEquals((await routed("high", { constraints: hurried })).model, "llama-3.3-70b");
  const small = [CATALOGUE[0]!, model("tiny", 1, { contextTokens: 500 })];
  assertEquals((await routed("low", {}, small)).model, "llama-3.3-70b");
  const tasks = [{ id: "t1", title: "T", difficulty: "low", chars: 10, needsTools: true }];
  const handless = [CATALOGUE[0]!, model("handless", 1, { capabilities: ["chat"] })];
  assertEquals((await routed("low", { tasks }, handless)).model, "llama-3.3-70b");
});

Deno.test("router takes a model of unknown price only where the default is one", async () => {
  const unpriced = model("somebody/own", 0, { priced: false });
  assertEquals((await routed("low", {}, [...CATALOGUE, unpriced])).model, "llama-3.1-8b");
  const route = await routed("low", {}, [unpriced, ...CATALOGUE]);
  assertEquals(route.model, "somebody/own");
  assert(route.reason.includes("not known"), route.reason);
});

Deno.test("router never mixes the demonstration model with real ones", async () => {
  assertEquals((await routed("low")).model, "llama-3.1-8b");
  assertEquals(
    (await routed("high", {}, [DEMO_MODEL, ...CATALOGUE.slice(0, 3)])).model,
    "muster/offline",
  );
});
