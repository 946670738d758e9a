import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { ADMIN_KEY, keyedApp } from "../../harness/keyed_app.ts";
import { type TestApp, testApp } from "../../harness/test_app.ts";
import { ask } from "./asked.ts";

const SOUL = "/agent/phoenix/soul";
const patch = (app: TestApp, body: unknown) => ask(app, "PATCH", SOUL, body);

async function ensouled(): Promise<TestApp> {
  const app = await testApp();
  await ask(app, "POST", SOUL, {});
  return app;
}

/** A completed trace that found what it looked for, in all its time. */
async function traced(app: TestApp, sessionId: string, agent = "phoenix"): Promise<string> {
  const path = `/agent/${agent}/trace`;
  await ask(app, "POST", path, { task: "x", sessionId });
  const step = { tool: "read", intent: "see", outcome: "found", durationMs: 10 };
  await ask(app, "POST", `${path}/${sessionId}/step`, step);
  await ask(app, "POST", `${path}/${sessionId}/complete`);
  return sessionId;
}

Deno.test("GET /agent/{id}/soul → {soul|null}", async () => {
  await using app = await testApp();
  const { status, body } = await ask(app, "GET", SOUL);
  assertEquals([status, body], [200, { soul: null }]);
});

Deno.test("POST /agent/{id}/soul initialises: Soul {soulId, name, personality, … trustScore, transparencyScore, trackRecordScore, rustLevel, effectiveXPMultiplier}", async () => {
  await using app = await testApp();
  const { status, body } = await ask(app, "POST", SOUL, { name: "Fenix", personality: "calm" });
  assertEquals([status, body.success], [200, true]);
  const { soulId, createdAt, ...rest } = body.soul;
  assertMatch(soulId, /^soul_/);
  assertEquals(new Date(createdAt).toISOString(), createdAt);
  assertEquals(rest, {
    agentId: "phoenix",
    name: "Fenix",
    personality: "calm",
    totalXP: 0,
    level: "novice",
    currentStreak: 0,
    longestStreak: 0,
    tasksCompleted: 0,
    tasksSuccessful: 0,
    totalTokensUsed: 0,
    avgEfficiency: 0,
    peersHelped: 0,
    lastTraceId: null,
    escalationCount: 0,
    selfResolvedCount: 0,
    peerAssistCount: 0,
    humanEscalationCount: 0,
    specializations: { frontend: 0, backend: 0, devops: 0, research: 0 },
    achievements: [],
    abilities: {
      canCommit: false,
      canSpawnSubagents: false,
      canAccessProd: false,
      canMentorPeers: false,
      extendedBudget: false,
    },
    trustScore: 0.35,
    transparencyScore: 0,
    trackRecordScore: 0,
    rustLevel: 0,
    effectiveXPMultiplier: 1,
  });
});

Deno.test("a second POST changes nothing and returns the soul", async () => {
  await using app = await testApp();
  const first = (await ask(app, "POST", SOUL)).body.soul;
  const second = await ask(app, "POST", SOUL, { name: "Other" });
  assertEquals([second.status, second.body.soul], [200, first]);
});

Deno.test("PATCH {traceId, domain?} → {success, xpGained, totalXP, levelUp?, soul}: a completed trace counts once", async () => {
  await using app = await ensouled();
  await traced(app, "s");
  const { status, body } = await patch(app, { traceId: "s", domain: "frontend" });
  assertEquals([status, body.success, body.xpGained, body.totalXP], [200, true, 40, 40]);
  assertEquals([body.soul.lastTraceId, body.soul.specializations.frontend], ["s", 20]);
  assertEquals([body.soul.tasksSuccessful, body.soul.avgEfficiency], [1, 1]);
  assertEquals([body.soul.transparencyScore, body.soul.trackRecordScore], [1, 1]);
  const again = await patch(app, { traceId: "s", domain: "frontend" });
  assertEquals([again.status, again.body.xpGained, again.body.soul], [200, 0, body.soul]);
});

Deno.test("a completed trace counts once even when two PATCHes race", async () => {
  await using app = await ensouled();
  for (let n = 0; n < 10; n++) {
    await traced(app, `s${n}`);
    const both = await Promise.all([1, 2].map(() => patch(app, { traceId: `s${n}` })));
    assertEquals(both.map(({ body }) => body.xpGained).sort(), [0, 40]);
  }
  const { soul } = (await ask(app, "GET", SOUL)).body;
  assertEquals([soul.totalXP, soul.tasksCompleted, soul.currentStreak], [400, 10, 10]);
});

