/** What programs spend through `/v1`, against a provider that counts for itself. */
import { assert, assertEquals } from "@std/assert";
import type { BudgetView } from "../../../lib/gateway/budgets/schema.ts";
import type { GatewayCall, UsageReport } from "../../../lib/gateway/ledger/schema.ts";
import { countInput } from "../../../lib/gateway/upstream/outgoing.ts";
import { type MeteredUpstream, meteredUpstream } from "../../harness/metered_upstream.ts";
import { ADMIN_KEY, keyedApp } from "../../harness/keyed_app.ts";
import { type TestApp, testApp } from "../../harness/test_app.ts";
import { isFinalRun } from "../../../lib/engine/mod.ts";
import { runEnd } from "../sse_reader.ts";

const MODEL = "gpt-4o-mini";
const bodyOf = (n: number, more = {}) => ({
  model: MODEL,
  max_tokens: 100,
  messages: [{ role: "user", content: `Say word number ${String(n).padStart(4, "0")}` }],
  ...more,
});

interface Answered {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

async function ask(app: TestApp, n: number, more = {}, headers = {}): Promise<Answered> {
  const response = await app.fetch("/v1/chat/completions", {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(bodyOf(n, more)),
  });
  return { status: response.status, text: await response.text(), headers: response.headers };
}

/** What one call holds, and costs here. */
function costOf(app: TestApp, model = MODEL): number {
  const { priceInMicrosPerMTok, priceOutMicrosPerMTok } = app.gateway.resolve(model);
  const input = countInput(bodyOf(1));
  return Math.ceil((input * priceInMicrosPerMTok + 100 * priceOutMicrosPerMTok) / 1e6);
}

const PATH = "/api/v1/budgets/workspace/default/total";
const setBudget = (app: TestApp, limitMicros: number, path = PATH) =>
  app.json<{ budget: BudgetView }>("PUT", path, { limitMicros });
const getBudget = async (app: TestApp, path = PATH) =>
  (await app.json<{ budget: BudgetView }>("GET", path)).budget;
const usage = async (app: TestApp) =>
  (await app.json<UsageReport>("GET", "/api/v1/gateway/usage?by=model")).total;
const count = (answers: readonly Answered[], status: number) =>
  answers.filter((answer) => answer.status === status).length;

async function spends50of200(upstream: MeteredUpstream, more: { stream?: boolean }) {
  await using app = await testApp({ env: upstream.env });
  const cost = costOf(app);
  await setBudget(app, 50 * cost);
  const answers = await Promise.all(Array.from({ length: 200 }, (_, n) => ask(app, n, more)));
  assertEquals([count(answers, 200), count(answers, 402)], [50, 150]);
  assertEquals(upstream.arrivals.length, 50);
  const { spentMicros, heldMicros, remainingMicros } = await getBudget(app);
  assertEquals([spentMicros, heldMicros, remainingMicros], [50 * cost, 0, 0]);
  const { calls, refused, costMicros, inputTokens, outputTokens } = await usage(app);
  assertEquals([calls, refused, costMicros], [200, 150, 50 * cost]);
  assertEquals({ inputTokens, outputTokens }, upstream.billed);
  return answers;
}

Deno.test("200 concurrent calls against a budget for 50: 50 are answered, the rest get 402 and are never sent", async () => {
  await using upstream = meteredUpstream();
  const answers = await spends50of200(upstream, {});
  const refusal = answers.find(({ status }) => status === 402)!;
  const { error } = JSON.parse(refusal.text);
  assertEquals([typeof error.message, error.code], ["string", "budget_exhausted"]);
});

Deno.test("200 concurrent streams against a budget for 50: the same", async () => {
  await using upstream = meteredUpstream();
  const answers = await spends50of200(upstream, { stream: true });
  const streams = answers.filter(({ status }) => status === 200);
  assert(streams.every(({ text }) => text.endsWith("data: [DONE]\n\n")));
});

Deno.test("a call that failed over is charged for the model that answered", async () => {
  await using upstream = meteredUpstream(({ model }) =>
    model === MODEL ? { status: 500 } : "answer"
  );
  await using app = await testApp({ env: upstream.env });
  await setBudget(app, 1_000_000);
  const { status, headers } = await ask(app, 1);
  assertEquals(status, 200);
  const { billed, arrivals } = upstream;
  const dear = arrivals.at(-1)!;
  assert(dear !== MODEL, `${arrivals}`);
  const cost = costOf(app, dear);
  assertEquals((await getBudget(app)).spentMicros, cost);
  const id = headers.get("x-muster-call");
  const { call } = await app.json<{ call: GatewayCall }>("GET", `/api/v1/gateway/calls/${id}`);
  assertEquals([call.model, call.costMicros, call.status], [dear, cost, "done"]);
  assertEquals(call.attempts.map((one) => one.costMicros), [
    ...new Array(arrivals.length - 1).fill(0),
    cost,
  ]);
  assertEquals(call.usage, billed);
});

Deno.test("200 calls, half of which fail over, streamed and not: budget, record and provider agree", async () => {
  const answered = new Map<string, number>();
  await using upstream = meteredUpstream(({ model = "" }, nth) => {
    if (model === MODEL && nth % 2 === 0) return { status: 503 };
    answered.set(model, (answered.get(model) ?? 0) + 1);
    return "answer";
  });
  await using app = await testApp({ env: upstream.env });
  await setBudget(app, 1_000_000_000);
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, n) => ask(app, n, { stream: n % 3 === 0 })),
  );
  assertEquals(count(answers, 200), 200);
  const billed = [...answered].reduce((sum, [model, n]) => sum + n * costOf(app, model), 0);
  assert(answered.size > 1, "some failed over");
  const { spentMicros } = await getBudget(app);
  const { calls, costMicros, inputTokens, outputTokens } = await usage(app);
  assertEquals([calls, costMicros, spentMicros], [200, billed, billed]);
  assertEquals({ inputTokens, outputTokens }, upstream.billed);
});

