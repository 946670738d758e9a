/** The hub as agents use it: two that work side by side until one dies, and thirty at once. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { percentile } from "../bench/figure.ts";
import { HubSocket } from "../harness/hub_socket.ts";
import { type TestApp, testApp } from "../harness/test_app.ts";
import { ask, eventsOf, type Reply } from "../http/coordination/asked.ts";

const FILE = "/lock/src/parser.ts";

/** Fails with what was answered unless it is 2xx. */
async function done(reply: Promise<Reply>) {
  const { status, body } = await reply;
  assertEquals([status < 300, status < 300 ? "" : body], [true, ""]);
  return body;
}

/** What the two did so far. */
interface Scene {
  readonly app: TestApp;
  /** On the board. */
  readonly phoenix: HubSocket;
  /** At its inbox. */
  readonly heron: HubSocket;
  /** Of phoenix's lock. */
  token: number;
  post(path: string, body: unknown): ReturnType<typeof done>;
  get(path: string): ReturnType<typeof done>;
}

async function bothBegin({ get }: Scene): Promise<void> {
  const { onboarding } = await get("/coordinator/onboard?agentId=phoenix");
  assertEquals([onboarding.isNewAgent, onboarding.teamOnline.length], [true, 2]);
  const work = await get("/coordinator/work?agentId=heron");
  assertEquals(work.summary.activeAgents, 2);
}

async function conflict(scene: Scene): Promise<void> {
  const { lock } = await scene.post(`${FILE}/lock`, { agentId: "phoenix", reason: "rewrite" });
  scene.token = lock.token;
  const refused = await ask(scene.app, "POST", `${FILE}/lock`, { agentId: "heron" });
  assertEquals([refused.status, refused.body.error], [409, "Resource is locked"]);
  assertEquals([refused.body.lockedBy, refused.body.expiresAt], ["phoenix", lock.expiresAt]);
}

async function message({ app, heron, post, get }: Scene): Promise<void> {
  const words = { from: "heron", message: "May I have src/parser.ts when you are done?" };
  await post("/agent/phoenix/messages", words);
  const { messages: [letter] } = await get("/agent/phoenix/messages?unread=true");
  assertEquals([letter.from, letter.message], ["heron", words.message]);
  await done(ask(app, "PATCH", "/agent/phoenix/messages", { messageIds: [letter.id] }));
  await post("/coordinator/chat", { author: "phoenix", message: "@heron soon" });
  assertStringIncludes((await heron.next("message")).payload.message, "soon");
  assertEquals((await get("/agent/phoenix/messages?unread=true")).messages, []);
}

async function handoff({ app, heron, post, get }: Scene): Promise<void> {
  const { handoff } = await post("/coordinator/handoffs", {
    action: "create",
    fromAgent: "phoenix",
    toAgent: "heron",
    title: "Docs of the parser",
    context: "The grammar changed",
    nextSteps: ["read src/parser.ts"],
  });
  assertEquals((await heron.next("message")).payload.type, "handoff");
  const { onboarding } = await get("/coordinator/onboard?agentId=heron");
  assertEquals(onboarding.suggestedTask.handoffId, handoff.id);
  const taken = { action: "claim", handoffId: handoff.id, agentId: "heron" };
  await post("/coordinator/handoffs", taken);
  const second = await ask(app, "POST", "/coordinator/handoffs", { ...taken, agentId: "magpie" });
  assertEquals(second.status, 409);
  const { handoff: ended } = await post("/coordinator/handoffs", { ...taken, action: "complete" });
  assertEquals([ended.status, ended.claimedBy], ["completed", "heron"]);
}

async function crash({ phoenix, heron, token, post, get }: Scene): Promise<void> {
  const { task } = await post("/coordinator/tasks", { title: "Parser" });
  const started = { id: task.id, status: "in-progress", assignee: "phoenix" };
  await post("/coordinator/tasks", started);
  const work = { pendingWork: ["handle comments"], filesEdited: ["src/parser.ts"] };
  await post("/agent/phoenix/checkpoint", { ...work, token, resourcePath: "src/parser.ts" });
  const watch = { action: "register-shadow", shadowId: "heron", stallThresholdMs: 300 };
  await post("/agent/phoenix/shadow", watch);
  await post("/agent/phoenix/heartbeat", { currentTask: "Parser" });
  await phoenix.close();
  assertEquals((await heron.next("shadow-update")).payload.action, "shadow-registered");
  const { payload } = await heron.next("shadow-update");
  assertEquals([payload.action, payload.takeover.primaryAgent], ["shadow-taken-over", "phoenix"]);
  const { lock } = await get(`${FILE}/check`);
  assertEquals([lock.lockedBy, lock.token > token], ["heron", true]);
  const { tasks } = await get("/coordinator/tasks?assignee=heron");
  assertEquals(tasks.map(idOf), [task.id]);
  const { checkpoint } = await get("/agent/phoenix/checkpoint");
  assertEquals(checkpoint.pendingWork, ["handle comments"]);
}

async function comeback({ app, token, post, get }: Scene): Promise<void> {
  const late = { pendingWork: [], token, resourcePath: "src/parser.ts" };
  assertEquals((await ask(app, "POST", "/agent/phoenix/checkpoint", late)).status, 409);
  const { heartbeat } = await post("/agent/phoenix/heartbeat", {});
  assertEquals(heartbeat.takenOver.by, "heron");
  const { messages } = await get("/agent/phoenix/messages?unread=true");
  assertStringIncludes(messages[0].message, "heron took over from you");
}

