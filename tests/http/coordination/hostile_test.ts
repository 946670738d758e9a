/** What a hostile campaign over HTTP found: each was a 5xx, or a record nobody could reach again. */
import { assertEquals, assertMatch } from "@std/assert";
import { testApp } from "../../harness/test_app.ts";
import { ask, told } from "./asked.ts";

const deep = "[".repeat(5_000) + "]".repeat(5_000);
const NESTED = [
  ["/coordinator/agents", `{"agentId":"phoenix","capabilities":${deep}}`],
  ["/coordinator/chat", `{"author":"phoenix","message":"x","unknown":${deep}}`],
  ["/coordinator/handoffs", `{"action":${deep}}`],
  ["/agent/phoenix/checkpoint", `{"pendingWork":${deep}}`],
  ["/lock/src%2Fa.ts/lock", `{"agentId":${deep}}`],
] as const;

for (const [path, body] of NESTED) {
  Deno.test(`POST ${path}: a body nested 5 000 levels deep is 400`, async () => {
    await using app = await testApp();
    assertEquals(await told(app, "POST", path, body), [400, {
      error: "The body is nested deeper than 64 levels",
    }]);
  });
}

const NO_IDS = ["a b", "a/b", "\ud800", "\u202eabc", "<script>", "..", "."];

Deno.test("POST /api/v1/chat/messages and /threads: an agent's name that is no id is 400", async () => {
  await using app = await testApp();
  const { body } = await ask(app, "POST", "/api/v1/chat/messages", {
    author: "phoenix",
    message: "x",
  });
  for (const path of ["/api/v1/chat/messages", `/api/v1/threads/${body.message.id}`]) {
    for (const author of NO_IDS) {
      const refused = await ask(app, "POST", path, { author, message: "x" });
      assertEquals([refused.status, refused.body.code, refused.body.errors[0].path], [
        400,
        "invalid_input",
        "author",
      ], `${path} as ${JSON.stringify(author)}`);
    }
  }
});

Deno.test('"." and ".." name no agent, task or zone: a browser cannot ask for their paths', async () => {
  await using app = await testApp();
  for (const name of [".", ".."]) {
    const asked = [
      ask(app, "POST", "/coordinator/agents", { agentId: name }),
      ask(app, "POST", "/api/v1/agents", { agentId: name }),
      ask(app, "POST", "/coordinator/tasks", { id: name, title: "x" }),
      ask(app, "POST", "/api/v1/zones", { zoneId: name, path: "src", owner: "phoenix" }),
    ];
    const statuses = (await Promise.all(asked)).map(({ status }) => status);
    assertEquals(statuses, [400, 400, 400, 400], name);
  }
});

const HALF = "\ud800";
const HALVES: readonly (readonly [string, object])[] = [
  ["/coordinator/agents", { agentId: "a", currentTask: HALF }],
  ["/coordinator/chat", { author: "a", message: HALF }],
  ["/coordinator/tasks", { title: HALF }],
  ["/coordinator/zones", {
    action: "claim",
    zoneId: "z",
    path: "p",
    owner: "a",
    description: HALF,
  }],
  ["/coordinator/claims", { action: "claim", what: HALF, by: "a" }],
  ["/coordinator/handoffs", { fromAgent: "a", title: "t", context: HALF }],
  ["/agent/a/messages", { from: "b", message: HALF }],
  ["/agent/a/memory", { content: "c", tags: [HALF] }],
  ["/agent/a/checkpoint", { pendingWork: [HALF] }],
  ["/agent/a/trace", { task: HALF }],
  ["/agent/a/soul", { name: HALF }],
  ["/lock/src/lock", { agentId: "a", reason: HALF }],
  ["/api/v1/chat/messages", { author: "a", message: HALF }],
];

Deno.test("half a surrogate pair, which other languages cannot read, is a 400 at every door and kept by none", async () => {
  await using app = await testApp();
  for (const [path, body] of HALVES) {
    const refused = await ask(app, "POST", path, body);
    assertEquals([path, refused.status], [path, 400]);
    assertMatch(refused.body.error ?? refused.body.detail, /half a surrogate pair/);
  }
  assertEquals((await ask(app, "GET", "/api/v1/events?format=json")).body.items, []);
});

Deno.test("a notice of a handoff is cut between characters", async () => {
  await using app = await testApp();
  const context = `a${"😀".repeat(400)}`;
  const handoff = { fromAgent: "a", toAgent: "b", title: "t", context };
  assertEquals((await ask(app, "POST", "/coordinator/handoffs", handoff)).status, 200);
  const { body } = await ask(app, "GET", "/agent/b/messages");
  assertEquals(body.messages[0].message.isWellFormed(), true);
});
