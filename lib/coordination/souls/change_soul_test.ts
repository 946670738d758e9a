import { assertEquals, assertRejects } from "@std/assert";
import { type HubContext, hubContext } from "../../../tests/harness/hub_context.ts";
import { AppError } from "../../kernel/core/errors.ts";
import { readEvents } from "../../kernel/events/mod.ts";
import { parseFaults } from "../../kernel/kv/mod.ts";
import { getDayTallies } from "../tallies/mod.ts";
import { addStep, completeTrace, resolveEscalation, startTrace } from "../traces/mod.ts";
import { addXp, countTrace, unlockAchievement } from "./change_soul.ts";
import { createSoul } from "./create_soul.ts";
import type { SoulGain } from "./schema.ts";
import { getLevels, getSoul, hasAbility, requireRunAbility } from "./store.ts";

const AGENT = { agentId: "phoenix" };
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

async function withSoul(): Promise<HubContext> {
  const hub = await hubContext();
  await createSoul(hub, hub.as("phoenix"), AGENT);
  return hub;
}

/** A trace that takes all its time to find something, completed. */
async function traced(hub: HubContext, sessionId: string): Promise<string> {
  const call = hub.as("phoenix");
  const of = { ...AGENT, sessionId };
  await startTrace(hub, call, { ...of, task: "x" });
  await addStep(hub, call, { ...of, tool: "read", outcome: "found", durationMs: 10 });
  await completeTrace(hub, call, of);
  return sessionId;
}

const count = (hub: HubContext, traceId: string): Promise<SoulGain> =>
  countTrace(hub, hub.as("phoenix"), { ...AGENT, traceId });

Deno.test("countTrace() counts once when 20 ask at once", async () => {
  await using hub = await withSoul();
  await traced(hub, "s");
  const gains = await Promise.all(Array.from({ length: 20 }, () => count(hub, "s")));
  assertEquals(gains.map(({ xpGained }) => xpGained).sort().slice(-2), [0, 40]);
  const soul = await getSoul(hub, "default", "phoenix");
  assertEquals([soul?.totalXP, soul?.tasksCompleted, soul?.currentStreak], [40, 1, 1]);
});

Deno.test("countTrace() counts once when the answer to its commit is lost, or the commit is", async () => {
  for (const fault of ["throw-after", "throw-before"]) {
    for (let n = 4; n <= 6; n++) {
      await using hub = await hubContext({ tuning: { faults: parseFaults(`${fault}:${n}`) } });
      await createSoul(hub, hub.as("phoenix"), AGENT);
      await traced(hub, "s");
      await count(hub, "s").catch(() => null);
      await count(hub, "s");
      const soul = await getSoul(hub, "default", "phoenix");
      assertEquals([soul?.totalXP, soul?.tasksCompleted], [40, 1], `${fault} ${n}`);
    }
  }
});

Deno.test("countTrace() streak and all three needs: capable after 5 tasks, not after 100 xp", async () => {
  await using hub = await withSoul();
  const levels: (string | undefined)[] = [];
  for (let n = 1; n <= 5; n++) {
    const { levelUp, soul } = await count(hub, await traced(hub, `s${n}`));
    levels.push(levelUp && `${levelUp.newLevel} ${soul.totalXP} ${levelUp.newAbilities}`);
  }
  assertEquals(levels, [undefined, undefined, undefined, undefined, "capable 200 canCommit"]);
  assertEquals(await hasAbility(hub, "default", "phoenix", "canCommit"), true);
  assertEquals(await hasAbility(hub, "default", "phoenix", "canSpawnSubagents"), false);
  assertEquals(await hasAbility(hub, "default", "nobody", "canCommit"), false);
  assertEquals(
    await getLevels(hub, "default", ["phoenix", "nobody"]),
    new Map([["phoenix", "capable"]]),
  );
});

Deno.test("countTrace() streak: over after 48 h, at risk when under 8 h remain, 0 when a human had to step in", async () => {
  await using hub = await withSoul();
  await count(hub, await traced(hub, "s1"));
  hub.clock.advance(47 * HOUR_MS);
  assertEquals((await count(hub, await traced(hub, "s2"))).soul.currentStreak, 2);
  hub.clock.advance(48 * HOUR_MS);
  assertEquals((await getSoul(hub, "default", "phoenix"))?.currentStreak, 0);
  assertEquals((await count(hub, await traced(hub, "s3"))).soul.currentStreak, 1);
  const helped = await count(hub, await helpedTrace(hub, "s4", "human"));
  assertEquals([helped.soul.currentStreak, helped.soul.longestStreak], [0, 2]);
  assertEquals([helped.xpGained, helped.soul.humanEscalationCount], [10, 1]);
});

/** A trace with two errors, whose escalation is resolved. */
async function helpedTrace(
  hub: HubContext,
  sessionId: string,
  resolvedBy: "self" | "peer" | "human",
): Promise<string> {
  const call = hub.as("phoenix");
  const of = { ...AGENT, sessionId };
  await startTrace(hub, call, { ...of, task: "x" });
  const broken = { ...of, tool: "build", outcome: "error", durationMs: 5 } as const;
  await addStep(hub, call, broken);
  const { escalation } = await addStep(hub, call, broken);
  await resolveEscalation(hub, call, {
    ...of,
    escalationId: escalation!.escalationId,
    resolvedBy,
    ...(resolvedBy === "peer" && { resolverAgent: "owl" }),
  });
  await completeTrace(hub, call, of);
  return sessionId;
}