const STORY: readonly [string, (scene: Scene) => Promise<void>][] = [
  ["both begin: what there is to do, who is here", bothBegin],
  ["a conflict: heron wants the file phoenix holds and learns who and until when", conflict],
  ["a message: heron asks, phoenix reads, answers and marks it read", message],
  ["a handoff: phoenix gives work away, heron takes and completes it", handoff],
  ["a crash: phoenix falls silent, heron, its shadow, takes over by itself", crash],
  ["phoenix comes back: its token is refused, and it is told", comeback],
];

Deno.test("two agents: a conflict, a message, a handoff, and a crash with shadow takeover", async (t) => {
  await using app = await testApp();
  await using phoenix = await HubSocket.open(app, "/coordinator?agentId=phoenix");
  await phoenix.next("agent-update");
  await using heron = await HubSocket.open(app, "/agent/heron");
  await heron.next("state-sync");
  const scene: Scene = {
    app,
    phoenix,
    heron,
    token: 0,
    post: (path, body) => done(ask(app, "POST", path, body)),
    get: (path) => done(ask(app, "GET", path)),
  };
  for (const [what, act] of STORY) await t.step(what, () => act(scene));
});

const AGENTS = 30;
const EACH = 5;
const STEPS = 10;
const nameOf = (n: number) => `agent-${n % AGENTS}`;
const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);

/** All that one agent of the thirty does, one call after the other; each call's time is kept. */
async function workDay(app: TestApp, n: number, times: number[]): Promise<void> {
  const agentId = nameOf(n);
  const post = async (path: string, body: unknown) => {
    const from = performance.now();
    const answer = await done(ask(app, "POST", path, body));
    times.push(performance.now() - from);
    return answer;
  };
  await post("/coordinator/agents", { agentId, currentTask: "the scenario" });
  for (const i of numbers(EACH)) {
    await post("/coordinator/chat", { author: agentId, message: `${agentId} says ${i}` });
  }
  for (const i of numbers(EACH)) {
    await post(`/agent/${nameOf(n + 1)}/messages`, { from: agentId, message: `letter ${i}` });
  }
  for (const i of numbers(EACH)) {
    await post(`/lock/src/${agentId}.ts/lock`, { agentId, reason: `round ${i}` });
    await post(`/lock/src/${agentId}.ts/unlock`, { agentId });
  }
  await post(`/agent/${agentId}/checkpoint`, { accomplishments: [`by ${agentId}`] });
  await post(`/agent/${agentId}/trace`, { task: "Look", sessionId: `s-${agentId}` });
  for (const i of numbers(STEPS)) {
    const step = { tool: `tool-${i}`, outcome: "found", contributionType: "direct" };
    await post(`/agent/${agentId}/trace/s-${agentId}/step`, step);
  }
}

Deno.test("30 agents at once (register, 5 chats, 5 messages, 5 lock/unlock, checkpoint, 10 trace steps): none lost, order per stream kept", async () => {
  await using app = await testApp({ kv: "file" });
  const times: number[] = [];
  await Promise.all(numbers(AGENTS).map((n) => workDay(app, n, times)));
  const p99 = percentile(times, 0.99);
  console.log(`30 agents at once: ${times.length} calls, p99 ${p99.toFixed(1)} ms (wanted < 100)`);

  const { body: { agents } } = await ask(app, "GET", "/coordinator/agents");
  assertEquals(agents.length, AGENTS);
  const { body: { messages } } = await ask(app, "GET", `/coordinator/chat?limit=${AGENTS * EACH}`);
  assertEquals(messages.length, AGENTS * EACH);
  const posted = await allEvents(app, "chat.posted");
  assertEquals(posted.map(({ message }) => message.id), messages.map(idOf));
  for (const n of numbers(AGENTS)) {
    const said = posted.filter(({ message }) => message.author === nameOf(n));
    assertEquals(said.map(({ message }) => message.message), linesOf(n));
    await assertNothingLost(app, n);
  }
});

const idOf = ({ id }: { id: string }) => id;
const linesOf = (n: number) => numbers(EACH).map((i) => `${nameOf(n)} says ${i}`);

async function assertNothingLost(app: TestApp, n: number): Promise<void> {
  const agentId = nameOf(n);
  const get = (path: string) => done(ask(app, "GET", path));
  const { messages } = await get(`/agent/${agentId}/messages`);
  const letters = numbers(EACH).map((i) => `letter ${i}`).reverse();
  assertEquals(messages.map((one: { message: string }) => one.message), letters);
  const { history, currentLock } = await get(`/lock/src/${agentId}.ts/history`);
  assertEquals([history.length, currentLock], [EACH, null]);
  const tokens = history.map(({ token }: { token: number }) => token);
  assertEquals(tokens, tokens.toSorted((a: number, b: number) => b - a));
  const { checkpoint } = await get(`/agent/${agentId}/checkpoint`);
  assertEquals(checkpoint.accomplishments, [`by ${agentId}`]);
  const { trace } = await get(`/agent/${agentId}/trace/s-${agentId}`);
  const tools = numbers(STEPS).map((i) => `tool-${i}`);
  assertEquals(trace.steps.map(({ tool }: { tool: string }) => tool), tools);
  const steps = (await allEvents(app, "trace.step")).filter((event) =>
    event.stream === `agent:${agentId}`
  );
  assertEquals(steps.map(({ step }) => step.tool), tools);
}

/** More than one page of the feed holds. */
async function allEvents(app: TestApp, types: string): ReturnType<typeof eventsOf> {
  const found: Awaited<ReturnType<typeof eventsOf>> = [];
  for (let after = "";;) {
    const query = `format=json&limit=100&types=${types}${after && `&after=${after}`}`;
    const { body } = await ask(app, "GET", `/api/v1/events?${query}`);
    if (body.items.length === 0) return found;
    found.push(...body.items);
    after = body.nextCursor;
  }
}
