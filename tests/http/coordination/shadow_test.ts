import { assertEquals, assertStringIncludes } from "@std/assert";
import { ADMIN_KEY, keyedApp } from "../../harness/keyed_app.ts";
import { type TestApp, testApp } from "../../harness/test_app.ts";
import { newClient } from "../../mcp/clients.ts";
import { SseReader } from "../sse_reader.ts";
import { ask, eventsOf } from "./asked.ts";

const shadow = (app: TestApp, agentId: string, body: unknown) =>
  ask(app, "POST", `/agent/${agentId}/shadow`, body);
const watched = (app: TestApp, agentId: string) => ask(app, "GET", `/agent/${agentId}/shadow`);
const registered = (app: TestApp, more: object = {}) =>
  shadow(app, "phoenix", { action: "register-shadow", shadowId: "heron", ...more });
const forced = { action: "takeover", force: true };

/** One lock, one claim, one task in progress. */
async function holdings(app: TestApp, agentId = "phoenix") {
  const lock = await ask(app, "POST", "/lock/src/a.ts/lock", { agentId });
  const work = { action: "claim", what: "the parser", by: agentId };
  await ask(app, "POST", "/coordinator/claims", work);
  const { body } = await ask(app, "POST", "/coordinator/tasks", { title: "Parser" });
  const started = { id: body.task.id, status: "in-progress", assignee: agentId };
  await ask(app, "POST", "/coordinator/tasks", started);
  return { token: lock.body.lock.token as number, taskId: body.task.id as string };
}

Deno.test("GET /agent/{id}/shadow, flat: none; stall threshold 5 min, interval 1 min by default", async () => {
  await using app = await testApp();
  const { status, body } = await watched(app, "phoenix");
  assertEquals([status, body], [200, {
    hasShadow: false,
    shadowId: null,
    shadowStatus: "none",
    isShadow: false,
    primaryAgent: null,
    lastHeartbeat: null,
    isHealthy: true,
    stallThresholdMs: 300_000,
    heartbeatIntervalMs: 60_000,
    registeredAt: null,
    takeoverAt: null,
  }]);
});

Deno.test("register-shadow → {success, …}; both sides show it; shadow.registered on both streams", async () => {
  await using app = await testApp();
  const { status, body } = await registered(app);
  assertEquals([status, body.success, body.shadow.shadowId, body.shadow.status], [
    200,
    true,
    "heron",
    "monitoring",
  ]);
  const { body: primary } = await watched(app, "phoenix");
  assertEquals([primary.hasShadow, primary.shadowId, primary.shadowStatus, primary.isShadow], [
    true,
    "heron",
    "monitoring",
    false,
  ]);
  const { body: other } = await watched(app, "heron");
  assertEquals([other.hasShadow, other.isShadow, other.primaryAgent, other.registeredAt], [
    false,
    true,
    "phoenix",
    primary.registeredAt,
  ]);
  const streams = (await eventsOf(app, "shadow.*")).map(({ type, stream }) => [type, stream]);
  assertEquals(streams, [["shadow.registered", "agent:phoenix"], [
    "shadow.registered",
    "agent:heron",
  ]]);
});

Deno.test("become-shadow {primaryAgent} is the same from the other side; 409 where another watches", async () => {
  await using app = await testApp();
  const become = { action: "become-shadow", primaryAgent: "phoenix" };
  const { status, body } = await shadow(app, "heron", become);
  assertEquals([status, body.success, body.config.primaryAgent, body.config.isShadow], [
    200,
    true,
    "phoenix",
    true,
  ]);
  const second = await shadow(app, "magpie", become);
  assertEquals([second.status, second.body.success, second.body.shadowId], [409, false, "heron"]);
  assertEquals((await shadow(app, "heron", become)).status, 200);
});