Deno.test("levelUp:{oldLevel,newLevel,newAbilities}: capable (100 xp, streak 3, 5 tasks), all three needed", async () => {
  await using app = await ensouled();
  for (let n = 1; n <= 4; n++) {
    assertEquals(
      (await patch(app, { traceId: await traced(app, `s${n}`) })).body.levelUp,
      undefined,
    );
  }
  const { body } = await patch(app, { traceId: await traced(app, "s5") });
  assertEquals(body.levelUp, {
    oldLevel: "novice",
    newLevel: "capable",
    newAbilities: ["canCommit"],
  });
  assertEquals([body.soul.level, body.soul.abilities.canCommit], ["capable", true]);
});

Deno.test("PATCH {action:'add-xp', xp, source?} adds; xp alone raises no level", async () => {
  await using app = await ensouled();
  const { status, body } = await patch(app, { action: "add-xp", xp: 600, source: "review" });
  assertEquals([status, body.success, body.xpGained, body.totalXP], [200, true, 600, 600]);
  assertEquals([body.levelUp, body.soul.level], [undefined, "novice"]);
});

Deno.test("PATCH {action:'unlock-achievement', achievementId} → {success, achievement, alreadyUnlocked, soul}", async () => {
  await using app = await ensouled();
  const given = { action: "unlock-achievement", achievementId: "first-trace" };
  const { status, body } = await patch(app, given);
  assertEquals([status, body.success, body.alreadyUnlocked], [200, true, false]);
  assertEquals([body.achievement.id, body.soul.achievements], ["first-trace", [body.achievement]]);
  const again = (await patch(app, given)).body;
  assertEquals([again.alreadyUnlocked, again.achievement], [true, body.achievement]);
});

const BAD: readonly [what: string, body: unknown, status: number, error: string][] = [
  ["nothing", {}, 400, "Invalid action. Use: add-xp, unlock-achievement"],
  ["an unknown action", { action: "fly" }, 400, "Invalid action"],
  ["no xp", { action: "add-xp" }, 400, "xp required"],
  ["xp below 1", { action: "add-xp", xp: -5 }, 400, "xp: "],
  ["xp that is no number", { action: "add-xp", xp: "many" }, 400, "xp: "],
  ["no achievement", { action: "unlock-achievement" }, 400, "achievementId required"],
  ["an unknown domain", { traceId: "s", domain: "magic" }, 400, "domain: "],
  ["an unknown trace", { traceId: "nothing" }, 404, "no trace"],
  ["a trace that is not completed", { traceId: "open" }, 409, "complete it first"],
];

for (const [what, body, status, error] of BAD) {
  Deno.test(`PATCH /agent/{id}/soul refuses ${what} with ${status}`, async () => {
    await using app = await ensouled();
    await traced(app, "s");
    await ask(app, "POST", "/agent/phoenix/trace", { task: "x", sessionId: "open" });
    const before = (await ask(app, "GET", SOUL)).body;
    const answer = await patch(app, body);
    assertEquals(answer.status, status);
    assertStringIncludes(answer.body.error, error);
    assertEquals((await ask(app, "GET", SOUL)).body, before);
  });
}

Deno.test("PATCH /agent/{id}/soul without a soul is a 404", async () => {
  await using app = await testApp();
  await traced(app, "s");
  for (const body of [{ traceId: "s" }, { action: "add-xp", xp: 1 }]) {
    assertEquals((await patch(app, body)).status, 404);
  }
});

