import { assertEquals } from "@std/assert";
import { readEvents } from "../../../lib/kernel/events/mod.ts";
import { CHAT_STREAM } from "../../../lib/coordination/mod.ts";
import { type TestApp, testApp } from "../../harness/test_app.ts";
import { ask } from "./asked.ts";

const UNKNOWN = "msg_01K9Z3V7Q8R5T2W4X6Y8Z0A1B2";
const at = (id: string, more = "") => `/api/v1/chat/messages/${id}${more}`;

async function post(app: TestApp, author: string, message: string): Promise<string> {
  const { body } = await ask(app, "POST", "/api/v1/chat/messages", { author, message });
  return body.message.id;
}

const reactTo = (app: TestApp, id: string, emoji: string, by: string) =>
  ask(app, "POST", at(id, "/reactions"), { emoji, by });

Deno.test("reactions: [{emoji, by, at}], once per emoji and agent", async () => {
  await using app = await testApp();
  const id = await post(app, "phoenix", "done");
  await reactTo(app, id, "🎉", "sage");
  await reactTo(app, id, "🎉", "cedar");
  await reactTo(app, id, "👀", "sage");
  const again = await reactTo(app, id, "🎉", "sage");
  const pairs = again.body.message.reactions.map((r: { emoji: string; by: string }) =>
    `${r.emoji} ${r.by}`
  );
  assertEquals([again.status, pairs], [200, ["🎉 sage", "🎉 cedar", "👀 sage"]]);
  const types = (await readEvents(app.ctx, "default", CHAT_STREAM)).map(({ type }) => type);
  assertEquals(types, ["chat.posted", "chat.reacted", "chat.reacted", "chat.reacted"]);
});

Deno.test("reactions can be removed; removing one that is not there changes nothing", async () => {
  await using app = await testApp();
  const id = await post(app, "phoenix", "done");
  await reactTo(app, id, "🎉", "sage");
  const remove = () => ask(app, "DELETE", at(id, `/reactions/${encodeURIComponent("🎉")}?by=sage`));
  assertEquals((await remove()).body.message.reactions, []);
  assertEquals((await remove()).status, 200);
  const events = await readEvents(app.ctx, "default", CHAT_STREAM);
  const last = JSON.parse(events.at(-1)!.json);
  assertEquals([events.length, last.type, last.removed, last.reaction.by], [
    3,
    "chat.reacted",
    true,
    "sage",
  ]);
});

Deno.test("30 agents react at once: none lost", async () => {
  await using app = await testApp({ kv: "file" });
  const id = await post(app, "phoenix", "done");
  await Promise.all(Array.from({ length: 30 }, (_, n) => reactTo(app, id, "👍", `agent-${n}`)));
  const { body } = await ask(app, "GET", at(id));
  assertEquals(new Set(body.message.reactions.map((r: { by: string }) => r.by)).size, 30);
});

Deno.test("a reaction to a message that is not there is a 404, one with spaces a 400", async () => {
  await using app = await testApp();
  assertEquals((await reactTo(app, UNKNOWN, "👍", "sage")).status, 404);
  assertEquals((await ask(app, "DELETE", at(UNKNOWN, "/reactions/x?by=sage"))).status, 404);
  const id = await post(app, "phoenix", "done");
  for (const emoji of ["", "two words", "x".repeat(33), "\u0007"]) {
    assertEquals((await reactTo(app, id, emoji, "sage")).status, 400, JSON.stringify(emoji));
  }
});

Deno.test("thread {messageId, action: read|reply} = chat replies (threadId on Message)", async () => {
  await using app = await testApp();
  const root = await post(app, "phoenix", "who takes the client?");
  const reply = (to: string, author: string, message: string) =>
    ask(app, "POST", `/api/v1/threads/${to}`, { author, message });
  const first = await reply(root, "sage", "@phoenix me");
  const second = await reply(first.body.message.id, "phoenix", "thanks");
  assertEquals([first.status, first.body.message.threadId, second.body.message.threadId], [
    201,
    root,
    root,
  ]);
  for (const id of [root, first.body.message.id, second.body.message.id]) {
    const { body } = await ask(app, "GET", `/api/v1/threads/${id}`);
    assertEquals([body.root.id, body.root.replyCount, body.nextCursor], [root, 2, null]);
    assertEquals(body.replies.map((m: { message: string }) => m.message), [
      "@phoenix me",
      "thanks",
    ]);
  }
  const { body } = await ask(app, "GET", "/agent/phoenix/messages");
  assertEquals(body.messages.map((m: { message: string }) => m.message), ["@phoenix me"]);
});

Deno.test("a thread is read page by page, oldest first", async () => {
  await using app = await testApp();
  const root = await post(app, "phoenix", "count");
  for (const message of ["1", "2", "3"]) {
    await ask(app, "POST", `/api/v1/threads/${root}`, { author: "sage", message });
  }
  const one = (await ask(app, "GET", `/api/v1/threads/${root}?limit=2`)).body;
  const two =
    (await ask(app, "GET", `/api/v1/threads/${root}?limit=2&cursor=${one.nextCursor}`)).body;
  const said = [...one.replies, ...two.replies].map((m: { message: string }) => m.message);
  assertEquals([said, one.replies.length, two.nextCursor], [["1", "2", "3"], 2, null]);
});