Deno.test("register-shadow replaces the shadow before", async () => {
  await using app = await testApp();
  await registered(app);
  await registered(app, { shadowId: "magpie" });
  assertEquals((await watched(app, "phoenix")).body.shadowId, "magpie");
  assertEquals((await watched(app, "heron")).body.isShadow, false);
});

Deno.test("configure (stall threshold, interval) keeps what it does not carry", async () => {
  await using app = await testApp();
  await registered(app, { stallThresholdMs: 120_000 });
  const { status, body } = await shadow(app, "phoenix", {
    action: "configure",
    heartbeatIntervalMs: 30_000,
  });
  assertEquals([status, body.success, body.config], [200, true, {
    stallThresholdMs: 120_000,
    heartbeatIntervalMs: 30_000,
  }]);
  assertEquals((await watched(app, "phoenix")).body.stallThresholdMs, 120_000);
});

Deno.test("POST /agent/{id}/shadow: unknown action, missing and bad fields, oneself are 400", async () => {
  await using app = await testApp();
  const errorOf = async (body: unknown) => {
    const { status, body: answer } = await shadow(app, "phoenix", body);
    return [status, answer.error];
  };
  const unknown = "Unknown action. Use: register-shadow, become-shadow, takeover, configure";
  assertEquals(await errorOf({}), [400, unknown]);
  assertEquals(await errorOf({ action: "haunt" }), [400, unknown]);
  assertEquals(await errorOf({ action: "constructor" }), [400, unknown]);
  assertEquals(await errorOf({ action: "register-shadow" }), [400, "shadowId required"]);
  assertEquals(await errorOf({ action: "become-shadow" }), [400, "primaryAgent required"]);
  const self = { action: "register-shadow", shadowId: "phoenix" };
  assertEquals(await errorOf(self), [400, '"phoenix" cannot be its own shadow']);
  const [status] = await errorOf({ action: "configure", stallThresholdMs: 0 });
  assertEquals(status, 400);
});

Deno.test("a takeover of an agent that is not stalled is a 409 unless forced", async () => {
  await using app = await testApp();
  await registered(app);
  await ask(app, "POST", "/agent/phoenix/heartbeat", {});
  const { status, body } = await shadow(app, "phoenix", { action: "takeover" });
  assertEquals([status, body.success, body.shadowId], [409, false, "heron"]);
  assertStringIncludes(body.error, "not stalled");
  const done = await shadow(app, "phoenix", forced);
  assertEquals([done.status, done.body.success, done.body.takeover.forced], [200, true, true]);
  assertEquals(done.body.takeover.previousStatus, "monitoring");
});

Deno.test("takeover without a shadow is a 409; a second one is a 409", async () => {
  await using app = await testApp();
  const none = await shadow(app, "phoenix", forced);
  assertEquals([none.status, none.body.shadowId], [409, null]);
  await registered(app);
  await shadow(app, "phoenix", forced);
  const again = await shadow(app, "phoenix", forced);
  assertEquals([again.status, typeof again.body.takeoverAt], [409, "string"]);
});

Deno.test("a takeover hands the stalled agent's locks (with new fencing tokens), claims and in-progress tasks to its shadow in one commit", async () => {
  await using app = await testApp();
  const { token, taskId } = await holdings(app);
  await registered(app);
  const { body } = await shadow(app, "heron", forced);
  const { takeover } = body;
  assertEquals([takeover.primaryAgent, takeover.shadowId], ["phoenix", "heron"]);
  assertEquals([takeover.commits, takeover.complete], [1, true]);
  assertEquals([takeover.claims, takeover.tasks], [["the parser"], [taskId]]);
  const [{ resourcePath, token: newToken }] = takeover.locks;
  assertEquals([resourcePath, newToken > token], ["src/a.ts", true]);
  const { body: check } = await ask(app, "GET", "/lock/src/a.ts/check");
  assertEquals([check.lock.lockedBy, check.lock.token], ["heron", newToken]);
  const { body: claims } = await ask(app, "GET", "/coordinator/claims?what=the%20parser");
  assertEquals(claims.claim.by, "heron");
  const { body: tasks } = await ask(app, "GET", "/coordinator/tasks?assignee=heron");
  assertEquals(tasks.tasks.map(({ id }: { id: string }) => id), [taskId]);
  const { body: history } = await ask(app, "GET", "/lock/src/a.ts/history");
  assertEquals(history.history[0].releaseReason, "takeover");
  const events = await eventsOf(
    app,
    "lock.taken_over,claim.claimed,task.claimed,shadow.taken_over",
  );
  const stamps = new Set(events.slice(-5).map(({ id }) => id.split(".")[0]));
  assertEquals([events.length >= 5, stamps.size], [true, 1]);
});

