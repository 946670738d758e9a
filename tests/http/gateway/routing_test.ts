/** Where calls go, end to end: three providers on one scripted server, conversations, decisions read back. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { type TestApp, testApp } from "../../harness/test_app.ts";
import { good, refuse, type Upstream, upstream } from "../../harness/upstream.ts";
import { post } from "./v1.ts";

const EASY = "What is the capital of Peru?";
const HARD =
  "Prove that every bounded monotone sequence converges, derive a rigorous error bound for the iteration, state " +
  "every assumption, and defend the strongest objection against the proof with a counterexample";

function siteOf(server: Upstream): Promise<TestApp> {
  return testApp({
    env: {
      OPENAI_BASE_URL: server.url,
      OPENAI_API_KEY: "sk-a",
      GROQ_BASE_URL: server.url,
      GROQ_API_KEY: "gsk-b",
      WORKERS_AI_BASE_URL: server.url,
      CLOUDFLARE_API_TOKEN: "cf-c",
      CLOUDFLARE_ACCOUNT_ID: "d",
    },
  });
}

const say = (content: string) => ({ messages: [{ role: "user", content }] });

async function chat(
  app: TestApp,
  body: Record<string, unknown>,
  headers: Record<string, string> = {},
) {
  const all = { "x-muster-cache": "bypass", ...headers };
  const response = await post(app, "/v1/chat/completions", { model: "muster/auto", ...body }, all);
  await response.text();
  return {
    status: response.status,
    model: response.headers.get("x-muster-model")!,
    route: response.headers.get("x-muster-route")!,
    call: response.headers.get("x-muster-call")!,
  };
}

interface Decision {
  requested: string;
  model: string;
  reason: string;
  answeredBy?: string;
  rejected: { model: string; reason: string }[];
}

async function decisionOf(app: TestApp, call: string): Promise<Decision> {
  const path = `/api/v1/gateway/decisions/${call}`;
  return (await app.json<{ decision: Decision }>("GET", path)).decision;
}

Deno.test("muster/auto sends an easy and a hard request to different models and says why", async () => {
  await using server = upstream({ "*": [good("ok")] });
  await using app = await siteOf(server);
  const easy = await chat(app, say(EASY));
  const hard = await chat(app, say(HARD));
  assertEquals([easy.status, hard.model], [200, "gpt-4o"]);
  assertEquals(easy.model.startsWith("@cf/"), true);
  assertMatch(hard.route, /^auto; complexity [01]\.\d\d .*needs flagship; gpt-4o/);
  const kept = await decisionOf(app, hard.call);
  assertEquals([kept.requested, kept.model, kept.answeredBy], ["muster/auto", "gpt-4o", "gpt-4o"]);
  assert(kept.rejected.length >= 8 && kept.reason === hard.route);
});

Deno.test("a session stays on its model; another name asks anew", async () => {
  await using server = upstream({ "*": [good("ok")] });
  await using app = await siteOf(server);
  const session = { "x-muster-session": "ses_a" };
  await chat(app, say(HARD), session);
  const stays = await chat(app, say(EASY), session);
  assertEquals(stays.model, "gpt-4o");
  assertMatch(stays.route, /conversation stays on gpt-4o/);
  assertEquals((await chat(app, say(EASY))).model === "gpt-4o", false);
  const cheap = await chat(app, { ...say(EASY), model: "muster/cheap" }, session);
  assertEquals(cheap.model, "llama-3.1-8b-instant");
});

Deno.test("a conversation without a session is known by how it began", async () => {
  await using server = upstream({ "*": [good("ok")] });
  await using app = await siteOf(server);
  await chat(app, say(HARD));
  const messages = [
    { role: "user", content: HARD },
    { role: "assistant", content: "ok" },
    { role: "user", content: "thanks" },
  ];
  assertEquals((await chat(app, { messages })).model, "gpt-4o");
});

Deno.test("a call nobody answers keeps its decision and pins nothing", async () => {
  await using server = upstream({ "*": [refuse(500)] });
  await using app = await siteOf(server);
  const settings = { calls: { models: 2, retries: 0 } };
  await app.json("PATCH", "/api/v1/settings/gateway", settings);
  const failed = await chat(app, say(HARD), { "x-muster-session": "ses_b" });
  assertEquals(failed.status, 502);
  const page = await app.json<{ items: Decision[] }>("GET", "/api/v1/gateway/decisions");
  assertEquals([page.items.length, page.items[0]!.answeredBy], [1, undefined]);
  const after = await app.gateway.preview({
    workspaceId: "default",
    caller: { id: "local", sessionId: "ses_b" },
    body: { model: "muster/auto", ...say(EASY) },
    signal: new AbortController().signal,
    cache: "bypass",
  });
  assertEquals(after.pinned, undefined);
});

Deno.test("x-muster-tier wins over complexity, an explicit model over it; an unknown one is 404", async () => {
  await using server = upstream({ "*": [good("ok")] });
  await using app = await siteOf(server);
  const tier = { "x-muster-tier": "flagship" };
  assertEquals((await chat(app, say(EASY), tier)).model.startsWith("gpt-4o"), true);
  const named = await chat(app, { ...say(HARD), model: "llama-3.1-8b-instant" }, tier);
  assertEquals(named.model, "llama-3.1-8b-instant");
  assertEquals((await chat(app, { ...say(HARD), model: "nobody" })).status, 404);
});

Deno.test("a run that asks for muster/auto is routed too, and goes on with another model when one fails", async () => {
  await using server = upstream({ "gpt-4o": [refuse(503)], "*": [good("an answer")] });
  await using app = await siteOf(server);
  const { run } = await app.json<{ run: { id: string } }>("POST", "/api/v1/runs", {
    intent: HARD,
    pattern: "smart",
  });
  const ended = () => app.json<{ run: { status: string } }>("GET", `/api/v1/runs/${run.id}`);
  for await (const event of app.hub.followEvents("default", `run:${run.id}`)) {
    if (/^run\.(?:completed|failed)$/.test(event.type)) break;
  }
  assertEquals((await ended()).run.status, "completed");
  assertEquals(server.seen.map(({ model }) => model), ["gpt-4o", "gpt-4o-mini"]);
});
