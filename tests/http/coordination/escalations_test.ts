import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { keyedApp } from "../../harness/keyed_app.ts";
import { type TestApp, testApp } from "../../harness/test_app.ts";
import { ask, eventsOf, type Reply } from "./asked.ts";

const TRACE = "/agent/phoenix/trace/s";

async function begun(): Promise<TestApp> {
  const app = await testApp();
  await ask(app, "POST", "/agent/phoenix/trace", { task: "Find the bug", sessionId: "s" });
  return app;
}

/** `grep-` a step that found nothing, `~` in part, `+` found, `!` error; the answer to the last. */
async function steps(app: TestApp, ...given: string[]): Promise<Reply> {
  const outcomes: Record<string, string> = { "-": "nothing", "~": "partial", "+": "found" };
  let last: Reply | undefined;
  for (const text of given) {
    const body = { tool: text.slice(0, -1), outcome: outcomes[text.slice(-1)] ?? "error" };
    last = await ask(app, "POST", `${TRACE}/step`, body);
  }
  return last!;
}

const resolve = (app: TestApp, body: unknown, headers?: Record<string, string>) =>
  ask(app, "POST", `${TRACE}/resolve-escalation`, body, headers);
const open = async (app: TestApp): Promise<string> =>
  (await steps(app, "grep~", "grep~", "grep~")).body.escalation.escalationId;
const flowOf = async (app: TestApp) =>
  (await ask(app, "GET", "/api/v1/agents/phoenix/flow")).body.flow;

const TABLE: readonly [
  rule: string,
  below: string[],
  at: string,
  type: string,
  level: number,
  recommendation: string,
][] = [
  [
    "stuck_loop (level 2) – same tool ≥ 3 times in the last 5 steps with outcome nothing/partial",
    ["grep~", "read+", "grep~"],
    "grep-",
    "stuck_loop",
    2,
    "PAUSE: Ask for guidance or try different approach",
  ],
  [
    "repeated_failures (1) – ≥ 3 nothing in the trace",
    ["grep-", "read-"],
    "find-",
    "repeated_failures",
    1,
    "Consider pausing to review approach",
  ],
  [
    "error_accumulation (2) – ≥ 2 errors",
    ["build!", "build+"],
    "build!",
    "error_accumulation",
    2,
    "PAUSE: Ask for guidance or try different approach",
  ],
  [
    "low_efficiency (1) – ≥ 5 steps and > 60 % nothing/error/minimal",
    ["a!", "b-", "c-", "d~"],
    "e-",
    "low_efficiency",
    1,
    "Consider pausing to review approach",
  ],
];

for (const [rule, below, at, type, level, recommendation] of TABLE) {
  Deno.test(`escalation ${rule}`, async () => {
    await using app = await begun();
    assertEquals((await steps(app, ...below)).body.escalation, undefined);
    const { escalation } = (await steps(app, at)).body;
    assertMatch(escalation.escalationId, /^esc_/);
    // deno-lint-ignore no-explicit-any -- shown triggers
    const trigger = escalation.triggers.find((t: any) => t.type === type);
    assertEquals([trigger.level, typeof trigger.reason], [level, "string"]);
    assertEquals(new Date(trigger.detectedAt).toISOString(), trigger.detectedAt);
    assertEquals([escalation.shouldEscalate, escalation.highestLevel], [true, level]);
    assertEquals(escalation.recommendation, recommendation);
  });
}

Deno.test("escalation time_exceeded (1) – > 10 min, a workspace setting", async () => {
  await using app = await begun();
  assertEquals((await steps(app, "grep+")).body.escalation, undefined);
  const slow = { tool: "build", outcome: "found", durationMs: 600_001 };
  const { escalation } = (await ask(app, "POST", `${TRACE}/step`, slow)).body;
  assertEquals(escalation.triggers.map(({ type }: { type: string }) => type), ["time_exceeded"]);
});

Deno.test("escalation: level 3 when a level-2 trigger persists 3 steps after a level-2 escalation", async () => {
  await using app = await begun();
  const levels: unknown[] = [];
  for (const text of ["build!", "build!", "build+", "build+", "build+"]) {
    const { escalation } = (await steps(app, text)).body;
    levels.push(escalation && [escalation.highestLevel, escalation.recommendation]);
  }
  const pause = [2, "PAUSE: Ask for guidance or try different approach"];
  const human = [3, "ESCALATE: Human intervention recommended"];
  assertEquals(levels, [undefined, pause, pause, pause, human]);
});

Deno.test("one open escalation per trigger per trace: a repeat updates it, it does not flood", async () => {
  await using app = await begun();
  const id = await open(app);
  const again = await steps(app, ...Array<string>(12).fill("grep-"));
  assertEquals(again.body.escalation.escalationId, id);
  const { escalations } = (await ask(app, "GET", `${TRACE}/escalations`)).body;
  assertEquals(escalations.length, 1);
  const types = escalations[0].triggers.map(({ type }: { type: string }) => type).sort();
  assertEquals(types, ["low_efficiency", "repeated_failures", "stuck_loop"]);
  assertStringIncludes(JSON.stringify(escalations[0]), "5 of the last 5 steps");
  // Opened; a second trigger; a third trigger or level 3, each once.
  const told = (await eventsOf(app, "escalation.opened,escalation.updated")).map((e) => e.type);
  assertEquals(told.filter((type) => type === "escalation.opened").length, 1);
  assertEquals(told.length <= 4, true, told.join());
});

