import { assertEquals } from "@std/assert";
import { testApp } from "../../harness/test_app.ts";
import { ask } from "./asked.ts";

Deno.test("GET /agent/{id}/state {agentId, checkpoint, unreadMessages, recentMemories:[10]}; nothing yet", async () => {
  await using app = await testApp();
  const { status, body } = await ask(app, "GET", "/agent/phoenix/state");
  const empty = { checkpoint: null, unreadMessages: 0, recentMemories: [] };
  assertEquals([status, body], [200, { agentId: "phoenix", ...empty }]);
});

Deno.test("state: the checkpoint, how many messages are unread, the newest 10 memories", async () => {
  await using app = await testApp();
  await ask(app, "POST", "/agent/phoenix/checkpoint", { pendingWork: ["tests"] });
  for (const message of ["one", "two", "three"]) {
    await ask(app, "POST", "/agent/phoenix/messages", { from: "heron", message });
  }
  const { body: inbox } = await ask(app, "GET", "/agent/phoenix/messages");
  const read = { messageIds: [inbox.messages[0].id] };
  await ask(app, "PATCH", "/agent/phoenix/messages", read);
  for (let n = 1; n <= 11; n++) {
    await ask(app, "POST", "/agent/phoenix/memory", { category: "decision", content: `m${n}` });
  }
  const { body } = await ask(app, "GET", "/agent/phoenix/state");
  assertEquals([body.checkpoint.pendingWork, body.unreadMessages], [["tests"], 2]);
  const contents = body.recentMemories.map(({ content }: { content: string }) => content);
  assertEquals([contents.length, contents[0], contents[9]], [10, "m11", "m2"]);
});

Deno.test("GET /agent/{id} = its state, and so is the canonical one; a bad id is a 400", async () => {
  await using app = await testApp();
  const { body } = await ask(app, "GET", "/agent/phoenix/state");
  assertEquals((await ask(app, "GET", "/agent/phoenix")).body, body);
  assertEquals((await ask(app, "GET", "/api/v1/agents/phoenix/state")).body, body);
  const bad = await ask(app, "GET", "/agent/a%20b/state");
  assertEquals([bad.status, typeof bad.body.error], [400, "string"]);
});

Deno.test("GET /agent/{id}/state: a wrong method is 405, an unknown path 404", async () => {
  await using app = await testApp();
  assertEquals((await ask(app, "POST", "/agent/phoenix/state", {})).status, 405);
  const unknown = await ask(app, "GET", "/agent/phoenix/moods");
  assertEquals([unknown.status, typeof unknown.body.error], [404, "string"]);
});
