import { assertEquals } from "@std/assert";
import { readEvents } from "../../../lib/kernel/events/mod.ts";
import { type TestApp, testApp } from "../../harness/test_app.ts";
import { ask, told } from "./asked.ts";

const PATH = "/agent/sage/messages";

async function send(app: TestApp, message: string, more: object = {}): Promise<string> {
  const { body } = await ask(app, "POST", PATH, { from: "phoenix", message, ...more });
  return body.message.id;
}

const read = async (app: TestApp, query = "") =>
  (await ask(app, "GET", PATH + query)).body.messages;

Deno.test("POST /agent/{id}/messages {from, message, type?='note'} → {success, message}", async () => {
  await using app = await testApp();
  const body = { from: "phoenix", message: "see the parser", extra: 1 };
  const answer = await ask(app, "POST", PATH, body);
  const { id, timestamp, ...rest } = answer.body.message;
  assertEquals([answer.status, answer.body.success], [200, true]);
  assertEquals(rest, { from: "phoenix", message: "see the parser", type: "note", read: false });
  assertEquals([id.slice(0, 4), new Date(timestamp).toISOString()], ["msg_", timestamp]);
  const [event] = await readEvents(app.ctx, "default", "agent:sage");
  assertEquals([event!.type, JSON.parse(event!.json).message.id], ["message.received", id]);
});

Deno.test("Messages have types note|status|handoff|mention", async () => {
  await using app = await testApp();
  for (const type of ["note", "status", "handoff", "mention"]) await send(app, type, { type });
  const types = (await read(app)).map((m: { type: string }) => m.type);
  assertEquals(types, ["mention", "handoff", "status", "note"]);
});

const REFUSED: readonly [title: string, body: unknown, error: string][] = [
  ["{} is 400 'from, message required'", {}, "from, message required"],
  ["without from is 400", { message: "x" }, "from required"],
  ["without message is 400", { from: "phoenix" }, "message required"],
  [
    "an unknown type is 400",
    { from: "phoenix", message: "x", type: "rant" },
    'type: Invalid option: expected one of "note"|"status"|"handoff"|"mention"',
  ],
  ["a blank message is 400", { from: "phoenix", message: " " }, "message: must not be empty"],
  ["broken JSON is 400", "{]", "The body is not valid JSON"],
];

for (const [title, body, error] of REFUSED) {
  Deno.test(`POST /agent/{id}/messages: ${title}`, async () => {
    await using app = await testApp();
    assertEquals(await told(app, "POST", PATH, body), [400, { error }]);
    assertEquals(await read(app), []);
  });
}

Deno.test("an agent id that cannot be one is a 400", async () => {
  await using app = await testApp();
  const { status, body } = await ask(app, "GET", "/agent/no%20spaces/messages");
  assertEquals([status, Object.keys(body)], [400, ["error"]]);
});

Deno.test("GET ?unread=true → {messages} newest first ≤ 100", async () => {
  await using app = await testApp();
  const ids: string[] = [];
  for (let n = 0; n < 103; n++) ids.push(await send(app, `m${n}`));
  const newest = (await read(app)).map((m: { message: string }) => m.message);
  assertEquals([newest.length, newest[0], newest[99]], [100, "m102", "m3"]);
  await ask(app, "PATCH", PATH, { messageIds: ids.slice(5) });
  const unread = (await read(app, "?unread=true")).map((m: { message: string }) => m.message);
  assertEquals(unread, ["m4", "m3", "m2", "m1", "m0"]);
  assertEquals((await read(app, "?limit=2")).length, 2);
  assertEquals((await ask(app, "GET", `${PATH}?limit=0`)).status, 400);
  assertEquals((await ask(app, "GET", `${PATH}?unread=maybe`)).status, 400);
});

Deno.test("PATCH {messageIds} marks read, idempotently, and only there", async () => {
  await using app = await testApp();
  const id = await send(app, "x");
  const mark = (ids: unknown) => told(app, "PATCH", PATH, { messageIds: ids });
  assertEquals(await mark([id, "msg_unknown"]), [200, { success: true, marked: 1 }]);
  assertEquals(await mark([id]), [200, { success: true, marked: 0 }]);
  assertEquals([(await read(app))[0].read, await read(app, "?unread=true")], [true, []]);
  const other = await ask(app, "PATCH", "/agent/cedar/messages", { messageIds: [id] });
  assertEquals(other.body, { success: true, marked: 0 });
  const events = await readEvents(app.ctx, "default", "agent:sage");
  assertEquals(events.map(({ type }) => type), ["message.received", "message.read"]);
});

Deno.test("PATCH without messageIds is 400 'messageIds required'", async () => {
  await using app = await testApp();
  assertEquals(await told(app, "PATCH", PATH, {}), [400, { error: "messageIds required" }]);
  assertEquals((await ask(app, "PATCH", PATH, { messageIds: "x" })).status, 400);
  assertEquals((await ask(app, "PATCH", PATH, { messageIds: [] })).status, 400);
  assertEquals((await ask(app, "PATCH", PATH, { messageIds: [1] })).status, 400);
});

Deno.test("an inbox stays in its workspace", async () => {
  await using app = await testApp();
  const { sendMessage, markRead, countUnread } = await import(
    "../../../lib/coordination/inbox/mod.ts"
  );
  const call = { workspaceId: "other", actor: "agent:phoenix" };
  const { id } = await sendMessage(app.ctx, call, "sage", { from: "phoenix", message: "x" });
  assertEquals(await read(app), []);
  await ask(app, "PATCH", PATH, { messageIds: [id] });
  assertEquals(await countUnread(app.ctx, "other", "sage"), { unread: 1, mentions: 0 });
  assertEquals((await markRead(app.ctx, call, "sage", [id])).messageIds, [id]);
});

Deno.test("30 agents write to one inbox at once: none lost, each one's order kept", async () => {
  await using app = await testApp({ kv: "file" });
  const writers = Array.from({ length: 30 }, (_, n) => `agent-${n}`);
  await Promise.all(writers.map(async (from) => {
    for (const n of [1, 2, 3]) await ask(app, "POST", PATH, { from, message: String(n) });
  }));
  const messages = (await read(app)).toReversed();
  assertEquals(messages.length, 90);
  for (const from of writers) {
    const own = messages.filter((m: { from: string }) => m.from === from);
    assertEquals(own.map((m: { message: string }) => m.message), ["1", "2", "3"]);
  }
});

Deno.test("canonical: pages of an inbox, newest first; marking answers what was unread", async () => {
  await using app = await testApp();
  const ids = [await send(app, "a"), await send(app, "b"), await send(app, "c")];
  const first = await ask(app, "GET", "/api/v1/agents/sage/messages?limit=2");
  assertEquals(first.body.items.map((m: { id: string }) => m.id), [ids[2], ids[1]]);
  const rest = await ask(
    app,
    "GET",
    `/api/v1/agents/sage/messages?limit=2&cursor=${first.body.nextCursor}`,
  );
  assertEquals([rest.body.items[0].id, rest.body.nextCursor], [ids[0], null]);
  const marked = await told(app, "PATCH", "/api/v1/agents/sage/messages", { messageIds: ids });
  assertEquals(marked, [200, { messageIds: ids }]);
  const foreign = `/api/v1/agents/cedar/messages?cursor=${first.body.nextCursor}`;
  assertEquals((await ask(app, "GET", foreign)).status, 400);
});