Deno.test("30 agents reply at once: all in the thread, replyCount 30", async () => {
  await using app = await testApp({ kv: "file" });
  const root = await post(app, "phoenix", "roll call");
  await Promise.all(
    Array.from(
      { length: 30 },
      (_, n) =>
        ask(app, "POST", `/api/v1/threads/${root}`, { author: `agent-${n}`, message: "here" }),
    ),
  );
  const { body } = await ask(app, "GET", `/api/v1/threads/${root}?limit=100`);
  assertEquals([body.replies.length, body.root.replyCount], [30, 30]);
});

Deno.test("a thread or reply of a message that is not there is a 404", async () => {
  await using app = await testApp();
  const body = { author: "sage", message: "x" };
  for (const id of [UNKNOWN, "msg_nonsense", "%00"]) {
    assertEquals((await ask(app, "GET", `/api/v1/threads/${id}`)).status, 404);
    assertEquals((await ask(app, "POST", `/api/v1/threads/${id}`, body)).status, 404);
  }
  const threaded = { ...body, threadId: UNKNOWN };
  assertEquals((await ask(app, "POST", "/api/v1/chat/messages", threaded)).status, 404);
  assertEquals((await ask(app, "POST", "/coordinator/chat", threaded)).status, 404);
});

Deno.test("kudos {from, to, messageId?, note} = a reaction and +1 peersHelped", async () => {
  await using app = await testApp();
  await ask(app, "POST", "/agent/sage/soul", {});
  const messageId = await post(app, "sage", "try the other parser");
  const { status, body } = await ask(app, "POST", "/api/v1/kudos", {
    from: "phoenix",
    to: "sage",
    note: "that was it",
    messageId,
  });
  assertEquals([status, body.kudos.from, body.kudos.to, body.kudos.note], [
    201,
    "phoenix",
    "sage",
    "that was it",
  ]);
  const { message } = (await ask(app, "GET", at(messageId))).body;
  assertEquals(message.reactions.map((r: { emoji: string; by: string }) => [r.emoji, r.by]), [[
    "👏",
    "phoenix",
  ]]);
  assertEquals((await ask(app, "GET", "/agent/sage/soul")).body.soul.peersHelped, 1);
  const inbox = (await ask(app, "GET", "/agent/sage/messages")).body.messages;
  assertEquals([inbox[0].type, inbox[0].message], ["note", "👏 Kudos from phoenix: that was it"]);
});

Deno.test("kudos once per giver, receiver and day: the second is a 409, the next day counts again", async () => {
  const { systemClock } = await import("../../../lib/kernel/core/clock.ts");
  let now = Date.UTC(2026, 10, 21, 23, 59);
  await using app = await testApp({ clock: { ...systemClock, now: () => now } });
  const give = async (from: string, to: string) =>
    (await ask(app, "POST", "/api/v1/kudos", { from, to, note: "thanks" })).status;
  assertEquals(await give("phoenix", "sage"), 201);
  assertEquals(await give("phoenix", "sage"), 409);
  assertEquals([await give("cedar", "sage"), await give("sage", "phoenix")], [201, 201]);
  now += 120_000;
  assertEquals(await give("phoenix", "sage"), 201);
  const { body } = await ask(app, "GET", "/api/v1/kudos?to=sage");
  assertEquals(body.items.map((k: { from: string; day: string }) => `${k.from} ${k.day}`), [
    "phoenix 2026-11-22",
    "cedar 2026-11-21",
    "phoenix 2026-11-21",
  ]);
});

Deno.test("20 kudos of one giver at once: exactly one counts", async () => {
  await using app = await testApp({ kv: "file" });
  const body = { from: "phoenix", to: "sage", note: "thanks" };
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => ask(app, "POST", "/api/v1/kudos", body)),
  );
  const statuses = answers.map(({ status }) => status).toSorted();
  assertEquals(statuses, [201, ...Array.from({ length: 19 }, () => 409)]);
});

Deno.test("kudos never to oneself: 400; of an unknown message: 404; without a note: 400", async () => {
  await using app = await testApp();
  const give = async (body: object) => (await ask(app, "POST", "/api/v1/kudos", body)).status;
  const kudos = { from: "phoenix", to: "sage", note: "thanks" };
  assertEquals(await give({ ...kudos, to: "phoenix" }), 400);
  assertEquals(await give({ ...kudos, messageId: UNKNOWN }), 404);
  assertEquals(await give({ ...kudos, note: " " }), 400);
  assertEquals(await give({ ...kudos, from: undefined }), 400);
  assertEquals((await ask(app, "GET", "/api/v1/kudos")).body.items, []);
});