Deno.test("/api/v1 souls: create 201 then 200, xp, traces, achievements; strict about unknown fields", async () => {
  await using app = await testApp();
  const path = "/api/v1/agents/phoenix/soul";
  assertEquals((await ask(app, "GET", path)).body, { soul: null });
  assertEquals((await ask(app, "POST", path, { name: "Fenix" })).status, 201);
  assertEquals((await ask(app, "POST", path)).status, 200);
  await traced(app, "s");
  const counted = await ask(app, "POST", `${path}/traces`, { traceId: "s" });
  assertEquals([counted.status, counted.body.xpGained], [200, 40]);
  assertEquals((await ask(app, "POST", `${path}/xp`, { xp: 5 })).body.totalXP, 45);
  const unlocked = await ask(app, "POST", `${path}/achievements`, { achievementId: "a" });
  assertEquals(unlocked.body.alreadyUnlocked, false);
  for (
    const [sub, body, status] of [
      ["traces", { traceId: "nothing" }, 404],
      ["traces", { traceId: "s", other: 1 }, 400],
      ["xp", { xp: 0 }, 400],
      ["achievements", { achievementId: "a b" }, 400],
    ] as const
  ) {
    assertEquals((await ask(app, "POST", `${path}/${sub}`, body)).status, status, sub);
  }
});

Deno.test("a key bound to an agent earns for it alone", async () => {
  await using app = await keyedApp();
  const { token } = await app.newKey({ role: "agent", agentId: "phoenix" });
  assertEquals((await app.send(token, "POST", SOUL)).status, 200);
  assertEquals((await app.send(token, "POST", "/agent/owl/soul")).status, 403);
  const viewer = await app.newKey({ role: "viewer" });
  assertEquals((await app.send(viewer.token, "POST", SOUL)).status, 403);
  assertEquals((await app.send(viewer.token, "GET", SOUL)).status, 200);
});

Deno.test("abilities mean something: a run policy lets agents start runs only with canSpawnSubagents", async () => {
  await using app = await keyedApp();
  const { token } = await app.newKey({ role: "member", agentId: "phoenix" });
  const policy = { runs: { policies: [{ ability: "canSpawnSubagents" }] } };
  const set = await app.send(ADMIN_KEY, "PATCH", "/api/v1/settings/coordination", policy);
  assertEquals(set.status, 200);
  const start = (key: string, headers?: Record<string, string>) =>
    app.send(key, "POST", "/api/v1/runs", { intent: "Say hello" }, headers);
  const refused = await start(token);
  assertEquals([refused.status, refused.body.code, refused.body.ability], [
    403,
    "forbidden",
    "canSpawnSubagents",
  ]);
  assertStringIncludes(refused.body.detail, "novice");
  assertEquals((await start(ADMIN_KEY, { "x-agent-id": "phoenix" })).status, 403);
  assertEquals((await start(ADMIN_KEY)).status, 202, "people are not asked");
  await expert(app, token);
  assertEquals((await start(token)).status, 202);
});

/** Earns expert by work: thresholds lowered, as a workspace may. */
async function expert(app: Awaited<ReturnType<typeof keyedApp>>, token: string): Promise<void> {
  const need = { xp: 1, streak: 1, tasks: 1 };
  const levels = { souls: { levels: { capable: need, expert: need } } };
  await app.send(ADMIN_KEY, "PATCH", "/api/v1/settings/coordination", levels);
  await app.send(token, "POST", SOUL);
  await app.send(token, "POST", "/agent/phoenix/trace", { task: "x", sessionId: "s" });
  await app.send(token, "POST", "/agent/phoenix/trace/s/complete");
  const { body } = await app.send(token, "PATCH", SOUL, { traceId: "s" });
  assertEquals([body.levelUp.newLevel, body.soul.abilities.canSpawnSubagents], ["expert", true]);
}

Deno.test("a run policy of one pattern asks for its ability there only, also in workflows and sessions", async () => {
  await using app = await testApp();
  const policy = { runs: { policies: [{ pattern: "parallel", ability: "canMentorPeers" }] } };
  await ask(app, "PATCH", "/api/v1/settings/coordination", policy);
  const as = { "x-agent-id": "phoenix" };
  const run = (pattern?: string) =>
    ask(app, "POST", "/api/v1/runs", { intent: "Say hello", pattern, inputs: {} }, as);
  assertEquals((await run("parallel")).status, 403);
  assertEquals((await run()).status, 403, "it may become any pattern");
  assertEquals((await run("full")).status, 202);
  const flow = await ask(app, "POST", "/api/v1/workflows/parallel/run", { inputs: {} }, as);
  assertEquals(flow.status, 403);
  const { session } = (await ask(app, "POST", "/api/v1/sessions", {})).body;
  const said = { content: "Hello", pattern: "parallel" };
  const posted = await ask(app, "POST", `/api/v1/sessions/${session.id}/messages`, said, as);
  assertEquals(posted.status, 403);
});