Deno.test("GET …/escalations → {escalations:[{id, triggeredAt, triggers, highestLevel, resolvedAt, resolvedBy, resolverAgent, helpfulHint}]}", async () => {
  await using app = await begun();
  assertEquals((await ask(app, "GET", `${TRACE}/escalations`)).body, { escalations: [] });
  const id = await open(app);
  const { escalations } = (await ask(app, "GET", `${TRACE}/escalations`)).body;
  const [{ triggeredAt, triggers, ...rest }] = escalations;
  assertEquals(new Date(triggeredAt).toISOString(), triggeredAt);
  assertEquals(triggers.length, 1);
  assertEquals(rest, {
    id,
    agentId: "phoenix",
    sessionId: "s",
    task: "Find the bug",
    highestLevel: 2,
    recommendation: "PAUSE: Ask for guidance or try different approach",
    resolvedAt: null,
    resolvedBy: null,
    resolverAgent: null,
    helpfulHint: null,
  });
  const ofAgent = await ask(app, "GET", "/agent/phoenix/escalations");
  assertEquals(ofAgent.body, { escalations });
});

Deno.test("POST …/resolve-escalation {escalationId, resolvedBy: self|peer|human, resolverAgent?, helpfulHint?} → {success, resolution:{escalationId, resolvedBy, resolverAgent?, resolutionTime, helpfulHint?}}", async () => {
  await using app = await begun();
  const escalationId = await open(app);
  const input = { resolvedBy: "peer", resolverAgent: "owl", helpfulHint: "Look in b.ts" };
  const { status, body } = await resolve(app, { escalationId, ...input });
  assertEquals([status, body.success], [200, true]);
  const { resolutionTime, ...rest } = body.resolution;
  assertEquals(rest, { escalationId, ...input });
  assertEquals(Number.isInteger(resolutionTime) && resolutionTime >= 0, true);
  const [shown] = (await ask(app, "GET", `${TRACE}/escalations`)).body.escalations;
  assertEquals([shown.resolvedBy, shown.resolverAgent, shown.helpfulHint], [
    "peer",
    "owl",
    "Look in b.ts",
  ]);
  assertEquals(new Date(shown.resolvedAt).toISOString(), shown.resolvedAt);
});

const BAD: readonly [what: string, body: object, status: number, error: string][] = [
  ["an unknown escalation", { escalationId: "esc_x", resolvedBy: "self" }, 404, "no escalation"],
  ["no escalationId", { resolvedBy: "self" }, 400, "escalationId required"],
  ["nobody", {}, 400, "resolvedBy"],
  ["an unknown resolver", { resolvedBy: "magic" }, 400, "resolvedBy: "],
  ["itself as its peer", { resolvedBy: "peer", resolverAgent: "phoenix" }, 400, "another agent"],
  ["another as itself", { resolvedBy: "self", resolverAgent: "owl" }, 400, "resolverAgent"],
];

for (const [what, body, status, error] of BAD) {
  Deno.test(`POST …/resolve-escalation refuses ${what} with ${status}`, async () => {
    await using app = await begun();
    const escalationId = what.includes("scalation") ? undefined : await open(app);
    const answer = await resolve(app, { escalationId, ...body });
    assertEquals(answer.status, status);
    assertStringIncludes(answer.body.error, error);
  });
}

Deno.test("resolve: 20 at once, exactly one resolves it, the others are a 409 that says who did", async () => {
  await using app = await begun();
  const escalationId = await open(app);
  const asked = Array.from(
    { length: 20 },
    (_, n) => resolve(app, { escalationId, resolvedBy: "peer", resolverAgent: `owl-${n}` }),
  );
  const answers = await Promise.all(asked);
  const [winner] = answers.filter(({ status }) => status === 200);
  const losers = answers.filter(({ status }) => status === 409);
  assertEquals(losers.length, 19);
  const by = winner!.body.resolution.resolverAgent;
  for (const { body } of losers) {
    assertEquals([body.success, body.escalation.resolverAgent], [false, by]);
    assertStringIncludes(body.error, by);
  }
});

Deno.test("after a resolution a trigger opens again only when the work adds to it", async () => {
  await using app = await begun();
  const first = (await steps(app, "a-", "b-", "c-")).body.escalation.escalationId;
  await resolve(app, { escalationId: first, resolvedBy: "self" });
  assertEquals((await steps(app, "d+", "e~")).body.escalation, undefined);
  const { escalation } = (await steps(app, "f-")).body;
  assertEquals(escalation.escalationId === first, false);
  const { escalations } = (await ask(app, "GET", `${TRACE}/escalations`)).body;
  assertEquals(escalations.map(({ id }: { id: string }) => id), [escalation.escalationId, first]);
});

