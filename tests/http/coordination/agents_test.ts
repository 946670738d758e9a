import { assertEquals, assertStringIncludes } from "@std/assert";
import { type TestApp, testApp } from "../../harness/test_app.ts";
import { keyedApp } from "../../harness/keyed_app.ts";
import { SseReader } from "../sse_reader.ts";
import { ask, eventsOf } from "./asked.ts";

const register = (app: TestApp, body: unknown, headers?: Record<string, string>) =>
  ask(app, "POST", "/coordinator/agents", body, headers);
const idsOf = (agents: { agentId: string }[]) => agents.map(({ agentId }) => agentId);

Deno.test("POST /coordinator/agents {agentId, status?, currentTask?, workingOn?, capabilities?, offers?, needs?} → {success, agent}", async () => {
  await using app = await testApp();
  const given = {
    agentId: "phoenix",
    status: "waiting",
    currentTask: "Parser",
    workingOn: "src/parser.ts",
    capabilities: ["deno"],
    offers: ["reviews"],
    needs: ["a key"],
  };
  const { status, body } = await register(app, { ...given, mood: "unknown fields are ignored" });
  assertEquals([status, body.success], [200, true]);
  const { lastSeen, ...rest } = body.agent;
  assertEquals(rest, given);
  assertEquals(new Date(lastSeen).toISOString(), lastSeen);
});

Deno.test("POST /coordinator/agents: a new agent is active with empty lists", async () => {
  await using app = await testApp();
  const { body } = await register(app, { agentId: "phoenix" });
  const { lastSeen: _, ...rest } = body.agent;
  const empty = { capabilities: [], offers: [], needs: [] };
  assertEquals(rest, { agentId: "phoenix", status: "active", ...empty });
});

Deno.test("upsert; absent fields keep their value", async () => {
  await using app = await testApp();
  await register(app, { agentId: "phoenix", status: "idle", currentTask: "A", needs: ["x"] });
  const { body } = await register(app, { agentId: "phoenix", workingOn: "b.ts" });
  const { status, currentTask, workingOn, needs } = body.agent;
  assertEquals([status, currentTask, workingOn, needs], ["idle", "A", "b.ts", ["x"]]);
  const cleared = await register(app, { agentId: "phoenix", currentTask: "", needs: [] });
  assertEquals([cleared.body.agent.currentTask, cleared.body.agent.needs], [undefined, []]);
});

Deno.test("GET /coordinator/agents → {agents:[Agent]} not offline, newest lastSeen first", async () => {
  await using app = await testApp();
  for (const agentId of ["a", "b", "c"]) await register(app, { agentId });
  await register(app, { agentId: "b", status: "offline" });
  await register(app, { agentId: "a" });
  const { status, body } = await ask(app, "GET", "/coordinator/agents");
  assertEquals([status, idsOf(body.agents)], [200, ["a", "c"]]);
});

Deno.test("POST /coordinator/agents: 400 {error: 'agentId required'}, bad id, unknown status, no JSON", async () => {
  await using app = await testApp();
  const refused = async (body: unknown) => {
    const { status, body: answer } = await register(app, body);
    return [status, answer.error];
  };
  assertEquals(await refused({}), [400, "agentId required"]);
  assertStringIncludes(String(await refused({ agentId: "a b" })), "400,agentId: ");
  assertStringIncludes(String(await refused({ agentId: "a", status: "asleep" })), "400,status: ");
  assertStringIncludes(String(await refused({ agentId: "a", needs: [1] })), "400,needs.0: ");
  assertEquals((await refused([]))[0], 400);
});

Deno.test("two identities that differ are a 400; X-Agent-Id alone acts", async () => {
  await using app = await testApp();
  const other = { "x-agent-id": "heron" };
  assertEquals((await register(app, { agentId: "phoenix" }, other)).status, 400);
  const { body } = await register(app, { status: "idle" }, other);
  assertEquals([body.agent.agentId, body.agent.status], ["heron", "idle"]);
});

Deno.test("a key bound to an agent acts only as it (another id: 403)", async () => {
  await using app = await keyedApp();
  const { token } = await app.newKey({ role: "agent", agentId: "phoenix" });
  const other = await app.send(token, "POST", "/coordinator/agents", { agentId: "heron" });
  assertEquals([other.status, other.body.success], [403, false]);
  const own = await app.send(token, "POST", "/coordinator/agents", { status: "idle" });
  assertEquals([own.status, own.body.agent.agentId], [200, "phoenix"]);
});

Deno.test("405 for a wrong method, with Allow", async () => {
  await using app = await testApp();
  const { status, headers, body } = await ask(app, "DELETE", "/coordinator/agents");
  assertEquals([status, typeof body.error], [405, "string"]);
  assertStringIncludes(headers.get("allow") ?? "", "POST");
});