Deno.test("a stalled agent that comes back sees that it lost its locks (guard refuses) and is told", async () => {
  await using app = await testApp();
  const { token } = await holdings(app);
  await registered(app);
  await shadow(app, "phoenix", forced);
  const guard = await ask(app, "PUT", "/api/v1/locks/src%2Fa.ts/guard", { token });
  assertEquals(guard.status, 409);
  const { body } = await ask(app, "POST", "/agent/phoenix/heartbeat", {});
  assertEquals(body.heartbeat.takenOver.by, "heron");
  const again = await ask(app, "POST", "/agent/phoenix/heartbeat", {});
  assertEquals(again.body.heartbeat.takenOver, undefined);
  const { body: inbox } = await ask(app, "GET", "/agent/phoenix/messages?unread=true");
  assertEquals([inbox.messages[0].from, inbox.messages[0].type], ["heron", "status"]);
  assertStringIncludes(inbox.messages[0].message, "1 lock, 1 claim, 1 task");
});

Deno.test("an agent that stalls is taken over from by itself, when its shadow is registered", async () => {
  await using app = await testApp();
  const { taskId } = await holdings(app);
  const reader = new SseReader(await app.fetch("/api/v1/events?types=shadow.taken_over"));
  await reader.next();
  await registered(app, { stallThresholdMs: 300 });
  const event = JSON.parse((await reader.nextEvent())!.data);
  assertEquals([event.takeover.primaryAgent, event.takeover.automatic], ["phoenix", true]);
  assertEquals([event.actor, event.takeover.locks], ["system", 1]);
  const { body } = await watched(app, "phoenix");
  assertEquals([body.shadowStatus, body.takeoverAt], ["taken-over", event.takeover.takeoverAt]);
  const asked = await shadow(app, "phoenix", { action: "takeover" });
  assertEquals([asked.status, asked.body.takeover.tasks], [200, [taskId]]);
  assertEquals((await shadow(app, "phoenix", { action: "takeover" })).status, 409);
  await reader.close();
});

Deno.test("two taking over at once: one wins", async () => {
  await using app = await testApp();
  await holdings(app);
  await registered(app);
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, n) => shadow(app, n % 2 ? "phoenix" : "heron", forced)),
  );
  const statuses = answers.map(({ status }) => status).sort();
  assertEquals(statuses, [200, ...Array(7).fill(409)]);
  assertEquals((await eventsOf(app, "lock.taken_over")).length, 1);
});

Deno.test("more is held than one commit takes: the rest follows in further commits and the answer says so", async () => {
  await using app = await testApp();
  for (let from = 0; from < 180; from += 30) {
    const paths = Array.from({ length: 30 }, (_, n) => `src/${from + n}.ts`);
    const { status } = await ask(app, "POST", "/api/v1/locks", { agentId: "phoenix", paths });
    assertEquals(status < 300, true);
  }
  await registered(app);
  const { body } = await shadow(app, "phoenix", forced);
  assertEquals([body.takeover.locks.length, body.takeover.complete], [180, true]);
  assertEquals(body.takeover.commits > 1, true);
  const { body: locks } = await ask(app, "GET", "/api/v1/locks?agentId=phoenix");
  assertEquals(locks.items, []);
});

