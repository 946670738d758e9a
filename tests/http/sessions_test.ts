import { assertEquals, assertMatch } from "@std/assert";
import type { Message, Session } from "../../lib/sessions/schema.ts";
import type { Run } from "../../lib/engine/schema.ts";
import { type TestApp, testApp } from "../harness/test_app.ts";
import { go, refusal, scriptedApp, send, until, waitsForGo } from "./scripted.ts";
import { readUntil, SseReader } from "./sse_reader.ts";

type Posted = { message: Message; run: Run };

const create = async (app: TestApp, input: object = {}) =>
  (await app.json<{ session: Session }>("POST", "/api/v1/sessions", input)).session;
const say = (app: TestApp, sessionId: string, content: string) =>
  app.json<Posted>("POST", `/api/v1/sessions/${sessionId}/messages`, { content });
const sessionOf = async (app: TestApp, id: string) =>
  (await app.json<{ session: Session }>("GET", `/api/v1/sessions/${id}`)).session;
const said = async (app: TestApp, id: string) =>
  (await app.json<{ items: Message[] }>("GET", `/api/v1/sessions/${id}/messages`)).items
    .map(({ role, status, content }) => `${role} ${status} ${content}`);

/** Follows the session until it is as wanted: by default, until nothing is at work in it. */
async function idle(
  app: TestApp,
  id: string,
  wanted: (session: Session) => boolean = ({ status }) => status === "idle",
): Promise<void> {
  const reader = new SseReader(await app.fetch(`/api/v1/sessions/${id}/events`));
  for (;;) {
    await readUntil(reader, "session.updated", "session.created");
    if (wanted(await sessionOf(app, id))) break;
  }
  await reader.close();
}

Deno.test("POST /sessions creates a session with location and version", async () => {
  await using app = await testApp();
  const response = await send(app, "POST", "/api/v1/sessions", {
    title: " Plans ",
    policy: "reject",
  });
  assertEquals(response.status, 201);
  const { session } = await response.json();
  assertEquals(response.headers.get("location"), `/api/v1/sessions/${session.id}`);
  assertEquals(response.headers.get("etag"), '"1"');
  assertEquals([session.title, session.policy, session.status], ["Plans", "reject", "idle"]);
});

Deno.test("POST /sessions names the fields that are wrong", async () => {
  await using app = await testApp();
  const bad = await send(app, "POST", "/api/v1/sessions", { policy: "sometimes", title: 7 });
  assertEquals(await refusal(bad), {
    status: 400,
    code: "invalid_input",
    paths: ["title", "policy"],
  });
  const unknown = await send(app, "POST", "/api/v1/sessions", { colour: "red" });
  assertEquals((await refusal(unknown)).code, "invalid_input");
});

Deno.test("GET /sessions lists newest first, page by page", async () => {
  await using app = await testApp();
  const list = (query: string) =>
    app.json<{ items: Session[]; nextCursor: string | null }>("GET", `/api/v1/sessions${query}`);
  assertEquals(await list(""), { items: [], nextCursor: null });
  for (const title of ["one", "two", "three"]) await create(app, { title });
  assertEquals((await list("?limit=3")).nextCursor, null);
  const first = await list("?limit=2");
  assertEquals(first.items.map(({ title }) => title), ["three", "two"]);
  const rest = await list(`?limit=2&cursor=${first.nextCursor}`);
  assertEquals([rest.items.map(({ title }) => title), rest.nextCursor], [["one"], null]);
  assertEquals((await list("?q=TW")).items.map(({ title }) => title), ["two"]);
});

Deno.test("GET lists refuse bad limits and the cursor of another list", async () => {
  await using app = await testApp();
  for (const title of ["one", "two"]) await create(app, { title });
  const { nextCursor } = await app.json<{ nextCursor: string }>("GET", "/api/v1/sessions?limit=1");
  for (
    const query of ["sessions?limit=0", "sessions?limit=101", "sessions?limit=x", "runs?status=odd"]
  ) {
    assertEquals((await refusal(await app.fetch(`/api/v1/${query}`))).status, 400);
  }
  for (const list of ["runs", "approvals", "sessions?q=o&", "agents"]) {
    const path = `/api/v1/${list}${list.includes("?") ? "" : "?"}cursor=${nextCursor}`;
    assertEquals(await refusal(await app.fetch(path)), {
      status: 400,
      code: "invalid_input",
      paths: ["cursor"],
    });
  }
});