Deno.test("agent.registered, agent.updated, agent.offline {agent}: only what changed is news", async () => {
  await using app = await testApp();
  await register(app, { agentId: "phoenix" });
  await register(app, { agentId: "phoenix" });
  await register(app, { agentId: "phoenix", currentTask: "A" });
  await register(app, { agentId: "phoenix", status: "offline" });
  await register(app, { agentId: "phoenix", status: "offline" });
  await register(app, { agentId: "phoenix", status: "active" });
  const events = await eventsOf(app, "agent.*");
  assertEquals(events.map(({ type, agent }) => [type, agent.status]), [
    ["agent.registered", "active"],
    ["agent.updated", "active"],
    ["agent.offline", "offline"],
    ["agent.updated", "active"],
  ]);
  assertEquals(new Set(events.map(({ actor }) => actor)), new Set(["agent:phoenix"]));
});

Deno.test("An agent without a WebSocket is offline 60 min after lastSeen (settings), and an event says so", async () => {
  await using app = await testApp();
  await ask(app, "PATCH", "/api/v1/settings/coordination", { agents: { offlineAfterMs: 1_000 } }, {
    "content-type": "application/merge-patch+json",
  });
  const reader = new SseReader(await app.fetch("/api/v1/events?types=agent.offline"));
  await reader.next();
  const { body } = await register(app, { agentId: "phoenix", currentTask: "A" });
  const event = JSON.parse((await reader.nextEvent())!.data);
  assertEquals([event.agent.agentId, event.agent.status], ["phoenix", "offline"]);
  assertEquals(event.agent.lastSeen, body.agent.lastSeen);
  assertEquals((await ask(app, "GET", "/coordinator/agents")).body.agents, []);
  const { body: one } = await ask(app, "GET", "/api/v1/agents/phoenix");
  assertEquals([one.agent.status, one.agent.currentTask], ["offline", "A"]);
  await reader.close();
});

Deno.test("GET /api/v1/agents lists built-in and external agents with kind; pages hold through changes", async () => {
  await using app = await testApp();
  for (const agentId of ["a", "b", "c"]) await register(app, { agentId });
  const built = app.agents.size;
  const first = await ask(app, "GET", `/api/v1/agents?limit=${built + 1}`);
  const kinds = first.body.items.map(({ kind }: { kind: string }) => kind);
  assertEquals(kinds, [...Array(built).fill("built-in"), "external"]);
  const [shown] = first.body.items.slice(-1);
  await register(app, { agentId: shown.id, currentTask: "moves to the front of lastSeen" });
  const rest = await ask(app, "GET", `/api/v1/agents?cursor=${first.body.nextCursor}`);
  assertEquals(
    [shown.id, ...rest.body.items.map(({ id }: { id: string }) => id)].sort(),
    ["a", "b", "c"],
  );
  assertEquals(rest.body.nextCursor, null);
});

Deno.test("GET /api/v1/agents?kind=external&status= filters; a cursor of another list is a 400", async () => {
  await using app = await testApp();
  for (const agentId of ["a", "b"]) await register(app, { agentId });
  await register(app, { agentId: "c", status: "waiting" });
  const external = await ask(app, "GET", "/api/v1/agents?kind=external&limit=2");
  assertEquals(external.body.items.length, 2);
  const waiting = await ask(app, "GET", "/api/v1/agents?status=waiting");
  assertEquals(waiting.body.items.map(({ id }: { id: string }) => id), ["c"]);
  const { nextCursor } = external.body;
  const other = await ask(app, "GET", `/api/v1/agents?kind=built-in&cursor=${nextCursor}`);
  assertEquals([other.status, other.body.code], [400, "invalid_input"]);
  assertEquals((await ask(app, "GET", "/api/v1/agents?status=asleep")).status, 400);
});

Deno.test("POST /api/v1/agents is 201 when new, 200 after; unknown members are a 400", async () => {
  await using app = await testApp();
  const made = await ask(app, "POST", "/api/v1/agents", { agentId: "phoenix" });
  assertEquals([made.status, made.body.agent.kind, made.body.agent.id], [
    201,
    "external",
    "phoenix",
  ]);
  const again = await ask(app, "POST", "/api/v1/agents", { agentId: "phoenix", status: "idle" });
  assertEquals([again.status, again.body.agent.status], [200, "idle"]);
  const odd = await ask(app, "POST", "/api/v1/agents", { agentId: "phoenix", mood: "good" });
  assertEquals([odd.status, odd.body.code], [400, "invalid_input"]);
});

Deno.test("GET /api/v1/agents/{id}: a built-in one goes before an external one of its id; unknown is 404", async () => {
  await using app = await testApp();
  await register(app, { agentId: "mediator" });
  const kindOf = async (query: string) =>
    (await ask(app, "GET", `/api/v1/agents/mediator${query}`)).body.agent.kind;
  assertEquals([await kindOf(""), await kindOf("?kind=external")], ["built-in", "external"]);
  assertEquals((await ask(app, "GET", "/api/v1/agents/nobody")).status, 404);
});

Deno.test("an agent carries its level once it has a soul", async () => {
  await using app = await testApp();
  await register(app, { agentId: "phoenix" });
  const levelOf = async () => (await ask(app, "GET", "/api/v1/agents/phoenix")).body.agent.level;
  assertEquals(await levelOf(), undefined);
  await ask(app, "POST", "/agent/phoenix/soul", {});
  assertEquals(await levelOf(), "novice");
});