Deno.test("`force` needs role operator; a stranger may not take over, the shadow may", async () => {
  await using app = await keyedApp();
  const url = "/agent/phoenix/shadow";
  const [heron, magpie] = [
    await app.newKey({ role: "agent", agentId: "heron" }),
    await app.newKey({ role: "agent", agentId: "magpie" }),
  ];
  const body = { action: "register-shadow", shadowId: "heron", stallThresholdMs: 3_600_000 };
  await app.send(ADMIN_KEY, "POST", url, body);
  assertEquals((await app.send(heron.token, "POST", url, forced)).status, 403);
  const stranger = await app.send(magpie.token, "POST", url, { action: "takeover" });
  assertEquals([stranger.status, stranger.body.shadowId], [403, "heron"]);
  assertEquals((await app.send(heron.token, "POST", url, { action: "takeover" })).status, 409);
  const viewer = await app.newKey({ role: "viewer" });
  assertEquals((await app.send(viewer.token, "POST", url, forced)).status, 403);
  assertEquals((await app.send(ADMIN_KEY, "POST", url, forced)).status, 200);
});

Deno.test("the canonical shadow answers {shadow, takeover?} and problems", async () => {
  await using app = await testApp();
  const url = "/api/v1/agents/phoenix/shadow";
  const made = await ask(app, "POST", url, { action: "register-shadow", shadowId: "heron" });
  assertEquals([made.status, made.body.shadow.shadowId], [200, "heron"]);
  const early = await ask(app, "POST", url, { action: "takeover" });
  assertEquals([early.status, early.body.code, early.body.primaryAgent], [
    409,
    "conflict",
    "phoenix",
  ]);
  const done = await ask(app, "POST", url, forced);
  assertEquals([done.body.shadow.shadowStatus, done.body.takeover.complete], ["taken-over", true]);
  const odd = await ask(app, "POST", url, { action: "haunt" });
  assertEquals([odd.status, odd.body.code], [400, "invalid_input"]);
});

Deno.test("a shadow may not make its agent stall sooner: `a takeover of an agent that is not stalled is a 409 unless forced`", async () => {
  await using app = await keyedApp();
  const heron = await app.newKey({ role: "agent", agentId: "heron" });
  const phoenix = await app.newKey({ role: "agent", agentId: "phoenix" });
  const hasty = { stallThresholdMs: 1 };
  const become = { action: "become-shadow", primaryAgent: "phoenix" };
  const configure = { action: "configure", ...hasty };
  const asHeron = (path: string, body: unknown) => app.send(heron.token, "POST", path, body);
  for (const mount of ["/agent", "/api/v1/agents"]) {
    const refused = await asHeron(`${mount}/heron/shadow`, { ...become, ...hasty });
    assertEquals([refused.status, refused.body.stallThresholdMs], [403, 300_000]);
    assertEquals((await asHeron(`${mount}/heron/shadow`, become)).status, 200);
    assertEquals((await asHeron(`${mount}/phoenix/shadow`, configure)).status, 403);
    const longer = { action: "configure", stallThresholdMs: 600_000 };
    assertEquals((await asHeron(`${mount}/phoenix/shadow`, longer)).status, 200);
    const own = { action: "configure", stallThresholdMs: 300_000 };
    const asked = await app.send(phoenix.token, "POST", `${mount}/phoenix/shadow`, own);
    assertEquals(asked.status, 200);
  }
  await using client = await newClient(app.url, { authorization: `Bearer ${heron.token}` });
  const tool = await client.callTool("shadow-agent", { ...become, ...hasty });
  assertEquals([tool.isError, /only it can say itself/.test(tool.content[0]!.text!)], [true, true]);
  assertEquals((await app.send(ADMIN_KEY, "POST", "/agent/phoenix/shadow", configure)).status, 200);
});
