import { assertEquals, assertStringIncludes } from "@std/assert";
import { keyedApp } from "../../harness/keyed_app.ts";
import { type TestApp, testApp } from "../../harness/test_app.ts";
import { ask } from "./asked.ts";

const onboard = (app: TestApp, agentId = "phoenix") =>
  ask(app, "GET", `/coordinator/onboard?agentId=${agentId}`);
const suggested = async (app: TestApp) => (await onboard(app)).body.onboarding.suggestedTask;

Deno.test("GET /coordinator/onboard?agentId= → {onboarding:{agentId, isNewAgent, timestamp, soul, dashboard, checkpoint, teamOnline, suggestedTask, recentChat, welcomeMessage}}; creates the soul when new", async () => {
  await using app = await testApp();
  const { status, body } = await onboard(app);
  const { onboarding } = body;
  assertEquals(status, 200);
  assertEquals(Object.keys(onboarding).sort(), [
    "agentId",
    "checkpoint",
    "dashboard",
    "isNewAgent",
    "recentChat",
    "soul",
    "suggestedTask",
    "teamOnline",
    "timestamp",
    "welcomeMessage",
  ]);
  assertEquals([onboarding.agentId, onboarding.isNewAgent, onboarding.checkpoint], [
    "phoenix",
    true,
    null,
  ]);
  assertEquals([onboarding.soul.level, onboarding.dashboard.level.current], ["novice", "novice"]);
  assertStringIncludes(onboarding.welcomeMessage, "phoenix");
  const { body: kept } = await ask(app, "GET", "/agent/phoenix/soul");
  assertEquals(kept.soul.soulId, onboarding.soul.soulId);
});

Deno.test("onboard: the second time it is not new and the soul is the same", async () => {
  await using app = await testApp();
  const first = (await onboard(app)).body.onboarding;
  await ask(app, "POST", "/agent/phoenix/checkpoint", { conversationSummary: "the parser" });
  const second = (await onboard(app)).body.onboarding;
  assertEquals([second.isNewAgent, second.soul.soulId], [false, first.soul.soulId]);
  assertEquals(second.checkpoint.conversationSummary, "the parser");
  assertStringIncludes(second.welcomeMessage, "the parser");
});

Deno.test("teamOnline:[{agentId,status,flowStatus,currentTask}], who is not offline", async () => {
  await using app = await testApp();
  const heron = { agentId: "heron", status: "waiting", currentTask: "Docs" };
  await ask(app, "POST", "/coordinator/agents", heron);
  await ask(app, "POST", "/coordinator/agents", { agentId: "gone", status: "offline" });
  await ask(app, "POST", "/agent/heron/trace", { task: "Docs", sessionId: "s1" });
  const { teamOnline } = (await onboard(app)).body.onboarding;
  assertEquals(teamOnline, [
    { agentId: "phoenix", status: "active", flowStatus: "offline" },
    { ...heron, flowStatus: "available" },
  ]);
});

Deno.test("suggestion order: introduce yourself (10, low)", async () => {
  await using app = await testApp();
  const { xpEstimate, priority } = await suggested(app);
  assertEquals([xpEstimate, priority], [10, "low"]);
});

Deno.test("suggestion order: an unassigned todo (25, its priority) before introducing yourself", async () => {
  await using app = await testApp();
  const task = (title: string, more: object) =>
    ask(app, "POST", "/coordinator/tasks", { title, ...more });
  await task("Taken", { assignee: "heron", priority: "urgent" });
  await task("Docs", { priority: "low" });
  const { body } = await task("Parser", { priority: "high" });
  const { reason: _, ...rest } = await suggested(app);
  assertEquals(rest, {
    task: "Parser",
    xpEstimate: 25,
    priority: "high",
    taskId: body.task.id,
  });
});

Deno.test("suggestion order: a pending handoff (50, medium) before a todo, its own before others'", async () => {
  await using app = await testApp();
  const handoff = async (title: string, toAgent?: string) => {
    const sent = { action: "create", fromAgent: "heron", title, context: "c", toAgent };
    return (await ask(app, "POST", "/coordinator/handoffs", sent)).body.handoff;
  };
  await ask(app, "POST", "/coordinator/tasks", { title: "Docs" });
  await handoff("Not mine", "magpie");
  await handoff("Anybody's");
  assertEquals((await suggested(app)).task, "Anybody's");
  const own = await handoff("Mine", "phoenix");
  await handoff("Anybody's, newer");
  const { reason: _, ...rest } = await suggested(app);
  assertEquals(rest, { task: "Mine", xpEstimate: 50, priority: "medium", handoffId: own.id });
});

Deno.test("suggestion order: own checkpoint's unfinished work (30 xp, high) before all", async () => {
  await using app = await testApp();
  await ask(app, "POST", "/coordinator/tasks", { title: "Docs" });
  const handoff = { action: "create", fromAgent: "heron", title: "H", context: "c" };
  await ask(app, "POST", "/coordinator/handoffs", handoff);
  await ask(app, "POST", "/agent/phoenix/checkpoint", { pendingWork: ["finish the parser"] });
  const { task, xpEstimate, priority } = await suggested(app);
  assertEquals([task, xpEstimate, priority], ["finish the parser", 30, "high"]);
  await ask(app, "POST", "/agent/phoenix/checkpoint", { pendingWork: [] });
  assertEquals((await suggested(app)).task, "H");
});

Deno.test("onboard: recentChat is the newest 5, oldest first", async () => {
  await using app = await testApp();
  for (let n = 1; n <= 6; n++) {
    await ask(app, "POST", "/coordinator/chat", { author: "heron", message: `m${n}` });
  }
  const { recentChat } = (await onboard(app)).body.onboarding;
  const words = recentChat.map(({ message }: { message: string }) => message);
  assertEquals(words, ["m2", "m3", "m4", "m5", "m6"]);
});

Deno.test("onboard: 400 agentId required", async () => {
  await using app = await testApp();
  const { status, body } = await ask(app, "GET", "/coordinator/onboard");
  assertEquals([status, body], [400, { error: "agentId required" }]);
});

Deno.test("a viewer's look at an onboarding creates no soul and marks nobody", async () => {
  await using app = await keyedApp();
  const { token } = await app.newKey({ role: "viewer" });
  const { status, body } = await app.send(token, "GET", "/coordinator/onboard?agentId=phoenix");
  assertEquals([status, body.onboarding.soul, body.onboarding.isNewAgent], [200, null, true]);
  const { body: soul } = await app.send(token, "GET", "/agent/phoenix/soul");
  assertEquals(soul, { soul: null });
});

Deno.test("GET /api/v1/onboard answers the same", async () => {
  await using app = await testApp();
  const { status, body } = await ask(app, "GET", "/api/v1/onboard?agentId=phoenix");
  assertEquals([status, body.onboarding.isNewAgent], [200, true]);
  assertEquals((await ask(app, "GET", "/api/v1/onboard")).status, 400);
});