Deno.test("a model that costs more than is left is not fallen back to", async () => {
  await using upstream = meteredUpstream(({ model }) =>
    model === MODEL ? { status: 500 } : "answer"
  );
  await using app = await testApp({ env: upstream.env });
  await setBudget(app, 3 * costOf(app));
  const { status } = await ask(app, 1);
  assert(status === 402 || status === 502, `${status}`);
  assertEquals(new Set(upstream.arrivals), new Set([MODEL]));
  const { spentMicros, heldMicros } = await getBudget(app);
  assertEquals([spentMicros, heldMicros], [0, 0]);
});

Deno.test("a stream that broke off is charged for what came, the same everywhere", async () => {
  await using upstream = meteredUpstream(() => ({ cutAfter: 4 }));
  await using app = await testApp({ env: upstream.env });
  const cost = costOf(app);
  await setBudget(app, 10 * cost);
  const { text, headers } = await ask(app, 1, { stream: true });
  assert(!text.includes("[DONE]") && text.includes('"error"'), text);
  const id = headers.get("x-muster-call");
  const { call } = await app.json<{ call: GatewayCall }>("GET", `/api/v1/gateway/calls/${id}`);
  assertEquals([call.status, call.usageBy], ["cut", "counted"]);
  assert(call.costMicros! > 0 && call.costMicros! < cost, `${call.costMicros}`);
  const { spentMicros, heldMicros } = await getBudget(app);
  assertEquals([spentMicros, heldMicros], [call.costMicros, 0]);
});

