import { assertEquals, assertMatch } from "@std/assert";
import { getDigest } from "../../../lib/coordination/digest/mod.ts";
import { postChat } from "../../../lib/coordination/chat/mod.ts";
import { systemClock } from "../../../lib/kernel/core/clock.ts";
import { type TestApp, testApp } from "../../harness/test_app.ts";
import { ask } from "./asked.ts";

async function digestOf(app: TestApp, agentId: string, since?: string) {
  const query = since === undefined ? "" : `&since=${encodeURIComponent(since)}`;
  return (await ask(app, "GET", `/api/v1/digest?agentId=${agentId}${query}`)).body;
}

const say = (app: TestApp, author: string, message: string) =>
  ask(app, "POST", "/coordinator/chat", { author, message });

Deno.test("digest {agentId, since?} → {since, mentions[], unread, taskChanges[], lockConflicts[], handoffs[], nextCursor}", async () => {
  await using app = await testApp();
  const { body, status } = await ask(app, "GET", "/api/v1/digest?agentId=sage");
  const { since, nextCursor, ...rest } = body;
  assertEquals(status, 200);
  assertEquals(rest, {
    agentId: "sage",
    mentions: [],
    unread: 0,
    taskChanges: [],
    lockConflicts: [],
    handoffs: [],
    truncated: false,
  });
  assertEquals(new Date(since).toISOString(), since);
  assertEquals(typeof nextCursor, "string");
});

Deno.test("digest: mentions and unread; the next one, after nextCursor, tells only what is new", async () => {
  await using app = await testApp();
  await say(app, "phoenix", "@sage first");
  await say(app, "phoenix", "noise");
  await ask(app, "POST", "/agent/sage/messages", { from: "phoenix", message: "a note" });
  const first = await digestOf(app, "sage");
  const told = (digest: { mentions: { message: string }[] }) =>
    digest.mentions.map(({ message }) => message);
  assertEquals([told(first), first.unread], [["@sage first"], 2]);
  await say(app, "phoenix", "@sage second");
  await say(app, "phoenix", "@sage third");
  const second = await digestOf(app, "sage", first.nextCursor);
  assertEquals([told(second), second.unread], [["@sage third", "@sage second"], 4]);
  const third = await digestOf(app, "sage", second.nextCursor);
  assertEquals([told(third), third.unread], [[], 4]);
});

Deno.test("digest: a mention read meanwhile says so", async () => {
  await using app = await testApp();
  await say(app, "phoenix", "@sage look");
  const { mentions: [mention] } = await digestOf(app, "sage");
  await ask(app, "PATCH", "/agent/sage/messages", { messageIds: [mention.id] });
  const after = await digestOf(app, "sage");
  assertEquals([mention.read, after.mentions[0].read, after.unread], [false, true, 0]);
});

Deno.test("digest: one entry for each task others changed, with what happened; own changes are no news", async () => {
  await using app = await testApp();
  const create = async (title: string, createdBy: string) =>
    (await ask(app, "POST", "/coordinator/tasks", { title, createdBy })).body.task.id;
  const theirs = await create("Rotate keys", "phoenix");
  const own = await create("Mine alone", "sage");
  await ask(app, "POST", `/api/v1/tasks/${theirs}/claim`, { agentId: "phoenix" });
  await ask(app, "POST", `/api/v1/tasks/${theirs}/complete`, { agentId: "phoenix" });
  const { taskChanges } = await digestOf(app, "sage");
  const [change] = taskChanges.filter((one: { task: { id: string } }) => one.task.id === theirs);
  assertEquals(taskChanges.some((one: { task: { id: string } }) => one.task.id === own), false);
  assertEquals([change.task.status, change.changes, change.by], [
    "done",
    ["created", "claimed", "completed"],
    ["agent:phoenix"],
  ]);
});