Deno.test("countTrace() +10 unless an escalation was resolved by a peer or a human; who helped is counted", async () => {
  await using hub = await withSoul();
  await createSoul(hub, hub.as("owl"), { agentId: "owl" });
  assertEquals((await count(hub, await helpedTrace(hub, "s1", "self"))).xpGained, 20);
  const { soul, xpGained } = await count(hub, await helpedTrace(hub, "s2", "peer"));
  assertEquals(xpGained, 10);
  assertEquals(
    [soul.escalationCount, soul.selfResolvedCount, soul.peerAssistCount],
    [2, 1, 1],
  );
  assertEquals((await getSoul(hub, "default", "owl"))?.peersHelped, 1);
});

Deno.test("countTrace() rust: earns less after a pause, and none after the next trace", async () => {
  await using hub = await withSoul();
  const pauses: [days: number, xp: number][] = [[6.9, 40], [7, 36], [30, 32], [90, 28], [0, 40]];
  for (const [days, xp] of pauses) {
    hub.clock.advance(days * DAY_MS);
    assertEquals((await count(hub, await traced(hub, `after ${days}`))).xpGained, xp);
  }
});

Deno.test("countTrace() gives half the xp to the domain, the day and the events what it gave", async () => {
  await using hub = await withSoul();
  await traced(hub, "s");
  const input = { ...AGENT, traceId: "s", domain: "backend" } as const;
  const { soul } = await countTrace(hub, hub.as("phoenix"), input);
  assertEquals(soul.specializations, { frontend: 0, backend: 20, devops: 0, research: 0 });
  assertEquals(await getDayTallies(hub, "default", "phoenix", hub.clock.now()), {
    tasks: 1,
    efficiency: 1,
    xp: 40,
    tokens: 0,
  });
  const events = (await readEvents(hub, "default", "agent:phoenix")).map((e) => JSON.parse(e.json));
  const changed = events.filter(({ type }) => type === "soul.changed");
  assertEquals(changed.map(({ xpGained }) => xpGained), [0, 40]);
  assertEquals(changed[1].soul, soul);
});

const refused = async (code: string, work: Promise<unknown>) => {
  const error = await assertRejects(() => work, AppError);
  assertEquals(error.code, code);
};

Deno.test("countTrace() refuses a trace that is not completed, unknown, another's, or without a soul", async () => {
  await using hub = await withSoul();
  await startTrace(hub, hub.as("phoenix"), { ...AGENT, sessionId: "open", task: "x" });
  await refused("conflict", count(hub, "open"));
  await refused("not_found", count(hub, "nothing"));
  await createSoul(hub, hub.as("owl"), { agentId: "owl" });
  await traced(hub, "mine");
  const owls = { agentId: "owl", traceId: "mine" };
  await refused("not_found", countTrace(hub, hub.as("owl"), owls));
  const nobody = { agentId: "nobody", traceId: "mine" };
  await refused("not_found", countTrace(hub, hub.as("nobody"), nobody));
  assertEquals((await getSoul(hub, "default", "phoenix"))?.totalXP, 0);
});

Deno.test("addXp() raises no level alone; unlockAchievement() keeps the first", async () => {
  await using hub = await withSoul();
  const call = hub.as("phoenix");
  const gain = await addXp(hub, call, { ...AGENT, xp: 5_000 });
  assertEquals([gain.totalXP, gain.levelUp, gain.soul.level], [5_000, undefined, "novice"]);
  const first = await unlockAchievement(hub, call, { ...AGENT, achievementId: "first" });
  hub.clock.advance(1_000);
  const second = await unlockAchievement(hub, call, { ...AGENT, achievementId: "first" });
  assertEquals([first.alreadyUnlocked, second.alreadyUnlocked], [false, true]);
  assertEquals(second.achievement, first.achievement);
  assertEquals(second.soul.achievements, [first.achievement]);
});

Deno.test("createSoul() a second one changes nothing, also of two at once", async () => {
  await using hub = await hubContext();
  const made = await Promise.all(
    ["A", "B"].map((name) => createSoul(hub, hub.as("phoenix"), { ...AGENT, name })),
  );
  assertEquals(made.map(({ created }) => created).sort(), [false, true]);
  assertEquals(made[0]!.soul, made[1]!.soul);
});

Deno.test("a soul, its tallies and abilities are not seen from another workspace", async () => {
  await using hub = await withSoul();
  for (let n = 1; n <= 5; n++) await count(hub, await traced(hub, `s${n}`));
  assertEquals(await getSoul(hub, "other", "phoenix"), null);
  assertEquals(await hasAbility(hub, "other", "phoenix", "canCommit"), false);
  await createSoul(hub, { workspaceId: "other", actor: "agent:phoenix" }, AGENT);
  const other = await getSoul(hub, "other", "phoenix");
  assertEquals([other?.totalXP, other?.tasksCompleted], [0, 0]);
});

Deno.test("requireRunAbility() asks nobody unless the workspace has a policy", async () => {
  await using hub = await withSoul();
  await requireRunAbility(hub, "default", "phoenix", "full");
  await requireRunAbility(hub, "default", "nobody", undefined);
});
