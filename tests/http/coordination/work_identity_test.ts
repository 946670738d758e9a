/** Who may take, give back and remove work: "a key bound to an agent acts only as it (another id: 403)". */
import { assertEquals } from "@std/assert";
import { type KeyedApp, keyedApp } from "../../harness/keyed_app.ts";

async function ada(app: KeyedApp): Promise<string> {
  return (await app.newKey({ role: "member", agentId: "ada" })).token;
}

Deno.test("a key bound to an agent acts only as it (another id: 403) on tasks, zones, claims, handoffs", async () => {
  await using app = await keyedApp();
  const key = await ada(app);
  await app.send(key, "POST", "/api/v1/tasks", { id: "a", title: "A" });
  const asBob: [string, string, object][] = [
    ["POST", "/api/v1/tasks/a/claim", { agentId: "bob" }],
    ["POST", "/api/v1/tasks/a/release", { agentId: "bob" }],
    ["POST", "/api/v1/tasks/a/complete", { agentId: "bob" }],
    ["PATCH", "/api/v1/tasks/a", { assignee: "bob", status: "in-progress" }],
    ["POST", "/api/v1/tasks", { title: "B", createdBy: "bob" }],
    ["POST", "/api/v1/tasks", { title: "B", assignee: "bob", status: "in-progress" }],
    ["POST", "/coordinator/tasks", { id: "a", assignee: "bob", status: "in-progress" }],
    ["POST", "/api/v1/zones", { zoneId: "z", path: "src", owner: "bob" }],
    ["POST", "/coordinator/zones", { action: "claim", zoneId: "z", path: "src", owner: "bob" }],
    ["POST", "/api/v1/claims", { what: "login", by: "bob" }],
    ["POST", "/coordinator/claims", { action: "release", what: "login", by: "bob" }],
    ["POST", "/api/v1/handoffs", { fromAgent: "bob", title: "T", context: "C" }],
    ["POST", "/coordinator/handoffs", { fromAgent: "bob", title: "T", context: "C" }],
  ];
  for (const [method, path, body] of asBob) {
    assertEquals((await app.send(key, method, path, body)).status, 403, `${method} ${path}`);
  }
});

Deno.test("a bound key needs no agentId, may hand a task to another, and re-sends a whole task", async () => {
  await using app = await keyedApp();
  const key = await ada(app);
  const made = await app.send(key, "POST", "/api/v1/tasks", { id: "a", title: "A" });
  assertEquals([made.status, made.body.task.createdBy], [201, "ada"]);
  const taken = await app.send(key, "POST", "/api/v1/tasks/a/claim", {});
  assertEquals(taken.body.task.assignee, "ada");
  const given = await app.send(key, "PATCH", "/api/v1/tasks/a", { assignee: "bob" });
  assertEquals([given.status, given.body.task.assignee], [200, "bob"]);
  const { version: _, ...whole } = { ...given.body.task, createdBy: "eve", title: "Again" };
  const resent = await app.send(key, "POST", "/coordinator/tasks", whole);
  assertEquals([resent.status, resent.body.task.title, resent.body.task.createdBy], [
    200,
    "Again",
    "ada",
  ]);
});

Deno.test("what an agent holds is taken away by that agent or by an operator; a viewer changes nothing", async () => {
  await using app = await keyedApp();
  const member = (await app.newKey({ role: "member" })).token;
  const operator = (await app.newKey({ role: "operator" })).token;
  const viewer = (await app.newKey({ role: "viewer" })).token;
  const zone = { zoneId: "z", path: "src", owner: "bob" };
  assertEquals((await app.send(viewer, "POST", "/api/v1/zones", zone)).status, 403);
  assertEquals((await app.send(viewer, "POST", "/coordinator/tasks", { title: "A" })).status, 403);
  assertEquals((await app.send(member, "POST", "/api/v1/zones", zone)).status, 200);
  assertEquals((await app.send(member, "DELETE", "/api/v1/zones/z")).status, 403);
  const other = { "x-agent-id": "eve" };
  assertEquals((await app.send(member, "DELETE", "/api/v1/zones/z", undefined, other)).status, 403);
  assertEquals((await app.send(operator, "DELETE", "/api/v1/zones/z")).status, 204);
});
