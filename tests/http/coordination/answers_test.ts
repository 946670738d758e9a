/**
 * `Idempotency-Key` on what must not be done twice: the answer is in the commit of what it answers, so a
 * process that dies after it has answered, and one that dies before it has done nothing.
 */
import { assertEquals } from "@std/assert";
import { type TestApp, testApp } from "../../harness/test_app.ts";
import { answerKey } from "../../../lib/identity/keys.ts";
import { ask, eventsOf } from "./asked.ts";

const V1 = "/api/v1";
const PHOENIX = `${V1}/agents/phoenix`;
const ADA = { agentId: "ada" };

interface Case {
  /** What happens before; the path of the call. */
  ready(app: TestApp): Promise<string>;
  readonly body: object;
  readonly event: string;
}

const task = async (app: TestApp, claimed: boolean) => {
  const { task: { id } } = await app.json<{ task: { id: string } }>("POST", `${V1}/tasks`, {
    title: "T",
  });
  if (claimed) await app.json("POST", `${V1}/tasks/${id}/claim`, ADA);
  return `${V1}/tasks/${id}`;
};
const handoff = async (app: TestApp, claimed: boolean) => {
  const input = { fromAgent: "bob", title: "T", context: "C" };
  const made = await app.json<{ handoff: { id: string } }>("POST", `${V1}/handoffs`, input);
  const path = `${V1}/handoffs/${made.handoff.id}`;
  if (claimed) await app.json("POST", `${path}/claim`, ADA);
  return path;
};
const trace = async (app: TestApp, isDone = false) => {
  await app.json("POST", `${PHOENIX}/traces`, { task: "T", sessionId: "s" });
  await app.json("POST", `${PHOENIX}/soul`, {});
  if (isDone) await app.json("POST", `${PHOENIX}/traces/s/complete`, {});
};
const step = { tool: "grep", outcome: "found" };

const CASES: Readonly<Record<string, Case>> = {
  "task claim": {
    ready: async (app) => `${await task(app, false)}/claim`,
    body: ADA,
    event: "task.claimed",
  },
  "task release": {
    ready: async (app) => `${await task(app, true)}/release`,
    body: ADA,
    event: "task.released",
  },
  "task complete": {
    ready: async (app) => `${await task(app, true)}/complete`,
    body: ADA,
    event: "task.completed",
  },
  "handoff claim": {
    ready: async (app) => `${await handoff(app, false)}/claim`,
    body: ADA,
    event: "handoff.claimed",
  },
  "handoff complete": {
    ready: async (app) => `${await handoff(app, true)}/complete`,
    body: ADA,
    event: "handoff.completed",
  },
  "trace": {
    ready: () => Promise.resolve(`${PHOENIX}/traces`),
    body: { task: "T" },
    event: "trace.started",
  },
  "trace step": {
    ready: (app) => trace(app).then(() => `${PHOENIX}/traces/s/steps`),
    body: step,
    event: "trace.step",
  },
  "soul xp": {
    ready: (app) => trace(app).then(() => `${PHOENIX}/soul/xp`),
    body: { xp: 5 },
    event: "soul.changed",
  },
  "soul trace": {
    ready: (app) => trace(app, true).then(() => `${PHOENIX}/soul/traces`),
    body: { traceId: "s" },
    event: "soul.changed",
  },
};

for (const [name, { ready, body, event }] of Object.entries(CASES)) {
  Deno.test(`the answer to a ${name} with an Idempotency-Key is stored in the commit of ${event}`, async () => {
    await using app = await testApp();
    const path = await ready(app);
    const headers = { "idempotency-key": "k1" };
    const first = await ask(app, "POST", path, body, headers);
    const stored = await app.ctx.kv.list({ prefix: answerKey.prefix("default") }).next();
    const { id } = (await eventsOf(app, event)).at(-1);
    assertEquals(stored.value?.versionstamp, id.split(".")[0]);
    const again = await ask(app, "POST", path, body, headers);
    assertEquals([again.status, again.body], [first.status, first.body]);
    assertEquals(again.headers.get("etag"), first.headers.get("etag"));
    assertEquals(again.headers.get("idempotency-replayed"), "true");
  });
}

Deno.test("tokens of a heartbeat with an Idempotency-Key count once, with its answer", async () => {
  await using app = await testApp();
  await trace(app);
  const headers = { "idempotency-key": "k1" };
  const beat = () => ask(app, "POST", `${PHOENIX}/heartbeat`, { tokensUsed: 7 }, headers);
  const first = await beat();
  const stored = await app.ctx.kv.list({ prefix: answerKey.prefix("default") }).next();
  const { id } = (await eventsOf(app, "agent.registered")).at(-1);
  assertEquals(stored.value?.versionstamp, id.split(".")[0]);
  assertEquals((await beat()).body, first.body);
  const { body } = await ask(app, "GET", `${PHOENIX}/soul`);
  assertEquals(body.soul.totalTokensUsed, 7);
});

Deno.test("an Idempotency-Key used again as another agent is a mismatch, not that agent's answer", async () => {
  await using app = await testApp();
  const path = `${await task(app, false)}/claim`;
  const claim = (agent: string) =>
    ask(app, "POST", path, {}, { "idempotency-key": "k1", "x-agent-id": agent });
  assertEquals((await claim("ada")).body.task.assignee, "ada");
  assertEquals((await claim("bob")).status, 422);
  assertEquals((await claim("ada")).body.task.assignee, "ada");
});