Deno.test("PATCH /sessions renames at the version that was read, else 412", async () => {
  await using app = await testApp();
  const { id } = await create(app);
  const patch = (version: string) =>
    send(app, "PATCH", `/api/v1/sessions/${id}`, { title: "New" }, { "if-match": version });
  const changed = await patch('"1"');
  assertEquals([changed.status, changed.headers.get("etag")], [200, '"2"']);
  assertEquals((await changed.json()).session.title, "New");
  assertEquals((await refusal(await patch('"1"'))).status, 412);
  const page = await app.json<{ items: { type: string }[] }>(
    "GET",
    `/api/v1/sessions/${id}/events?format=json`,
  );
  assertEquals(page.items.map(({ type }) => type), ["session.created", "session.updated"]);
});

Deno.test("sessions that do not exist are 404 on every path", async () => {
  await using app = await testApp();
  for (const id of ["ses_01K9Z3V7Q8R5T2W4X6Y8Z0A1B2", "nope", "a".repeat(3_000)]) {
    for (const path of ["", "/messages", "/events"]) {
      const found = await refusal(await app.fetch(`/api/v1/sessions/${id}${path}`));
      assertEquals(found.code, "not_found");
    }
    const posted = await send(app, "POST", `/api/v1/sessions/${id}/messages`, { content: "x" });
    assertEquals((await refusal(posted)).code, "not_found");
    const run = await send(app, "POST", "/api/v1/runs", { intent: "x", sessionId: id });
    assertEquals((await refusal(run)).code, "not_found");
  }
});

Deno.test("POST …/messages starts a run whose output is the assistant's message", async () => {
  await using app = await scriptedApp({
    full: (_, { intent }) => Promise.resolve(`You said ${intent}`),
  });
  const { id } = await create(app);
  const response = await send(app, "POST", `/api/v1/sessions/${id}/messages`, {
    content: "Hello\nyou",
  });
  assertEquals(response.status, 202);
  const { message, run, links } = await response.json();
  assertMatch(links.events, /^\/api\/v1\/runs\/run_/);
  assertEquals([message.role, message.runId, run.sessionId], ["user", run.id, id]);
  await idle(app, id);
  assertEquals((await sessionOf(app, id)).title, "Hello");
  assertEquals(await said(app, id), ["user done Hello\nyou", "assistant done You said Hello\nyou"]);
});

Deno.test("GET …/messages shows a run at work as streaming and pages to the last event", async () => {
  await using app = await scriptedApp({ full: waitsForGo });
  const { id } = await create(app);
  const { run } = await say(app, id, "one");
  await until(app, run.id, "run.waiting");
  assertEquals(await said(app, id), ["user done one", "assistant streaming "]);
  const first = await app.json<{ items: Message[]; nextCursor: string }>(
    "GET",
    `/api/v1/sessions/${id}/messages?limit=1`,
  );
  const rest = await app.json<{ items: Message[]; nextCursor: string }>(
    "GET",
    `/api/v1/sessions/${id}/messages?cursor=${first.nextCursor}`,
  );
  assertEquals([first.items[0]!.role, rest.items.map(({ role }) => role)], ["user", ["assistant"]]);
  await go(app, run.id);
  await idle(app, id);
  const after = await app.json<{ items: { type: string }[] }>(
    "GET",
    `/api/v1/sessions/${id}/events?format=json&after=${rest.nextCursor}`,
  );
  assertEquals(after.items.map(({ type }) => type), ["session.updated"]);
});

Deno.test("policy enqueue answers messages one after the other", async () => {
  await using app = await scriptedApp({ full: waitsForGo });
  const { id } = await create(app);
  const [one, two] = [await say(app, id, "one"), await say(app, id, "two")];
  assertEquals(two.run.status, "pending");
  assertEquals((await sessionOf(app, id)).queuedRunIds, [two.run.id]);
  await go(app, one.run.id);
  await go(app, two.run.id);
  await until(app, two.run.id, "run.completed");
  await idle(app, id);
  assertEquals(
    await said(app, id),
    [
      "user done one",
      "assistant done done: one",
      "user done two",
      "assistant done done: two",
    ],
  );
});