Deno.test("a client that goes is charged for what came, and nothing stays held", async () => {
  const gate = Promise.withResolvers<"answer">();
  await using upstream = meteredUpstream(() => gate.promise);
  await using app = await testApp({ env: upstream.env });
  await setBudget(app, 10 * costOf(app));
  const client = new AbortController();
  const going = app.fetch("/v1/chat/completions", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(bodyOf(1)),
    signal: client.signal,
  }).then(() => "answered", () => "gone");
  while (upstream.open === 0) await app.fetch("/health").then((r) => r.body?.cancel());
  client.abort();
  assertEquals(await going, "gone");
  for (;;) {
    const { items } = await app.json<{ items: GatewayCall[] }>("GET", "/api/v1/gateway/calls");
    if (items[0]?.status === "canceled") break;
  }
  gate.resolve("answer");
  const { heldMicros, spentMicros } = await getBudget(app);
  const { items } = await app.json<{ items: GatewayCall[] }>("GET", "/api/v1/gateway/calls");
  assertEquals([heldMicros, spentMicros], [0, items[0]!.costMicros ?? 0]);
});

Deno.test("key, agent and session have budgets of their own; each sees only its own calls", async () => {
  await using upstream = meteredUpstream();
  await using app = await testApp({ env: upstream.env });
  const cost = costOf(app);
  const agent = "/api/v1/budgets/agent/phoenix/day";
  const session = "/api/v1/budgets/session/*/total";
  await setBudget(app, 2 * cost, agent);
  await setBudget(app, cost, session);
  const as = (id: string, chat: string) => ({ "x-muster-agent": id, "x-muster-session": chat });
  const [A, B, C, D] = [2, 3, 4, 5].map((n) => `ses_01K9Z3V7Q8R5T2W4X6Y8Z0A1B${n}`) as [
    string,
    string,
    string,
    string,
  ];
  assertEquals((await ask(app, 1, {}, as("phoenix", A))).status, 200);
  assertEquals((await ask(app, 2, {}, as("phoenix", A))).status, 402);
  assertEquals((await ask(app, 3, {}, as("phoenix", B))).status, 200);
  assertEquals((await ask(app, 4, {}, as("phoenix", C))).status, 402);
  assertEquals((await ask(app, 5, {}, as("griffin", D))).status, 200);
  assertEquals((await getBudget(app, agent)).spentMicros, 2 * cost);
  const inherited = await getBudget(app, `/api/v1/budgets/session/${A}/total`);
  assertEquals([inherited.inherited, inherited.spentMicros], [true, cost]);
});

Deno.test("a run that its agent's budget does not pay for ends as a broken budget, and nothing is sent", async () => {
  await using upstream = meteredUpstream();
  const env = { ...upstream.env, MUSTER_DEFAULT_MODEL: MODEL };
  await using app = await testApp({ env });
  await setBudget(app, 1, "/api/v1/budgets/agent/*/total");
  const made = await app.json<{ run: { id: string } }>("POST", "/api/v1/runs", {
    intent: "Say hello",
  });
  await runEnd(app, made.run.id);
  const { run } = await app.json<{ run: { status: string; error: { code: string } } }>(
    "GET",
    `/api/v1/runs/${made.run.id}`,
  );
  assertEquals([run.status, run.error.code], ["failed", "budget_exhausted"]);
  assertEquals(upstream.arrivals, []);
});

Deno.test("a run that a key started counts for the budget of that key", async () => {
  await using upstream = meteredUpstream();
  await using app = await keyedApp({ env: { ...upstream.env, MUSTER_DEFAULT_MODEL: MODEL } });
  const poor = await app.newKey({ role: "member" });
  await app.send(ADMIN_KEY, "PUT", `/api/v1/budgets/key/${poor.id}/total`, { limitMicros: 1 });
  const started = await app.send(poor.token, "POST", "/api/v1/runs", { intent: "Say hello" });
  const path = `/api/v1/runs/${started.body.run.id}`;
  let { run } = (await app.send(poor.token, "GET", path)).body;
  while (!isFinalRun(run.status)) run = (await app.send(poor.token, "GET", path)).body.run;
  assertEquals([run.status, run.error.code, run.createdBy], [
    "failed",
    "budget_exhausted",
    `key:${poor.id}`,
  ]);
  assertEquals(upstream.arrivals, []);
});
