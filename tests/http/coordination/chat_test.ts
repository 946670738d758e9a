import { assertEquals, assertMatch } from "@std/assert";
import { CHAT_STREAM } from "../../../lib/coordination/mod.ts";
import { readEvents } from "../../../lib/kernel/events/mod.ts";
import { keyedApp } from "../../harness/keyed_app.ts";
import { type TestApp, testApp } from "../../harness/test_app.ts";
import { ask, told } from "./asked.ts";

const texts = (messages: readonly { message: string }[]) => messages.map((m) => m.message);

async function post(app: TestApp, author: string, message: string, more: object = {}) {
  const { body } = await ask(app, "POST", "/coordinator/chat", { author, message, ...more });
  return body.message;
}

async function say(app: TestApp, author: string, ...messages: readonly string[]): Promise<void> {
  for (const message of messages) await post(app, author, message);
}

Deno.test("POST /coordinator/chat {author, message, authorType?='agent'} → {success, message}", async () => {
  await using app = await testApp();
  const { status, body } = await ask(app, "POST", "/coordinator/chat", {
    author: "phoenix",
    message: "Fair queue is in review",
    ignored: { deep: true },
  });
  const { id, timestamp, ...rest } = body.message;
  assertEquals([status, body.success], [200, true]);
  assertEquals(rest, {
    author: "phoenix",
    authorType: "agent",
    message: "Fair queue is in review",
    reactions: [],
    mentions: [],
  });
  assertMatch(id, /^msg_[0-9A-HJKMNP-TV-Z]{26}$/);
  assertEquals(new Date(timestamp).toISOString(), timestamp);
  assertEquals((await post(app, "Jane Doe", "hello", { authorType: "human" })).authorType, "human");
});

const REFUSED: readonly [title: string, body: unknown, error: string][] = [
  ["{} is 400 'author, message required'", {}, "author, message required"],
  ["without author is 400", { message: "x" }, "author required"],
  ["without message is 400", { author: "phoenix" }, "message required"],
  ["an empty message is 400", { author: "phoenix", message: "" }, "message required"],
  ["a blank message is 400", { author: "phoenix", message: " \n" }, "message: must not be empty"],
  [
    "an agent's name that is no id is 400",
    { author: "no spaces", message: "x" },
    'author: letters, digits, ".", "_", ":", "@" and "-", at most 128',
  ],
  [
    "another authorType is 400",
    { author: "phoenix", message: "x", authorType: "cat" },
    'authorType: Invalid option: expected one of "agent"|"human"|"system"',
  ],
  [
    "a message above 10 000 characters is 400",
    { author: "phoenix", message: "x".repeat(10_001) },
    "message: Too big: expected string to have <=10000 characters",
  ],
  [
    "a number as message is 400",
    { author: "phoenix", message: 5 },
    "message: Invalid input: expected string, received number",
  ],
  ["a list is 400", [], "The body must be a JSON object"],
  ["broken JSON is 400", "{", "The body is not valid JSON"],
];

for (const [title, body, error] of REFUSED) {
  Deno.test(`POST /coordinator/chat: ${title}`, async () => {
    await using app = await testApp();
    assertEquals(await told(app, "POST", "/coordinator/chat", body), [400, { error }]);
    assertEquals(await told(app, "GET", "/coordinator/chat"), [200, { messages: [] }]);
  });
}

Deno.test("POST /coordinator/chat: an unbound caller may name its agent by X-Agent-Id; two that differ are a 400", async () => {
  await using app = await testApp();
  const header = { "x-agent-id": "sage" };
  const named = await ask(app, "POST", "/coordinator/chat", { message: "by header" }, header);
  assertEquals([named.status, named.body.message.author], [200, "sage"]);
  const both = { author: "phoenix", message: "x" };
  assertEquals((await ask(app, "POST", "/coordinator/chat", both, header)).status, 400);
});

Deno.test("DELETE /coordinator/chat is 405 {error}", async () => {
  await using app = await testApp();
  const { status, body } = await ask(app, "DELETE", "/coordinator/chat");
  assertEquals([status, Object.keys(body)], [405, ["error"]]);
});

Deno.test("GET /coordinator/chat?limit=50 → {messages:[Message]} oldest first among the newest limit", async () => {
  await using app = await testApp();
  const all = Array.from({ length: 60 }, (_, n) => `m${n}`);
  await say(app, "phoenix", ...all);
  const read = async (query: string) =>
    texts((await ask(app, "GET", `/coordinator/chat${query}`)).body.messages);
  assertEquals(await read(""), all.slice(10));
  assertEquals(await read("?limit=3"), all.slice(-3));
  assertEquals(await read("?limit=200"), all);
});

for (const limit of ["0", "-1", "1.5", "x", "501", "1e9", "NaN"]) {
  Deno.test(`GET /coordinator/chat: limit=${limit}, a bad one, is a 400`, async () => {
    await using app = await testApp();
    const { status, body } = await ask(app, "GET", `/coordinator/chat?limit=${limit}`);
    assertEquals([status, Object.keys(body)], [400, ["error"]]);
    assertMatch(body.error, /^limit: /);
  });
}

Deno.test("Chat also takes ?since: only what came after", async () => {
  let now = Date.UTC(2026, 10, 21, 12);
  const clock = (await import("../../../lib/kernel/core/clock.ts")).systemClock;
  await using app = await testApp({ clock: { ...clock, now: () => now } });
  await say(app, "phoenix", "before");
  const { timestamp } = await post(app, "phoenix", "at");
  now += 1_000;
  await say(app, "phoenix", "after");
  const read = async (since: string) =>
    texts(
      (await ask(app, "GET", `/coordinator/chat?since=${encodeURIComponent(since)}`)).body.messages,
    );
  assertEquals(await read(timestamp), ["after"]);
  assertEquals(await read("2026-11-21T13:59:59+02:00"), ["before", "at", "after"]);
  assertEquals(await read("2026-11-22"), []);
  const refused = await told(app, "GET", "/coordinator/chat?since=yesterday");
  assertEquals(refused, [400, { error: "since: an ISO 8601 time" }]);
});