Deno.test("flow: stuck with an open escalation, with the reason; free when it is resolved", async () => {
  await using app = await begun();
  assertEquals((await flowOf(app)).status, "available");
  const escalationId = await open(app);
  const { status, reason, respectFlow } = await flowOf(app);
  assertEquals([status, respectFlow], ["stuck", false]);
  assertStringIncludes(reason, "grep: 3 of the last 3 steps");
  await resolve(app, { escalationId, resolvedBy: "human" });
  assertEquals((await flowOf(app)).status, "available");
});

Deno.test("flow: in_flow with ≥ 5 productive of the last 10 steps within 15 min (do not interrupt); offline without a trace", async () => {
  await using app = await begun();
  await steps(app, "a+", "b+", "c~", "d+");
  assertEquals((await flowOf(app)).status, "available");
  await steps(app, "e+");
  assertEquals(await flowOf(app), { status: "in_flow", durationMinutes: 0, respectFlow: true });
  const { flow } = (await ask(app, "GET", "/api/v1/agents/nobody/flow")).body;
  assertEquals(flow, { status: "offline", durationMinutes: 0, respectFlow: false });
});

Deno.test("an opened escalation is an event on the agent's stream and a notice on the board's, with its end", async () => {
  await using app = await begun();
  const escalationId = await open(app);
  await resolve(app, { escalationId, resolvedBy: "self" });
  const events = await eventsOf(app, "escalation.*");
  assertEquals(events.map(({ type, stream }) => `${type} ${stream}`).sort(), [
    "escalation.cleared board",
    "escalation.opened agent:phoenix",
    "escalation.raised board",
    "escalation.resolved agent:phoenix",
  ]);
  for (const { escalation } of events) {
    assertEquals([escalation.id, escalation.agentId], [escalationId, "phoenix"]);
  }
});

Deno.test("GET /api/v1/escalations: open ones of all agents; GET /agents/{id}/escalations?open: of one", async () => {
  await using app = await begun();
  const first = await open(app);
  await resolve(app, { escalationId: first, resolvedBy: "self" });
  const second = (await steps(app, "grep-")).body.escalation.escalationId;
  await ask(app, "POST", "/agent/owl/trace", { task: "x", sessionId: "s" });
  const broken = { tool: "a", outcome: "error" };
  await ask(app, "POST", "/agent/owl/trace/s/step", broken);
  const third = (await ask(app, "POST", "/agent/owl/trace/s/step", broken)).body.escalation;
  const ids = async (path: string) =>
    (await ask(app, "GET", path)).body.items.map(({ id }: { id: string }) => id);
  assertEquals(await ids("/api/v1/escalations"), [third.escalationId, second]);
  assertEquals(await ids("/api/v1/escalations?limit=1"), [third.escalationId]);
  assertEquals(await ids("/api/v1/agents/phoenix/escalations"), [second, first]);
  assertEquals(await ids("/api/v1/agents/phoenix/escalations?open=true"), [second]);
  assertEquals(await ids("/api/v1/agents/phoenix/escalations?open=false"), [first]);
  assertEquals(await ids("/api/v1/agents/phoenix/traces/s/escalations"), [second, first]);
  const resolved = await ask(
    app,
    "POST",
    `/api/v1/agents/phoenix/escalations/${second}/resolve`,
    { resolvedBy: "human" },
  );
  assertEquals([resolved.status, resolved.body.escalation.resolvedBy], [200, "human"]);
  assertEquals(await ids("/api/v1/escalations"), [third.escalationId]);
});

Deno.test("who may resolve: its agent, the peer who helped, a person – no other agent's key", async () => {
  await using app = await keyedApp();
  const key = async (agentId: string) =>
    (await app.newKey({ name: agentId, role: "agent", agentId })).token;
  const [phoenix, owl, cat] = [await key("phoenix"), await key("owl"), await key("cat")];
  await app.send(phoenix, "POST", "/agent/phoenix/trace", { task: "x", sessionId: "s" });
  const opened = async () => {
    const body = { tool: "a", outcome: "error" };
    await app.send(phoenix, "POST", `${TRACE}/step`, body);
    const { escalation } = (await app.send(phoenix, "POST", `${TRACE}/step`, body)).body;
    return escalation.escalationId;
  };
  const end = (token: string, body: unknown) =>
    app.send(token, "POST", `${TRACE}/resolve-escalation`, body);
  const first = await opened();
  assertEquals((await end(cat, { escalationId: first, resolvedBy: "self" })).status, 403);
  const asOwl = { escalationId: first, resolvedBy: "peer", resolverAgent: "owl" };
  assertEquals((await end(cat, asOwl)).status, 403);
  const byOwl = await end(owl, { escalationId: first, resolvedBy: "peer" });
  assertEquals([byOwl.status, byOwl.body.resolution.resolverAgent], [200, "owl"]);
  const credited = await end(phoenix, { ...asOwl, escalationId: await opened() });
  assertEquals(credited.status, 200);
  assertEquals(
    (await app.send(owl, "POST", `${TRACE}/step`, { tool: "a", outcome: "found" })).status,
    403,
  );
});
