import { assert, assertEquals, assertThrows } from "@std/assert";
import type { ModelInfo } from "../../agents/model_port.ts";
import { AppError } from "../../kernel/core/errors.ts";
import { readConfig } from "../../kernel/platform/config.ts";
import { silentLogger } from "../../kernel/platform/log.ts";
import { type TempStore, tempStore } from "../../../tests/harness/temp_store.ts";
import type { BreakerView } from "../breakers/schema.ts";
import type { ChatBody, ChatCall, RouteDecision } from "../calls/schema.ts";
import { catalogueModels } from "../catalogue.ts";
import { simpleRoute } from "../directory/virtual.ts";
import { type GatewaySettings, gatewaySettings } from "../schema.ts";
import { createRouter, type Router, type RouterOptions } from "./router.ts";

const EASY = "What is the capital of Peru?";
const MIDDLE =
  "Compare PostgreSQL and MySQL for a small web shop in a table: licences, backups, tuning, and recommend one";
const HARD =
  "Prove that every bounded monotone sequence converges, derive a rigorous error bound for the iteration, state " +
  "every assumption, and defend the strongest objection against the proof with a counterexample";
const SETTINGS = gatewaySettings.parse({});
const ALL = catalogueModels();

function directoryOf(models: readonly ModelInfo[]): RouterOptions["directory"] {
  return {
    list: () => models,
    resolve: (_workspace, name) => {
      const found = models.find(({ id }) => id === name);
      if (found) return found;
      throw new AppError("invalid_input", { detail: "none", data: { code: "model_not_found" } });
    },
  };
}

interface Site extends AsyncDisposable {
  readonly store: TempStore;
  router(options?: Partial<RouterOptions>): Router;
}

