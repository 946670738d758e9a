/** Tasks, on the compatibility surface and the canonical API. Names quote coordination.md. */
import { assertEquals, assertMatch } from "@std/assert";
import type { Task } from "../../../lib/coordination/tasks/schema.ts";
import { workspacePrefix } from "../../../lib/kernel/kv/mod.ts";
import { createTask, getTask, listTasks } from "../../../lib/coordination/tasks/mod.ts";
import { type TestApp, testApp } from "../../harness/test_app.ts";
import { ask, eventsOf } from "./asked.ts";

const save = (app: TestApp, body: object, headers = {}) =>
  ask(app, "POST", "/coordinator/tasks", body, headers);
const listed = async (app: TestApp, query = "") =>
  (await ask(app, "GET", `/coordinator/tasks${query}`)).body.tasks.map(({ id }: Task) => id);
const make = async (app: TestApp, input: object) =>
  (await app.json<{ task: Task }>("POST", "/api/v1/tasks", input)).task;
const act = (app: TestApp, id: string, verb: string, body: object) =>
  ask(app, "POST", `/api/v1/tasks/${id}/${verb}`, body);

Deno.test("POST /coordinator/tasks | Task fields → {success, task}", async () => {
  await using app = await testApp();
  const { status, body } = await save(app, {
    title: " Fix login ",
    description: "It fails",
    createdBy: "ada",
    priority: "high",
    tags: ["auth"],
    files: ["src/login.ts"],
    nobodyKnowsThis: { stored: "never" },
  });
  assertEquals([status, body.success], [200, true]);
  const { id, createdAt, updatedAt, ...task } = body.task;
  assertMatch(id, /^task_[0-9A-Z]{26}$/);
  assertEquals(createdAt, updatedAt);
  assertEquals(task, {
    title: "Fix login",
    description: "It fails",
    status: "todo",
    createdBy: "ada",
    priority: "high",
    tags: ["auth"],
    files: ["src/login.ts"],
    dependsOn: [],
    version: 1,
  });
});

Deno.test("POST /coordinator/tasks | with an `id` that exists: update → {success, task}", async () => {
  await using app = await testApp();
  const first = await save(app, {
    id: "login-1",
    title: "Fix login",
    tags: ["a"],
    assignee: "ada",
  });
  const second = await save(app, { id: "login-1", status: "blocked", tags: [] });
  assertEquals([second.status, second.body.success], [200, true]);
  assertEquals(second.body.task, {
    ...first.body.task,
    status: "blocked",
    tags: [],
    updatedAt: second.body.task.updatedAt,
    version: 2,
  });
  const third = await save(app, { id: "login-1", assignee: "", description: null });
  assertEquals(third.body.task.assignee, undefined);
  assertEquals((await listed(app)).length, 1);
});

Deno.test("GET /coordinator/tasks?status&assignee | → {tasks:[Task]} newest first", async () => {
  await using app = await testApp();
  await save(app, { id: "a", title: "A", assignee: "ada" });
  await save(app, { id: "b", title: "B", assignee: "bob", status: "done" });
  await save(app, { id: "c", title: "C", assignee: "ada", status: "done" });
  assertEquals(await listed(app), ["c", "b", "a"]);
  assertEquals(await listed(app, "?status=done"), ["c", "b"]);
  assertEquals(await listed(app, "?assignee=ada"), ["c", "a"]);
  assertEquals(await listed(app, "?status=done&assignee=ada"), ["c"]);
  assertEquals(await listed(app, "?status=&limit=1"), ["c"]);
});

Deno.test("Tasks need a title (400), unknown status or priority is a 400", async () => {
  await using app = await testApp();
  const refused = async (body: object) => {
    const answer = await save(app, body);
    return [answer.status, answer.body.error];
  };
  assertEquals(await refused({}), [400, "title required"]);
  assertEquals(await refused({ title: "  " }), [
    400,
    "title: Too small: expected string to have >=1 characters",
  ]);
  assertEquals(await refused({ title: 7 }), [
    400,
    "title: Invalid input: expected string, received number",
  ]);
  assertMatch(String((await refused({ title: "A", status: "doing" }))[1]), /^status: /);
  assertMatch(String((await refused({ title: "A", priority: "max" }))[1]), /^priority: /);
  assertEquals((await ask(app, "GET", "/coordinator/tasks?status=doing")).status, 400);
  assertEquals(await listed(app), []);
});