Deno.test("messages posted at once are all answered, one after the other", async () => {
  let [working, most] = [0, 0];
  await using app = await scriptedApp({
    full: async (ctx, { intent }) => {
      most = Math.max(most, ++working);
      await ctx.now();
      working--;
      return intent;
    },
  });
  const { id } = await create(app);
  await Promise.all(Array.from({ length: 20 }, (_, n) => say(app, id, `m${n}`)));
  await idle(app, id);
  const { items } = await app.json<{ items: Message[] }>("GET", `/api/v1/sessions/${id}/messages`);
  const rest = await app.json<{ items: Message[]; nextCursor: string }>(
    "GET",
    `/api/v1/sessions/${id}/messages?limit=100`,
  );
  assertEquals([items.length, rest.items.length, most], [25, 40, 1]);
  const answers = rest.items.filter(({ role }) => role === "assistant");
  assertEquals(answers.every(({ status }) => status === "done"), true);
  assertEquals(new Set(answers.map(({ content }) => content)).size, 20);
});

Deno.test("a canceled message that waits leaves the queue", async () => {
  await using app = await scriptedApp({ full: waitsForGo });
  const { id } = await create(app);
  const [one, two] = [await say(app, id, "one"), await say(app, id, "two")];
  await app.json("POST", `/api/v1/runs/${two.run.id}/cancel`, {});
  await idle(app, id, ({ queuedRunIds }) => queuedRunIds.length === 0);
  await go(app, one.run.id);
  await idle(app, id);
  assertEquals(await said(app, id), ["user done one", "assistant done done: one", "user done two"]);
});

Deno.test("policy reject refuses a message while busy and takes one after", async () => {
  await using app = await scriptedApp({ full: waitsForGo });
  const { id } = await create(app, { policy: "reject" });
  const { run } = await say(app, id, "one");
  const refused = await send(app, "POST", `/api/v1/sessions/${id}/messages`, { content: "two" });
  assertEquals((await refusal(refused)).code, "conflict");
  await go(app, run.id);
  await until(app, run.id, "run.completed");
  const next = await send(app, "POST", `/api/v1/sessions/${id}/messages`, { content: "three" });
  assertEquals(next.status, 202);
  assertEquals((await said(app, id)).filter((line) => line.startsWith("user")).length, 2);
});

Deno.test("policy interrupt stops the run at work and answers the newer message", async () => {
  await using app = await scriptedApp({ full: waitsForGo });
  const { id } = await create(app, { policy: "interrupt" });
  const one = await say(app, id, "one");
  const two = await say(app, id, "two");
  await until(app, one.run.id, "run.canceled");
  await go(app, two.run.id);
  await idle(app, id);
  assertEquals(await said(app, id), [
    "user done one",
    "assistant stopped ",
    "user done two",
    "assistant done done: two",
  ]);
});

Deno.test("policy rollback also takes the interrupted turn back from list and history", async () => {
  const history: string[] = [];
  await using app = await scriptedApp({
    full: async (ctx, input) => {
      history.push(`${input.intent}: ${ctx.history.map(({ content }) => content).join("|")}`);
      return input.intent === "two" ? await waitsForGo(ctx, input) : `done: ${input.intent}`;
    },
  });
  const { id } = await create(app, { policy: "rollback" });
  await say(app, id, "one");
  await idle(app, id);
  const two = await say(app, id, "two");
  await until(app, two.run.id, "run.waiting");
  const three = await say(app, id, "three");
  await until(app, three.run.id, "run.completed");
  await idle(app, id);
  assertEquals((await said(app, id)).length, 4);
  assertEquals(history.at(-1), "three: one|done: one");
});

Deno.test("Idempotency-Key makes a repeated message one message", async () => {
  await using app = await scriptedApp({ full: waitsForGo });
  const { id } = await create(app);
  const post = (content: string) =>
    send(app, "POST", `/api/v1/sessions/${id}/messages`, { content }, { "idempotency-key": "k1" });
  const [first, second] = [await post("one"), await post("one")];
  assertEquals([first.status, second.status], [202, 202]);
  assertEquals(await second.json(), await first.json());
  assertEquals((await refusal(await post("two"))).code, "idempotency_mismatch");
  assertEquals((await sessionOf(app, id)).queuedRunIds, []);
});

Deno.test("a message of 100 000 characters is kept whole and cut in its event", async () => {
  await using app = await scriptedApp({ full: (_, { intent }) => Promise.resolve(intent.length) });
  const { id } = await create(app);
  const content = "ü".repeat(100_000);
  const { run } = await say(app, id, content);
  assertEquals(run.id.startsWith("run_"), true);
  await idle(app, id);
  const { items } = await app.json<{ items: Message[] }>("GET", `/api/v1/sessions/${id}/messages`);
  assertEquals([items[0]!.content === content, items[1]!.content], [true, "100000"]);
});