async function site(models: readonly ModelInfo[] = ALL): Promise<Site> {
  const store = await tempStore();
  const config = readConfig({});
  return {
    store,
    router: (options = {}) =>
      createRouter({ ...store, config, log: silentLogger }, {
        directory: directoryOf(models),
        ...options,
      }),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

const callOf = (extra: Partial<ChatCall> = {}): ChatCall => ({
  workspaceId: "default",
  caller: { id: "local" },
  body: {},
  signal: new AbortController().signal,
  cache: "use",
  ...extra,
});

function ask(
  router: Router,
  content: string,
  body: Partial<ChatBody> = {},
  call: Partial<ChatCall> = {},
  settings: GatewaySettings = SETTINGS,
): Promise<RouteDecision> {
  const asked: ChatBody = { model: "muster/auto", messages: [{ role: "user", content }], ...body };
  return Promise.resolve(
    router.choose(callOf(call), { body: asked, inputTokens: 100 }, settings),
  );
}

Deno.test("muster/auto gives easy, ordinary and hard requests to the three tiers", async () => {
  await using one = await site();
  const router = one.router();
  const tiers = [];
  for (const text of [EASY, MIDDLE, HARD]) tiers.push((await ask(router, text)).tier);
  assertEquals(tiers, ["edge", "primary", "flagship"]);
  assertEquals((await ask(router, HARD)).model.id, "gpt-4o");
});

Deno.test("capabilities and context come before the tier", async () => {
  await using one = await site();
  const router = one.router();
  const image = [{ role: "user", content: [{ type: "image_url", image_url: { url: "data:," } }] }];
  const seen = await ask(router, "", { messages: image });
  assertEquals(seen.tier, "flagship");
  assert(seen.rejected.some(({ reason }) => reason === "lacks vision"));
  const long = await router.choose(callOf(), {
    body: { model: "muster/auto", messages: [{ role: "user", content: EASY }] },
    inputTokens: 100_000,
  }, SETTINGS);
  assertEquals(long.tier, "primary");
});

Deno.test("an explicit model wins over a tier, a tier over complexity", async () => {
  await using one = await site();
  const router = one.router();
  const named = await ask(router, EASY, { model: "gpt-4o" }, { tier: "edge" });
  assertEquals([named.model.id, named.reason], ["gpt-4o", "named; gpt-4o as asked"]);
  assertEquals(named.fallbacks[0]?.id, "gpt-4o-mini");
  assertEquals((await ask(router, EASY, {}, { tier: "flagship" })).tier, "flagship");
  assertEquals((await ask(router, HARD, {}, { tier: "edge" })).tier, "edge");
});

Deno.test("muster/fast, muster/cheap and muster/best are what they say", async () => {
  await using one = await site();
  const router = one.router();
  const ids = [];
  for (const model of ["muster/fast", "muster/cheap", "muster/best"]) {
    ids.push((await ask(router, EASY, { model })).model.id);
  }
  assertEquals(ids, ["openai/gpt-oss-20b", "llama-3.1-8b-instant", "gpt-4o"]);
});

Deno.test("an unknown model is not_found", async () => {
  await using one = await site();
  const router = one.router();
  const choose = () =>
    router.choose(callOf(), { body: { model: "nobody" }, inputTokens: 1 }, SETTINGS);
  assertEquals(assertThrows(choose, AppError).code, "not_found");
});

Deno.test("a model behind an open breaker, or dearer than the ceiling, is passed over", async () => {
  await using one = await site();
  const open: BreakerView[] = [
    { provider: "openai", model: "gpt-4o", state: "open", failures: 5, reason: "timeouts" },
  ];
  const router = one.router({ breakers: { list: () => open } });
  const hard = await ask(router, HARD);
  assertEquals(hard.model.id, "gpt-4o-mini");
  assertEquals(hard.rejected[0]?.reason, "breaker open: timeouts");
  const poor = await ask(one.router(), HARD, { max_tokens: 1_000 }, { ceilingMicros: 700 });
  assertEquals(poor.tier === "flagship" && poor.model.id === "gpt-4o", false);
  assert(poor.rejected.some(({ model, reason }) => model === "gpt-4o" && /may cost/.test(reason)));
});

Deno.test("the demonstration answers only where there is nothing else", async () => {
  await using one = await site(ALL.filter(({ demonstration }) => demonstration));
  assertEquals((await ask(one.router(), HARD)).model.id, "muster/offline");
  await using two = await site();
  const { model, fallbacks } = await ask(two.router(), EASY);
  assertEquals([model, ...fallbacks].some(({ demonstration }) => demonstration), false);
});

const TALK = (content: string) => ({
  messages: [
    { role: "user", content: HARD },
    { role: "assistant", content: "…" },
    { role: "user", content },
  ],
});

Deno.test("a conversation stays on its model, on another instance too, and is never downgraded", async () => {
  await using one = await site();
  const first = one.router();
  const begun = await ask(first, HARD);
  first.answered?.(callOf(), begun, begun.model, "call_01K9Z3V7Q8R5T2W4X6Y8Z0A1B2");
  await first.close();
  const second = await ask(one.router(), "thanks", TALK("thanks"));
  assertEquals([second.model.id, second.pinned], ["gpt-4o", true]);
  assertEquals(second.fallbacks.every(({ tier }) => tier === "flagship"), true);
  assertEquals((await ask(one.router(), "thanks")).tier, "edge");
});

Deno.test("a conversation whose model cannot answer moves to an equal or stronger one", async () => {
  await using one = await site();
  const first = one.router();
  const begun = await ask(first, HARD);
  first.answered?.(callOf(), begun, begun.model, "call_01K9Z3V7Q8R5T2W4X6Y8Z0A1B2");
  await first.close();
  const open: BreakerView[] = [{
    provider: "openai",
    model: "gpt-4o",
    state: "open",
    failures: 5,
  }];
  const moved = await ask(one.router({ breakers: { list: () => open } }), "ok", TALK("ok"));
  assertEquals([moved.model.id, moved.pinned], ["gpt-4o-mini", undefined]);
});

Deno.test("a session's conversation grows with what it is asked, unless the workspace forbids it", async () => {
  await using one = await site();
  const call = { caller: { id: "a", sessionId: "ses_1" } };
  const first = one.router();
  const begun = await ask(first, EASY, {}, call);
  first.answered?.(callOf(call), begun, begun.model, "call_01K9Z3V7Q8R5T2W4X6Y8Z0A1B2");
  await first.close();
  assertEquals((await ask(one.router(), HARD, {}, call)).tier, "flagship");
  const fixed = gatewaySettings.parse({ routing: { upgradePinned: false } });
  assertEquals((await ask(one.router(), HARD, {}, call, fixed)).tier, "edge");
});

Deno.test("a decision is kept with the rejected candidates, also of a call nobody answered", async () => {
  await using one = await site();
  const router = one.router();
  const ids = ["call_01K9Z3V7Q8R5T2W4X6Y8Z0A1B2", "call_01K9Z3V7Q8R5T2W4X6Y8Z0A1B3"];
  const [good, bad] = [await ask(router, MIDDLE), await ask(router, EASY)];
  router.answered?.(callOf(), good, good.model, ids[0]!);
  router.answered?.(callOf(), bad, null, ids[1]!);
  await router.close();
  const kept = await one.router().getDecision("default", ids[0]!);
  assertEquals([kept?.answeredBy, kept?.reason], [good.model.id, good.reason]);
  assertEquals(kept!.rejected.length, ALL.length - 2);
  assertEquals((await router.getDecision("default", ids[1]!))?.answeredBy, undefined);
  assertEquals((await router.listDecisions("default", 10)).map(({ id }) => id), ids.toReversed());
  assertEquals((await router.listDecisions("default", 10, ids[1])).map(({ id }) => id), [ids[0]]);
  assertEquals(await router.getDecision("other", ids[0]!), null);
});

Deno.test("a classifier is asked in doubt only, and a failing one changes nothing", async () => {
  await using one = await site();
  const settings = gatewaySettings.parse({
    routing: { classifier: "gpt-4o-mini", classifierMargin: 0.08, primaryFrom: 0.2 },
  });
  const { score } = (await ask(one.router(), EASY)).complexity!;
  const near = { ...settings, routing: { ...settings.routing, primaryFrom: score + 0.01 } };
  const says = one.router({ ask: () => Promise.resolve("Flagship.") });
  assertEquals((await ask(says, EASY, {}, {}, near)).tier, "flagship");
  const fails = one.router({ ask: () => Promise.reject(new Error("down")) });
  assertEquals((await ask(fails, EASY, {}, {}, near)).tier, "edge");
  assertEquals(
    (await ask(says, HARD, {}, {}, near)).complexity?.features[0]?.startsWith("gpt"),
    false,
  );
});

Deno.test("the reason is one line of ASCII that names tier, complexity and model", async () => {
  await using one = await site();
  const { reason } = await ask(one.router(), "Сравни два варианта и объясни почему «так» лучше");
  assert(/^[\x20-\x7e]+$/.test(reason));
  assert(/^auto; complexity 0\.\d\d \(.+\); needs \w+; .+ of \d+$/.test(reason), reason);
});

Deno.test("simpleRoute() still names a model where there is no request to look at", () => {
  assertEquals(simpleRoute("muster/auto", ALL, ALL[0]!).id, ALL[0]!.id);
});
