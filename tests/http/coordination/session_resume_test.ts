import { assertEquals, assertStringIncludes } from "@std/assert";
import { type TestApp, testApp } from "../../harness/test_app.ts";
import { ask } from "./asked.ts";

const resume = async (app: TestApp) =>
  (await ask(app, "GET", "/coordinator/session-resume")).body.sessionResume;
const say = (app: TestApp, author: string, message: string, authorType?: string) =>
  ask(app, "POST", "/coordinator/chat", { author, message, authorType });

Deno.test("GET /coordinator/session-resume → {sessionResume:{timestamp, session, participants, accomplishments, pending, quickActions, recentContext, summaryText}}; nothing yet", async () => {
  await using app = await testApp();
  const { timestamp, summaryText, quickActions, ...rest } = await resume(app);
  assertEquals(rest, {
    session: {
      messageCount: 0,
      participantCount: 0,
      startTime: null,
      endTime: null,
      durationDescription: "no messages yet",
    },
    participants: [],
    accomplishments: [],
    pending: { handoffs: [], tasks: [], claims: [] },
    recentContext: [],
  });
  assertEquals(new Date(timestamp).toISOString(), timestamp);
  assertStringIncludes(summaryText, "No messages yet");
  assertEquals(quickActions.map(({ action }: { action: string }) => action), ["view_chat"]);
});

Deno.test("session and participants:[{agentId,messageCount,lastMessage,lastActive}] from the newest 100 messages", async () => {
  await using app = await testApp();
  await say(app, "early", "too old to count");
  for (let n = 1; n <= 60; n++) await say(app, "phoenix", `p${n}`);
  for (let n = 1; n <= 40; n++) await say(app, "heron", `h${n}`);
  const { session, participants, recentContext } = await resume(app);
  assertEquals([session.messageCount, session.participantCount], [100, 2]);
  assertEquals(session.durationDescription, "less than a minute");
  const shown = participants.map((one: Record<string, unknown>) => [
    one.agentId,
    one.messageCount,
    one.lastMessage,
  ]);
  assertEquals(shown, [["phoenix", 60, "p60"], ["heron", 40, "h40"]]);
  assertEquals(participants[1].lastActive, session.endTime);
  const words = recentContext.map(({ message }: { message: string }) => message);
  assertEquals(words, ["h36", "h37", "h38", "h39", "h40"]);
});

Deno.test("accomplishments:[≤10]: tasks done, handoffs completed, what was said to be done", async () => {
  await using app = await testApp();
  await say(app, "phoenix", "Starting");
  const { body } = await ask(app, "POST", "/coordinator/tasks", { title: "Parser" });
  const done = { id: body.task.id, status: "done", assignee: "phoenix" };
  await ask(app, "POST", "/coordinator/tasks", done);
  await say(app, "phoenix", "Fixed the lexer\nin three places");
  await say(app, "heron", "I have not finished the docs");
  const { accomplishments } = await resume(app);
  assertEquals(accomplishments, ["Task done: Parser (phoenix)", "Fixed the lexer"]);
  for (let n = 0; n < 12; n++) await say(app, "heron", `Shipped part ${n}`);
  assertEquals((await resume(app)).accomplishments.length, 10);
});

Deno.test("pending:{handoffs,tasks,claims} and quickActions:[{action,label,description,priority}]", async () => {
  await using app = await testApp();
  const handoff = { action: "create", fromAgent: "heron", title: "H", context: "c" };
  await ask(app, "POST", "/coordinator/handoffs", handoff);
  const task = { title: "Parser", status: "in-progress", assignee: "heron" };
  await ask(app, "POST", "/coordinator/tasks", task);
  await ask(app, "POST", "/coordinator/tasks", { title: "Docs", status: "blocked" });
  await ask(app, "POST", "/coordinator/tasks", { title: "Later" });
  const claim = { action: "claim", what: "the lexer", by: "heron" };
  await ask(app, "POST", "/coordinator/claims", claim);
  const { pending, quickActions, summaryText } = await resume(app);
  assertEquals([pending.handoffs.length, pending.claims[0].what], [1, "the lexer"]);
  const titles = pending.tasks.map(({ title }: { title: string }) => title);
  assertEquals(titles, ["Parser", "Docs"]);
  const actions = quickActions.map((one: Record<string, string>) => [one.action, one.priority]);
  assertEquals(actions, [
    ["review_handoffs", "high"],
    ["unblock_tasks", "high"],
    ["check_progress", "medium"],
    ["review_claims", "medium"],
    ["view_chat", "low"],
  ]);
  assertStringIncludes(summaryText, "1 handoff, 2 tasks, 1 claim");
});

Deno.test("GET /api/v1/session-resume answers the same; POST is 405", async () => {
  await using app = await testApp();
  const { status, body } = await ask(app, "GET", "/api/v1/session-resume");
  assertEquals([status, body.sessionResume.session.messageCount], [200, 0]);
  assertEquals((await ask(app, "POST", "/coordinator/session-resume", {})).status, 405);
});