Deno.test("on POST /coordinator/tasks an update that sets assignee together with in-progress is such a claim", async () => {
  await using app = await testApp();
  await save(app, { id: "a", title: "A" });
  const won = await save(app, { id: "a", status: "in-progress", assignee: "ada" });
  assertEquals([won.status, won.body.task.assignee], [200, "ada"]);
  const lost = await save(app, { id: "a", status: "in-progress", assignee: "bob" });
  assertEquals([lost.status, lost.body], [409, {
    success: false,
    error: 'Task "a" is in-progress by "ada"; take another or ask "ada"',
    assignee: "ada",
    taskStatus: "in-progress",
  }]);
  const again = await save(app, { ...won.body.task, title: "A, again" });
  assertEquals([again.status, again.body.task.title], [200, "A, again"]);
});

Deno.test("other updates are last write wins", async () => {
  await using app = await testApp();
  await save(app, { id: "a", title: "A", status: "in-progress", assignee: "ada" });
  const moved = await save(app, { id: "a", status: "done", title: "B" });
  assertEquals([moved.status, moved.body.task.status, moved.body.task.assignee], [
    200,
    "done",
    "ada",
  ]);
  assertEquals((await save(app, { id: "a", assignee: "bob" })).body.task.assignee, "bob");
});

Deno.test("Tasks gain dependsOn[] (cycles 400)", async () => {
  await using app = await testApp();
  for (const [id, dependsOn] of [["a", []], ["b", ["a"]], ["c", ["b", "b"]]] as const) {
    await save(app, { id, title: id, dependsOn });
  }
  const circle = await save(app, { id: "a", dependsOn: ["c"] });
  assertEquals([circle.status, circle.body.error], [
    400,
    'dependsOn: These dependencies form a cycle: "a" → "c" → "b" → "a"',
  ]);
  const self = await ask(app, "PATCH", "/api/v1/tasks/a", { dependsOn: ["a"] });
  assertEquals([self.status, self.body.errors[0].path], [400, "dependsOn"]);
  const unknown = await ask(app, "POST", "/api/v1/tasks", { title: "D", dependsOn: ["nobody"] });
  assertEquals([unknown.status, unknown.body.errors[0].path], [400, "dependsOn"]);
  assertEquals((await getTask(app.ctx, "default", "c"))!.dependsOn, ["b"]);
  assertEquals((await getTask(app.ctx, "default", "a"))!.version, 1);
});

Deno.test("with unfinished dependencies it cannot start: 409", async () => {
  await using app = await testApp();
  await save(app, { id: "a", title: "A" });
  await save(app, { id: "b", title: "B", dependsOn: ["a"] });
  const claimed = await act(app, "b", "claim", { agentId: "ada" });
  assertEquals([claimed.status, claimed.body.code, claimed.body.dependsOn], [409, "conflict", [
    "a",
  ]]);
  const moved = await save(app, { id: "b", status: "in-progress" });
  assertEquals([moved.status, moved.body.error, moved.body.dependsOn], [
    409,
    'Task "b" waits for "a"; finish it first',
    ["a"],
  ]);
  assertEquals(
    (await save(app, { title: "C", status: "in-progress", dependsOn: ["a"] })).status,
    409,
  );
  await save(app, { id: "a", status: "done" });
  assertEquals((await act(app, "b", "claim", { agentId: "ada" })).status, 200);
});

Deno.test("POST /api/v1/tasks/{id}/claim: sets assignee and in-progress only from todo with no other assignee, else 409 naming the assignee", async () => {
  await using app = await testApp();
  const { id } = await make(app, { title: "A", assignee: "ada" });
  const other = await act(app, id, "claim", { agentId: "bob" });
  assertEquals([other.status, other.headers.get("content-type"), other.body.assignee], [
    409,
    "application/problem+json; charset=utf-8",
    "ada",
  ]);
  const own = await act(app, id, "claim", { agentId: "ada" });
  assertEquals([own.status, own.body.task.status, own.body.task.assignee], [
    200,
    "in-progress",
    "ada",
  ]);
  const again = await act(app, id, "claim", { agentId: "ada" });
  assertEquals([again.status, again.body.taskStatus], [409, "in-progress"]);
  assertEquals((await act(app, id, "claim", {})).body.errors[0].path, "agentId");
  assertEquals((await act(app, "nobody", "claim", { agentId: "ada" })).status, 404);
});

Deno.test("POST /api/v1/tasks/{id}/release: releasing what another holds is a 403", async () => {
  await using app = await testApp();
  const { id } = await make(app, { title: "A" });
  await act(app, id, "claim", { agentId: "ada" });
  const other = await act(app, id, "release", { agentId: "bob" });
  assertEquals([other.status, other.body.assignee], [403, "ada"]);
  const own = await act(app, id, "release", { agentId: "ada" });
  assertEquals([own.status, own.body.task.status, own.body.task.assignee], [
    200,
    "todo",
    undefined,
  ]);
  assertEquals((await act(app, id, "release", { agentId: "ada" })).status, 409);
});

