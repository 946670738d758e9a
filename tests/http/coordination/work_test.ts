import { assertEquals } from "@std/assert";
import { keyedApp } from "../../harness/keyed_app.ts";
import { testApp } from "../../harness/test_app.ts";
import { ask } from "./asked.ts";

const PATH = "/coordinator/work?agentId=phoenix";
const titles = (tasks: { title: string }[]) => tasks.map(({ title }) => title);

Deno.test("GET /coordinator/work?agentId= hot start → {agentId, summary:{activeAgents, todoTasks, inProgressTasks}, team, tasks:{todo, mine}, recentChat}; empty", async () => {
  await using app = await testApp();
  const { status, body } = await ask(app, "GET", PATH);
  const { team, ...rest } = body;
  assertEquals([status, rest], [200, {
    agentId: "phoenix",
    summary: { activeAgents: 1, todoTasks: 0, inProgressTasks: 0 },
    tasks: { todo: [], mine: [] },
    recentChat: [],
  }]);
  assertEquals(team.map(({ agentId }: { agentId: string }) => agentId), ["phoenix"]);
});

Deno.test("hot start marks the agent active", async () => {
  await using app = await testApp();
  const statusOf = async () => (await ask(app, "GET", "/api/v1/agents/phoenix")).body.agent?.status;
  await ask(app, "GET", PATH);
  assertEquals(await statusOf(), "active");
  const gone = { agentId: "phoenix", status: "offline", currentTask: "A" };
  await ask(app, "POST", "/coordinator/agents", gone);
  assertEquals(await statusOf(), "offline");
  const { body } = await ask(app, "GET", PATH);
  assertEquals([await statusOf(), body.team[0].currentTask], ["active", "A"]);
});

Deno.test("hot start: what is to be done, what is its own and not done, what was said, oldest first", async () => {
  await using app = await testApp();
  const task = (title: string, more: object = {}) =>
    ask(app, "POST", "/coordinator/tasks", { title, ...more });
  await task("Docs");
  await task("Parser", { status: "in-progress", assignee: "phoenix" });
  await task("Old", { status: "done", assignee: "phoenix" });
  await task("Other", { status: "in-progress", assignee: "heron" });
  await task("Mine", { assignee: "phoenix" });
  for (let n = 1; n <= 22; n++) {
    await ask(app, "POST", "/coordinator/chat", { author: "heron", message: `m${n}` });
  }
  await ask(app, "POST", "/coordinator/agents", { agentId: "heron", status: "offline" });
  const { body } = await ask(app, "GET", PATH);
  assertEquals(body.summary, { activeAgents: 1, todoTasks: 2, inProgressTasks: 1 });
  assertEquals(titles(body.tasks.todo), ["Mine", "Docs"]);
  assertEquals(titles(body.tasks.mine), ["Mine", "Parser"]);
  const words = body.recentChat.map(({ message }: { message: string }) => message);
  assertEquals([words.length, words[0], words.at(-1)], [20, "m3", "m22"]);
});

Deno.test("hot start: 400 agentId required; two that differ 400; X-Agent-Id alone acts", async () => {
  await using app = await testApp();
  const none = await ask(app, "GET", "/coordinator/work");
  assertEquals([none.status, none.body], [400, { error: "agentId required" }]);
  const header = { "x-agent-id": "heron" };
  assertEquals((await ask(app, "GET", PATH, undefined, header)).status, 400);
  const own = await ask(app, "GET", "/coordinator/work", undefined, header);
  assertEquals([own.status, own.body.agentId], [200, "heron"]);
});

Deno.test("a viewer looks at a hot start and marks nobody; another's key is a 403", async () => {
  await using app = await keyedApp();
  const viewer = await app.newKey({ role: "viewer" });
  const heron = await app.newKey({ role: "agent", agentId: "heron" });
  const { status, body } = await app.send(viewer.token, "GET", PATH);
  assertEquals([status, body.team], [200, []]);
  assertEquals((await app.send(heron.token, "GET", PATH)).status, 403);
});

Deno.test("GET /api/v1/work answers the same; a bad agentId is a problem", async () => {
  await using app = await testApp();
  const { body } = await ask(app, "GET", "/api/v1/work?agentId=phoenix");
  assertEquals([body.agentId, body.summary.activeAgents], ["phoenix", 1]);
  const bad = await ask(app, "GET", "/api/v1/work?agentId=a%20b");
  assertEquals([bad.status, bad.body.code], [400, "invalid_input"]);
});
