import { assertEquals, assertStringIncludes } from "@std/assert";
import { type TestApp, testApp } from "../../harness/test_app.ts";
import { ask } from "./asked.ts";

const dashboardOf = async (app: TestApp) =>
  (await ask(app, "GET", "/agent/phoenix/dashboard")).body.dashboard;

/** A completed and counted trace of these steps. */
async function worked(app: TestApp, sessionId: string, steps: readonly object[]): Promise<void> {
  const path = "/agent/phoenix/trace";
  await ask(app, "POST", path, { task: "x", sessionId });
  for (const step of steps) await ask(app, "POST", `${path}/${sessionId}/step`, step);
  await ask(app, "POST", `${path}/${sessionId}/complete`);
  await ask(app, "PATCH", "/agent/phoenix/soul", { traceId: sessionId, domain: "backend" });
}

const found = { tool: "read", outcome: "found", durationMs: 30 };
const nothing = { tool: "grep", intent: "look", outcome: "nothing", durationMs: 10 };

Deno.test("GET /agent/{id}/dashboard: 404 {error:'No soul data', hint} without a soul", async () => {
  await using app = await testApp();
  const { status, body } = await ask(app, "GET", "/agent/phoenix/dashboard");
  assertEquals([status, body.error], [404, "No soul data"]);
  assertStringIncludes(body.hint, "POST /agent/phoenix/soul");
  const canonical = await ask(app, "GET", "/api/v1/agents/phoenix/dashboard");
  assertEquals([canonical.status, canonical.body.code], [404, "not_found"]);
});

Deno.test("Dashboard {agentId, timestamp, level, streak, rust, flow, session, trust, abilities, specializations, recentAchievements, alerts, shadow, heartbeat, suggestions} of a new soul", async () => {
  await using app = await testApp();
  await ask(app, "POST", "/agent/phoenix/soul");
  const { timestamp, shadow, heartbeat, suggestions, abilities, ...rest } = await dashboardOf(app);
  assertEquals(new Date(timestamp).toISOString(), timestamp);
  assertEquals(Object.values(abilities), Array(5).fill(false));
  assertEquals([shadow.hasShadow, heartbeat.lastHeartbeat], [false, null]);
  assertEquals(rest, {
    agentId: "phoenix",
    level: {
      current: "novice",
      xp: 0,
      nextLevel: "capable",
      xpNeeded: 100,
      xpProgress: 0,
      streakNeeded: 3,
      tasksNeeded: 5,
    },
    streak: { current: 0, longest: 0, atRisk: false, hoursUntilExpires: 0 },
    rust: { level: 0, xpMultiplier: 1, status: "fresh" },
    flow: { status: "offline", durationMinutes: 0, respectFlow: false },
    session: { tasksToday: 0, xpToday: 0, avgEfficiency: 0, tokensUsed: 0 },
    trust: { overall: 0.35, transparency: 0, trackRecord: 0, successRate: 0 },
    specializations: [],
    recentAchievements: [],
    alerts: { pendingEscalations: 0, streakAtRisk: false, highRust: false },
  });
  assertEquals(suggestions.map(({ action }: { action: string }) => action), [
    "start-trace",
    "register-shadow",
  ]);
});

Deno.test("dashboard: every number is measured – level, streak, session, trust successRate % and avgEfficiency in %, specializations", async () => {
  await using app = await testApp();
  await ask(app, "POST", "/agent/phoenix/soul");
  await worked(app, "s1", [found, nothing]);
  await worked(app, "s2", [nothing, { ...nothing, outcome: "partial" }]);
  await ask(app, "POST", "/agent/phoenix/heartbeat", { tokensUsed: 700 });
  await ask(app, "POST", "/agent/phoenix/heartbeat", { tokensUsed: 50 });
  for (const achievementId of ["a", "b"]) {
    const body = { action: "unlock-achievement", achievementId };
    await ask(app, "PATCH", "/agent/phoenix/soul", body);
  }
  const dashboard = await dashboardOf(app);
  // 40 for 30 of 40 ms, 25 for nothing found: 65 xp.
  assertEquals(dashboard.level.xp, 65);
  assertEquals([dashboard.level.xpNeeded, dashboard.level.xpProgress], [35, 0.65]);
  assertEquals([dashboard.level.streakNeeded, dashboard.level.tasksNeeded], [1, 3]);
  assertEquals([dashboard.streak.current, dashboard.streak.longest], [2, 2]);
  assertEquals(dashboard.session, {
    tasksToday: 2,
    xpToday: 65,
    avgEfficiency: 38,
    tokensUsed: 750,
  });
  assertEquals([dashboard.trust.successRate, dashboard.trust.trackRecord], [50, 0.5]);
  assertEquals(dashboard.trust.transparency, 0.75);
  assertEquals(dashboard.specializations, [
    { domain: "backend", xp: 32.5, rank: null, progress: 0.325 },
  ]);
  const achieved = dashboard.recentAchievements.map(({ id }: { id: string }) => id);
  assertEquals(achieved, ["b", "a"]);
  assertEquals((await ask(app, "GET", "/agent/phoenix/soul")).body.soul.totalTokensUsed, 750);
});

Deno.test("dashboard: flow stuck with an open escalation, counted, and the first suggestion says why", async () => {
  await using app = await testApp();
  await ask(app, "POST", "/agent/phoenix/soul");
  await worked(app, "s", [nothing, nothing, nothing]);
  const { flow, alerts, suggestions } = await dashboardOf(app);
  assertEquals([flow.status, flow.respectFlow, alerts.pendingEscalations], ["stuck", false, 1]);
  assertEquals([suggestions[0].action, suggestions[0].priority], ["resolve-escalation", "urgent"]);
  assertStringIncludes(suggestions[0].reason, "grep: 3 of the last 3 steps");
  for (const { action, priority, reason } of suggestions) {
    assertEquals([typeof action, typeof priority, typeof reason], ["string", "string", "string"]);
  }
});

Deno.test("GET /api/v1/agents/{id}/dashboard shows the same", async () => {
  await using app = await testApp();
  await ask(app, "POST", "/agent/phoenix/soul");
  await worked(app, "s", [found]);
  const compat = await dashboardOf(app);
  const { body } = await ask(app, "GET", "/api/v1/agents/phoenix/dashboard");
  const { timestamp, streak } = compat;
  // The two were asked one after the other.
  const atOnce = { timestamp, streak: { ...streak, hoursUntilExpires: 0 } };
  assertEquals(
    { ...body.dashboard, timestamp, streak: { ...body.dashboard.streak, hoursUntilExpires: 0 } },
    { ...compat, ...atOnce },
  );
});