Deno.test("POST /api/v1/tasks/{id}/complete: by its holder, once begun, else 409", async () => {
  await using app = await testApp();
  const { id } = await make(app, { title: "A" });
  assertEquals((await act(app, id, "complete", { agentId: "ada" })).status, 409);
  await act(app, id, "claim", { agentId: "ada" });
  const other = await act(app, id, "complete", { agentId: "bob" });
  assertEquals([other.status, other.body.assignee], [409, "ada"]);
  const own = await act(app, id, "complete", { agentId: "ada" });
  assertEquals([own.status, own.body.task.status], [200, "done"]);
  assertEquals((await act(app, id, "complete", { agentId: "ada" })).status, 409);
});

Deno.test("the guard inside task-complete calls that carry a token answers 409 to a stale one", async () => {
  await using app = await testApp();
  const { id } = await make(app, { title: "A", files: ["src/a.ts"] });
  await act(app, id, "claim", { agentId: "ada" });
  const { lock } = await app.json<{ lock: { token: number } }>("POST", "/lock/src/a.ts/lock", {
    agentId: "ada",
  });
  const stale = await act(app, id, "complete", { agentId: "ada", token: lock.token + 1 });
  assertEquals([stale.status, stale.body.code], [409, "conflict"]);
  assertEquals((await getTask(app.ctx, "default", id))!.status, "in-progress");
  const right = await act(app, id, "complete", { agentId: "ada", token: lock.token });
  assertEquals([right.status, right.body.task.status], [200, "done"]);
});

Deno.test("a POST /coordinator/tasks that carries a token is guarded as well: 409 to a stale one, nothing changed", async () => {
  await using app = await testApp();
  const { id } = await make(app, { title: "T", files: ["src/a.ts"] });
  const start = { id, assignee: "ada", status: "in-progress" };
  const stale = await save(app, { ...start, token: 1 });
  assertEquals([stale.status, stale.body.success], [409, false]);
  assertMatch(stale.body.error, /Token 1 of "src\/a.ts" is stale/);
  const { lock } = await app.json<{ lock: { token: number } }>("POST", "/lock/src/a.ts/lock", {
    agentId: "ada",
  });
  const { token } = lock;
  assertEquals((await save(app, { ...start, token })).status, 200);
  const elsewhere = { "x-resource-path": "src%2Fb.ts" };
  assertEquals((await save(app, { id, status: "done", token }, elsewhere)).status, 409);
  assertEquals((await getTask(app.ctx, "default", id))!.status, "in-progress");
  assertEquals((await save(app, { id, status: "done", token })).body.task.status, "done");
});

Deno.test("a token for a task of no or several files needs resourcePath, or X-Resource-Path", async () => {
  await using app = await testApp();
  const { id } = await make(app, { title: "A", files: ["a.ts", "b.ts"] });
  await act(app, id, "claim", { agentId: "ada" });
  const { lock } = await app.json<{ lock: { token: number } }>("POST", "/lock/b.ts/lock", {
    agentId: "ada",
  });
  const body = { agentId: "ada", token: lock.token };
  const which = await act(app, id, "complete", body);
  assertEquals([which.status, which.body.errors[0].path], [400, "resourcePath"]);
  assertEquals((await act(app, id, "complete", { ...body, resourcePath: "a.ts" })).status, 409);
  const done = await ask(app, "POST", `/api/v1/tasks/${id}/complete`, body, {
    "x-resource-path": "b.ts",
  });
  assertEquals([done.status, done.body.task.status], [200, "done"]);
});

Deno.test("PATCH /api/v1/tasks/{id}: updates carry ETag / If-Match → 412", async () => {
  await using app = await testApp();
  const { id } = await make(app, { title: "A" });
  const read = await ask(app, "GET", `/api/v1/tasks/${id}`);
  const etag = { "if-match": read.headers.get("etag")! };
  const first = await ask(app, "PATCH", `/api/v1/tasks/${id}`, { priority: "urgent" }, etag);
  assertEquals([first.status, first.headers.get("etag"), first.body.task.priority], [
    200,
    '"2"',
    "urgent",
  ]);
  const late = await ask(app, "PATCH", `/api/v1/tasks/${id}`, { title: "B" }, etag);
  assertEquals([late.status, late.body.code], [412, "precondition_failed"]);
  const unknown = await ask(app, "PATCH", `/api/v1/tasks/${id}`, { nobodyKnowsThis: 1 });
  assertEquals(unknown.status, 400);
  assertEquals((await ask(app, "PATCH", "/api/v1/tasks/nobody", { title: "B" })).status, 404);
});

