import { assertEquals, assertMatch } from "@std/assert";
import { keyedApp } from "../../harness/keyed_app.ts";
import { type TestApp, testApp } from "../../harness/test_app.ts";
import { ask } from "./asked.ts";

const PATH = "/agent/phoenix/heartbeat";
const beat = (app: TestApp, body: unknown = {}) => ask(app, "POST", PATH, body);

Deno.test("GET /agent/{id}/heartbeat, flat: before the first nobody waits for it", async () => {
  await using app = await testApp();
  const { status, body } = await ask(app, "GET", PATH);
  assertEquals([status, body], [200, {
    lastHeartbeat: null,
    isHealthy: true,
    stalledForMs: 0,
    stalledForMinutes: 0,
    heartbeatCount: 0,
    recentHeartbeats: [],
  }]);
});

Deno.test("POST /agent/{id}/heartbeat {tokensUsed?, currentTask?, status?} → {success, heartbeat:{id,timestamp}}", async () => {
  await using app = await testApp();
  const { status, body } = await beat(app, { tokensUsed: 10, currentTask: "A", status: "idle" });
  assertEquals([status, body.success], [200, true]);
  assertEquals(Object.keys(body.heartbeat).sort(), ["id", "timestamp"]);
  assertMatch(body.heartbeat.id, /^hb_/);
  const { body: health } = await ask(app, "GET", PATH);
  assertEquals([health.lastHeartbeat, health.isHealthy], [body.heartbeat.timestamp, true]);
  assertEquals(health.recentHeartbeats, [
    { ...body.heartbeat, status: "idle", tokensUsed: 10, currentTask: "A" },
  ]);
});

Deno.test("a heartbeat registers its agent and says what it does", async () => {
  await using app = await testApp();
  await beat(app, { currentTask: "A", status: "waiting" });
  await beat(app);
  const { body } = await ask(app, "GET", "/coordinator/agents");
  const [{ agentId, status, currentTask }] = body.agents;
  assertEquals([agentId, status, currentTask], ["phoenix", "waiting", "A"]);
});

Deno.test("last 100 kept, recentHeartbeats[10] newest first", async () => {
  await using app = await testApp();
  for (let n = 1; n <= 103; n++) await beat(app, { currentTask: `step ${n}` });
  const { body } = await ask(app, "GET", PATH);
  assertEquals([body.heartbeatCount, body.recentHeartbeats.length], [100, 10]);
  const tasks = body.recentHeartbeats.map((one: { currentTask: string }) => one.currentTask);
  assertEquals([tasks[0], tasks[9]], ["step 103", "step 94"]);
});

Deno.test("tokensUsed adds up in the soul", async () => {
  await using app = await testApp();
  await ask(app, "POST", "/agent/phoenix/soul", {});
  await beat(app, { tokensUsed: 10 });
  await beat(app, { tokensUsed: 5 });
  const { body } = await ask(app, "GET", "/agent/phoenix/soul");
  assertEquals(body.soul.totalTokensUsed, 15);
});

Deno.test("isHealthy until the stall threshold, stalledForMs the silence so far", async () => {
  await using app = await testApp();
  await ask(app, "POST", "/agent/phoenix/shadow", { action: "configure", stallThresholdMs: 1 });
  await beat(app);
  let health = { isHealthy: true, stalledForMs: 0 };
  while (health.isHealthy) health = (await ask(app, "GET", PATH)).body;
  assertEquals([health.isHealthy, health.stalledForMs >= 1], [false, true]);
});

Deno.test("POST heartbeat: negative tokens, unknown status are 400", async () => {
  await using app = await testApp();
  const errorOf = async (body: unknown) => {
    const { status, body: answer } = await beat(app, body);
    return [status, String(answer.error).split(":")[0]];
  };
  assertEquals(await errorOf({ tokensUsed: -1 }), [400, "tokensUsed"]);
  assertEquals(await errorOf({ status: "asleep" }), [400, "status"]);
  assertEquals((await ask(app, "POST", "/agent/a%20b/heartbeat", {})).status, 400);
});

Deno.test("POST heartbeat for another than the key's agent is 403", async () => {
  await using app = await keyedApp();
  const { token } = await app.newKey({ role: "agent", agentId: "heron" });
  const { status, body } = await app.send(token, "POST", PATH, {});
  assertEquals([status, body.success], [403, false]);
  assertEquals((await app.send(token, "POST", "/agent/heron/heartbeat", {})).status, 200);
});

Deno.test("the canonical heartbeat says the same", async () => {
  await using app = await testApp();
  const made = await ask(app, "POST", "/api/v1/agents/phoenix/heartbeat", { tokensUsed: 1 });
  assertEquals([made.status, typeof made.body.heartbeat.id], [200, "string"]);
  const { body } = await ask(app, "GET", "/api/v1/agents/phoenix/heartbeat");
  assertEquals([body.heartbeatCount, body.recentHeartbeats[0].id], [1, made.body.heartbeat.id]);
  const odd = await ask(app, "POST", "/api/v1/agents/phoenix/heartbeat", { mood: "good" });
  assertEquals([odd.status, odd.body.code], [400, "invalid_input"]);
});