Deno.test("digest: lock conflicts it met", async () => {
  await using app = await testApp();
  await ask(app, "POST", "/lock/src/a.ts/lock", { agentId: "phoenix" });
  const refused = await ask(app, "POST", "/lock/src/a.ts/lock", { agentId: "sage" });
  assertEquals(refused.status, 409);
  const { lockConflicts } = await digestOf(app, "sage");
  const [{ at: _, ...conflict }] = lockConflicts;
  assertEquals(conflict, {
    resourcePath: "src/a.ts",
    role: "asked",
    other: "phoenix",
    count: 1,
  });
});

Deno.test("digest: handoffs it may take, and its own that others took", async () => {
  await using app = await testApp();
  const create = async (fromAgent: string, title: string, toAgent?: string) =>
    (await ask(app, "POST", "/coordinator/handoffs", {
      fromAgent,
      toAgent,
      title,
      context: "all of it",
    })).body.handoff.id;
  await create("phoenix", "for sage", "sage");
  await create("phoenix", "for anybody");
  await create("phoenix", "for cedar", "cedar");
  const own = await create("sage", "by sage", "phoenix");
  await create("sage", "by sage, not taken", "phoenix");
  const body = { action: "claim", handoffId: own, agentId: "phoenix" };
  await ask(app, "POST", "/coordinator/handoffs", body);
  const { handoffs } = await digestOf(app, "sage");
  assertEquals(handoffs.map((one: { title: string }) => one.title).toSorted(), [
    "by sage",
    "for anybody",
    "for sage",
  ]);
});

Deno.test("digest: since takes an ISO time", async () => {
  let now = Date.UTC(2026, 10, 21, 12);
  await using app = await testApp({ clock: { ...systemClock, now: () => now } });
  await say(app, "phoenix", "@sage before");
  now += 3_600_000;
  await say(app, "phoenix", "@sage after");
  const mentions = async (since?: string) =>
    (await digestOf(app, "sage", since)).mentions.map((m: { message: string }) => m.message);
  assertEquals(await mentions("2026-11-21T12:30:00Z"), ["@sage after"]);
  assertEquals(await mentions("2026-11-21T12:00:00+02:00"), ["@sage after", "@sage before"]);
  now += 86_400_000;
  assertEquals(await mentions(), []);
});

for (const since of ["yesterday", "2026-13-45", "00000000000000000000", "-1", "1763726400000"]) {
  Deno.test(`digest: since=${since} is a 400`, async () => {
    await using app = await testApp();
    const { status, body } = await ask(app, "GET", `/api/v1/digest?agentId=sage&since=${since}`);
    assertEquals([status, body.code, body.errors[0].path], [400, "invalid_input", "since"]);
    assertMatch(body.detail, /nextCursor/);
  });
}

Deno.test("digest: a cursor of another store is 410 gone", async () => {
  await using app = await testApp();
  const since = "ffffffffffffffffffff.0.1763726400000";
  const { status, body } = await ask(app, "GET", `/api/v1/digest?agentId=sage&since=${since}`);
  assertEquals([status, body.code], [410, "gone"]);
});

Deno.test("digest: without an agent it is a 400, and X-Agent-Id names one", async () => {
  await using app = await testApp();
  assertEquals((await ask(app, "GET", "/api/v1/digest")).status, 400);
  const named = await ask(app, "GET", "/api/v1/digest", undefined, { "x-agent-id": "sage" });
  assertEquals([named.status, named.body.agentId], [200, "sage"]);
});

Deno.test("digest stays in its workspace", async () => {
  await using app = await testApp();
  const call = { workspaceId: "other", actor: "agent:phoenix" };
  await postChat(app.ctx, call, { author: "phoenix", message: "@sage secret" });
  const { mentions, unread } = await digestOf(app, "sage");
  assertEquals([mentions, unread], [[], 0]);
  assertEquals((await getDigest(app.ctx, "other", { agentId: "sage" })).mentions.length, 1);
});