Deno.test("POST /api/v1/tasks: 201 with Location and ETag; an Idempotency-Key makes it once; a taken id is a 409", async () => {
  await using app = await testApp();
  const input = { id: "a", title: "A" };
  const key = { "idempotency-key": "k-1" };
  const first = await ask(app, "POST", "/api/v1/tasks", input, key);
  assertEquals([first.status, first.headers.get("location"), first.headers.get("etag")], [
    201,
    "/api/v1/tasks/a",
    '"1"',
  ]);
  const again = await ask(app, "POST", "/api/v1/tasks", input, key);
  assertEquals([again.status, again.body], [201, first.body]);
  assertEquals((await ask(app, "POST", "/api/v1/tasks", input)).status, 409);
});

Deno.test("DELETE /api/v1/tasks/{id}: by who made or holds it; not while others wait for it", async () => {
  await using app = await testApp();
  await make(app, { id: "a", title: "A", createdBy: "ada" });
  await make(app, { id: "b", title: "B", dependsOn: ["a"] });
  const remove = (id: string, headers = {}) =>
    ask(app, "DELETE", `/api/v1/tasks/${id}`, undefined, headers);
  const waited = await remove("a");
  assertEquals([waited.status, waited.body.dependents], [409, ["b"]]);
  assertEquals((await remove("b", { "x-agent-id": "bob" })).status, 403);
  assertEquals((await remove("b", { "if-match": '"9"' })).status, 412);
  assertEquals((await remove("b")).status, 204);
  assertEquals((await remove("a", { "x-agent-id": "ada" })).status, 204);
  assertEquals([(await remove("a")).status, await listed(app)], [404, []]);
});

Deno.test("task.created, task.claimed, task.released, task.completed, task.deleted come in the commit that makes them true", async () => {
  await using app = await testApp();
  const { id } = await make(app, { title: "A" });
  await act(app, id, "claim", { agentId: "ada" });
  await act(app, id, "release", { agentId: "ada" });
  await ask(app, "PATCH", `/api/v1/tasks/${id}`, { priority: "low" });
  await ask(app, "PATCH", `/api/v1/tasks/${id}`, { priority: "low" });
  await act(app, id, "claim", { agentId: "bob" });
  await act(app, id, "complete", { agentId: "bob" });
  await ask(app, "DELETE", `/api/v1/tasks/${id}`);
  const events = await eventsOf(app, "task.*");
  assertEquals(events.map(({ type, actor }) => `${type} by ${actor}`), [
    "task.created by user:local",
    "task.claimed by agent:ada",
    "task.released by agent:ada",
    "task.updated by user:local",
    "task.claimed by agent:bob",
    "task.completed by agent:bob",
    "task.deleted by user:local",
  ]);
  assertEquals(events.map(({ task }) => (task as Task).version), [1, 2, 3, 4, 5, 6, 6]);
});

Deno.test("GET /api/v1/tasks: empty, exactly limit, limit + 1, another list's cursor", async () => {
  await using app = await testApp();
  type Page = { items: Task[]; nextCursor: string | null };
  const page = (query: string) => app.json<Page>("GET", `/api/v1/tasks?${query}`);
  assertEquals(await page("limit=2"), { items: [], nextCursor: null });
  for (const id of ["a", "b", "c"]) await make(app, { id, title: id });
  assertEquals((await page("limit=3")).nextCursor, null);
  const first = await page("limit=2");
  assertEquals(first.items.map(({ id }) => id), ["c", "b"]);
  const rest = await page(`limit=2&cursor=${first.nextCursor}`);
  assertEquals([rest.items.map(({ id }) => id), rest.nextCursor], [["a"], null]);
  const wrong = await ask(app, "GET", `/api/v1/tasks?status=todo&cursor=${first.nextCursor}`);
  assertEquals([wrong.status, wrong.body.errors[0].path], [400, "cursor"]);
});

Deno.test("another workspace sees none of it", async () => {
  await using app = await testApp();
  await createTask(app.ctx, { workspaceId: "elsewhere", actor: "t" }, { id: "a", title: "A" });
  assertEquals(await listed(app), []);
  assertEquals((await ask(app, "GET", "/api/v1/tasks/a")).status, 404);
  assertEquals((await listTasks(app.ctx, "elsewhere")).items.length, 1);
  const before = await Array.fromAsync(
    app.ctx.kv.listBytes({ prefix: workspacePrefix("elsewhere") }),
  );
  assertEquals((await act(app, "a", "claim", { agentId: "ada" })).status, 404);
  const after = await Array.fromAsync(
    app.ctx.kv.listBytes({ prefix: workspacePrefix("elsewhere") }),
  );
  assertEquals(
    after.map(({ versionstamp }) => versionstamp),
    before.map(({ versionstamp }) => versionstamp),
  );
});