Deno.test("?agentId&inbox=true → adds {count, pendingMentions}", async () => {
  await using app = await testApp();
  await say(app, "phoenix", "@sage one", "nothing", "@sage two");
  const read = () => ask(app, "GET", "/coordinator/chat?agentId=sage&inbox=true&limit=2");
  const { body } = await read();
  assertEquals(texts(body.messages), ["nothing", "@sage two"]);
  assertEquals([body.count, body.pendingMentions], [2, 2]);
  const inbox = await ask(app, "GET", "/agent/sage/messages");
  const messageIds = [inbox.body.messages[0].id];
  await ask(app, "PATCH", "/agent/sage/messages", { messageIds });
  assertEquals((await read()).body.pendingMentions, 1);
  const nobody = await told(app, "GET", "/coordinator/chat?inbox=true");
  assertEquals(nobody, [400, { error: "agentId required" }]);
});

Deno.test("@name: a mention lands in that agent's inbox, in the same commit, once, never for its author", async () => {
  await using app = await testApp();
  const posted = await post(app, "phoenix", "@sage, @sage and @phoenix: mail me@example.org");
  assertEquals(posted.mentions, ["sage", "phoenix"]);
  const { body } = await ask(app, "GET", "/agent/sage/messages");
  const { id: _, timestamp: __, ...mention } = body.messages[0];
  assertEquals(body.messages.length, 1);
  assertEquals(mention, {
    from: "phoenix",
    type: "mention",
    message: "@sage, @sage and @phoenix: mail me@example.org",
    read: false,
    chatMessageId: posted.id,
  });
  assertEquals((await ask(app, "GET", "/agent/phoenix/messages")).body.messages, []);
  const [chat] = await readEvents(app.ctx, "default", CHAT_STREAM);
  const [received] = await readEvents(app.ctx, "default", "agent:sage");
  assertEquals(chat!.id.split(".")[0], received!.id.split(".")[0]);
});

for (const word of ["all", "team", "everyone"]) {
  Deno.test(`@${word} is a mention of every registered agent but the author`, async () => {
    await using app = await testApp();
    for (const agentId of ["phoenix", "sage", "cedar"]) {
      await ask(app, "POST", "/coordinator/agents", { agentId });
    }
    await post(app, "phoenix", `@${word}: standup`);
    const count = async (id: string) =>
      (await ask(app, "GET", `/agent/${id}/messages?unread=true`)).body.messages.length;
    assertEquals(await Promise.all(["phoenix", "sage", "cedar"].map(count)), [0, 1, 1]);
  });
}

Deno.test("30 agents posting at once: none lost, each agent's order kept, ids in the order of the log", async () => {
  await using app = await testApp({ kv: "file" });
  const agents = Array.from({ length: 30 }, (_, n) => `agent-${n}`);
  await Promise.all(agents.map((id) => say(app, id, "1", "2", "3", "4", "5")));
  const { messages } = (await ask(app, "GET", "/coordinator/chat?limit=500")).body;
  assertEquals(messages.length, 150);
  for (const id of agents) {
    const own = messages.filter((m: { author: string }) => m.author === id);
    assertEquals(texts(own), ["1", "2", "3", "4", "5"]);
  }
  const events = await readEvents(app.ctx, "default", CHAT_STREAM);
  const logged = events.map((event) => JSON.parse(event.json).message.id);
  assertEquals(logged, messages.map((m: { id: string }) => m.id));
});

Deno.test("POST /coordinator/chat stays in its workspace", async () => {
  await using app = await testApp();
  const { postChat, newestMessages } = await import("../../../lib/coordination/chat/mod.ts");
  const { countUnread } = await import("../../../lib/coordination/inbox/mod.ts");
  const call = { workspaceId: "other", actor: "agent:phoenix" };
  await postChat(app.ctx, call, { author: "phoenix", message: "@sage elsewhere" });
  assertEquals(await told(app, "GET", "/coordinator/chat"), [200, { messages: [] }]);
  assertEquals((await countUnread(app.ctx, "default", "sage")).unread, 0);
  assertEquals((await newestMessages(app.ctx, "other")).length, 1);
  assertEquals((await countUnread(app.ctx, "other", "sage")).unread, 1);
});

Deno.test("A key bound to an agent acts only as it (another id: 403), in chat, inboxes and memory", async () => {
  await using app = await keyedApp();
  const { token } = await app.newKey({ role: "agent", agentId: "phoenix" });
  const own = await app.send(token, "POST", "/coordinator/chat", { message: "hello" });
  assertEquals([own.status, own.body.message.author], [200, "phoenix"]);
  const others: readonly [method: string, path: string, body: object][] = [
    ["POST", "/coordinator/chat", { author: "sage", message: "x" }],
    ["POST", "/coordinator/chat", { author: "Jane", authorType: "human", message: "x" }],
    ["POST", "/agent/cedar/messages", { from: "sage", message: "x" }],
    ["PATCH", "/agent/sage/messages", { messageIds: ["msg_x"] }],
    ["POST", "/agent/sage/memory", { content: "x" }],
  ];
  for (const [method, path, body] of others) {
    const { status, body: answer } = await app.send(token, method, path, body);
    assertEquals([status, answer.success, typeof answer.error], [403, false, "string"], path);
  }
});
