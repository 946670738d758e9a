import { assertEquals, assertStringIncludes } from "@std/assert";
import { HubSocket } from "../../harness/hub_socket.ts";
import { ADMIN_KEY, keyedApp } from "../../harness/keyed_app.ts";
import { type TestApp, testApp } from "../../harness/test_app.ts";
import { SseReader } from "../sse_reader.ts";
import { ask, eventsOf } from "./asked.ts";

const board = (app: TestApp, agentId: string) =>
  HubSocket.open(app, `/coordinator?agentId=${agentId}`);
const statusOf = async (app: TestApp, agentId: string) =>
  (await ask(app, "GET", `/api/v1/agents/${agentId}`)).body.agent?.status;
const settings = (app: TestApp, agents: object) =>
  ask(app, "PATCH", "/api/v1/settings/coordination", { agents }, {
    "content-type": "application/merge-patch+json",
  });

/** Follows the feed before anything happens that it waits for. */
async function follow(app: TestApp, types: string) {
  const reader = new SseReader(await app.fetch(`/api/v1/events?types=${types}`));
  await reader.next();
  return reader;
}

Deno.test("WS /coordinator?agentId= on open {type:'agent-update', payload:{agents, message}, timestamp}", async () => {
  await using app = await testApp();
  await using phoenix = await board(app, "phoenix");
  const { payload, timestamp } = await phoenix.next("agent-update");
  assertEquals(payload.agents.map((agent: { agentId: string }) => agent.agentId), ["phoenix"]);
  assertEquals(payload.agents[0].status, "active");
  assertStringIncludes(payload.message, "phoenix");
  assertEquals(new Date(timestamp).toISOString(), timestamp);
});

Deno.test("client sends ping → pong; pong has no payload", async () => {
  await using app = await testApp();
  await using phoenix = await board(app, "phoenix");
  phoenix.send("ping");
  const pong = await phoenix.next("pong");
  assertEquals(Object.keys(pong).sort(), ["timestamp", "type"]);
});

Deno.test("client sends chat {author,message}; the server pushes chat to everybody, and it is in the log", async () => {
  await using app = await testApp();
  await using phoenix = await board(app, "phoenix");
  await using heron = await board(app, "heron");
  await heron.next("agent-update");
  phoenix.send("chat", { author: "phoenix", message: "hello @heron", mood: "ignored" });
  const [seen, own] = [await heron.next("chat"), await phoenix.next("chat")];
  assertEquals([seen.payload.author, seen.payload.message], ["phoenix", "hello @heron"]);
  assertEquals(seen, own);
  const { body } = await ask(app, "GET", "/coordinator/chat");
  assertEquals(body.messages.map(({ id }: { id: string }) => id), [seen.payload.id]);
});

Deno.test("client sends agent-update {status}; the server pushes agent-update and keeps it", async () => {
  await using app = await testApp();
  await using phoenix = await board(app, "phoenix");
  await using heron = await board(app, "heron");
  await heron.next("agent-update");
  await phoenix.next("agent-update");
  phoenix.send("agent-update", { status: "waiting", currentTask: "review" });
  for (;;) {
    const { payload } = await heron.next("agent-update");
    if (payload.agent.agentId !== "phoenix" || payload.agent.status !== "waiting") continue;
    assertEquals(payload.agent.currentTask, "review");
    break;
  }
  assertEquals(await statusOf(app, "phoenix"), "waiting");
});

Deno.test("server pushes task-update and lock-update; a created handoff is task-update {action:'handoff-created', handoff}", async () => {
  await using app = await testApp();
  await using phoenix = await board(app, "phoenix");
  const handoff = { fromAgent: "heron", title: "Parser", context: "half done" };
  const made = await ask(app, "POST", "/coordinator/handoffs", { action: "create", ...handoff });
  const pushed = await phoenix.next("task-update");
  assertEquals([pushed.payload.action, pushed.payload.handoff], [
    "handoff-created",
    made.body.handoff,
  ]);
  const { body } = await ask(app, "POST", "/coordinator/tasks", { title: "Docs" });
  const task = await phoenix.next("task-update");
  assertEquals([task.payload.action, task.payload.task.id], ["task-created", body.task.id]);
  await ask(app, "POST", "/lock/src%2Fa.ts/lock", { agentId: "heron" });
  const lock = await phoenix.next("lock-update");
  assertEquals([lock.payload.action, lock.payload.lock.resourcePath], [
    "lock-granted",
    "src/a.ts",
  ]);
});

Deno.test("closing marks offline unless another connection is open", async () => {
  await using app = await testApp();
  const events = await follow(app, "agent.offline");
  const first = await board(app, "phoenix");
  const second = await board(app, "phoenix");
  await second.next("agent-update");
  await first.close();
  await second.settled();
  assertEquals(await statusOf(app, "phoenix"), "active");
  await second.close();
  const event = await events.nextEvent();
  assertEquals(JSON.parse(event!.data).agent.agentId, "phoenix");
  assertEquals(await statusOf(app, "phoenix"), "offline");
  assertEquals((await eventsOf(app, "agent.offline")).length, 1);
  await events.close();
});

Deno.test("an agent that closed and calls again is here again, and everybody hears it", async () => {
  await using app = await testApp();
  const events = await follow(app, "agent.offline,agent.updated");
  await (await board(app, "phoenix")).close();
  assertEquals((await events.nextEvent())?.event, "agent.offline");
  await ask(app, "POST", "/coordinator/chat", { author: "phoenix", message: "still here" });
  assertEquals((await events.nextEvent())?.event, "agent.updated");
  assertEquals(await statusOf(app, "phoenix"), "active");
  await events.close();
});

Deno.test("a connection that dies without closing goes offline after 3 missed pings", async () => {
  await using app = await testApp();
  await settings(app, { pingIntervalMs: 200, missedPings: 3 });
  const events = await follow(app, "agent.offline");
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--allow-net",
      "--no-check",
      new URL("../../harness/socket_holder.ts", import.meta.url).pathname,
      `${app.url.replace("http", "ws")}/coordinator?agentId=phoenix`,
    ],
    stdout: "piped",
  }).spawn();
  const output = child.stdout.getReader();
  await output.read();
  assertEquals(await statusOf(app, "phoenix"), "active");
  child.kill("SIGSTOP");
  const event = await events.nextEvent();
  assertEquals(JSON.parse(event!.data).agent.agentId, "phoenix");
  assertEquals(await statusOf(app, "phoenix"), "offline");
  child.kill("SIGKILL");
  await Promise.all([output.cancel(), child.status, events.close()]);
});

Deno.test("a connection that answers its pings stays, also without a word", async () => {
  await using app = await testApp();
  await settings(app, { pingIntervalMs: 100, missedPings: 3 });
  await using phoenix = await board(app, "phoenix");
  await using heron = await board(app, "heron");
  await phoenix.next("agent-update");
  const until = performance.now() + 900;
  // Heron talks all the while; phoenix only answers pings.
  while (performance.now() < until) await heron.settled();
  assertEquals(await statusOf(app, "phoenix"), "active");
  await phoenix.settled();
});

Deno.test("WS /agent/{id}: state-sync on open, then its inbox and escalations", async () => {
  await using app = await testApp();
  await ask(app, "POST", "/agent/phoenix/checkpoint", { pendingWork: ["tests"] });
  await using phoenix = await HubSocket.open(app, "/agent/phoenix");
  const { payload } = await phoenix.next("state-sync");
  assertEquals(payload, (await ask(app, "GET", "/agent/phoenix/state")).body);
  assertEquals(payload.checkpoint.pendingWork, ["tests"]);
  await ask(app, "POST", "/agent/phoenix/messages", { from: "heron", message: "look at a.ts" });
  assertEquals((await phoenix.next("message")).payload.message, "look at a.ts");
  await ask(app, "POST", "/agent/phoenix/trace", { task: "Find it", sessionId: "s1" });
  for (const outcome of ["error", "error"]) {
    await ask(app, "POST", "/agent/phoenix/trace/s1/step", { tool: "grep", outcome });
  }
  const { payload: escalated } = await phoenix.next("escalation");
  assertEquals(escalated.action, "escalation-opened");
  assertEquals(escalated.escalation.triggers[0].type, "error_accumulation");
});

Deno.test("WS /agent/{id} accepts checkpoint-save, answered checkpoint-saved", async () => {
  await using app = await testApp();
  await using phoenix = await HubSocket.open(app, "/agent/phoenix");
  phoenix.send("checkpoint-save", { conversationSummary: "half way", filesEdited: ["a.ts"] });
  const { payload } = await phoenix.next("checkpoint-saved");
  assertEquals(payload.checkpoint.conversationSummary, "half way");
  const { body } = await ask(app, "GET", "/agent/phoenix/checkpoint");
  assertEquals(body.checkpoint, payload.checkpoint);
});

Deno.test("another agent's inbox is not heard", async () => {
  await using app = await testApp();
  await using phoenix = await HubSocket.open(app, "/agent/phoenix");
  await ask(app, "POST", "/agent/heron/messages", { from: "phoenix", message: "for heron" });
  await ask(app, "POST", "/agent/phoenix/messages", { from: "heron", message: "for phoenix" });
  assertEquals((await phoenix.next("message")).payload.message, "for phoenix");
});

Deno.test("a bad frame is answered with an error frame and the connection goes on", async () => {
  await using app = await testApp();
  await using phoenix = await board(app, "phoenix");
  const errorOf = async (send: () => void) => {
    send();
    return (await phoenix.next("error")).payload;
  };
  assertEquals((await errorOf(() => phoenix.sendText("{"))).code, "invalid_input");
  assertStringIncludes((await errorOf(() => phoenix.send("dance"))).error, "chat, agent-update");
  const unsaid = await errorOf(() => phoenix.send("chat", { author: "phoenix" }));
  assertEquals([unsaid.about, unsaid.errors[0].path], ["chat", "message"]);
  const other = await errorOf(() => phoenix.send("chat", { author: "heron", message: "x" }));
  assertStringIncludes(other.error, 'speaks as "phoenix"');
  const bad = await errorOf(() => phoenix.send("agent-update", { status: "asleep" }));
  assertEquals(bad.errors[0].path, "status");
  await phoenix.settled();
});

Deno.test("a frame above the limit or not of text closes the connection with a reason", async () => {
  await using app = await testApp();
  await settings(app, { maxFrameBytes: 1_000 });
  await using long = await board(app, "phoenix");
  long.send("chat", { message: "x".repeat(1_100) });
  assertEquals((await long.closed).code, 1009);
  await using binary = await board(app, "phoenix");
  binary.sendText(new Uint8Array([1, 2, 3]));
  assertEquals((await binary.closed).code, 1003);
});

Deno.test("GET /coordinator without an upgrade is 426, without agentId 400, with a bad one 400", async () => {
  await using app = await testApp();
  assertEquals((await ask(app, "GET", "/coordinator?agentId=a")).status, 426);
  const upgrade = { upgrade: "websocket", connection: "upgrade" };
  assertEquals(await refusedUpgrade(app, "/coordinator", upgrade), [400, "agentId required"]);
  const [status, error] = await refusedUpgrade(app, "/coordinator?agentId=a%20b", upgrade);
  assertEquals([status, String(error).startsWith("agentId: ")], [400, true]);
});

Deno.test("more connections of one agent than one may have are closed, others go on", async () => {
  await using app = await testApp();
  await settings(app, { maxConnectionsPerAgent: 2 });
  await using first = await board(app, "phoenix");
  await using second = await board(app, "phoenix");
  await Promise.all([first.next("agent-update"), second.next("agent-update")]);
  await using third = await board(app, "phoenix");
  assertEquals((await third.next("error")).payload.code, "rate_limited");
  assertEquals((await third.closed).code, 1013);
  await first.settled();
  assertEquals(await statusOf(app, "phoenix"), "active");
});

Deno.test("above maxConnections of the process the upgrade is 503 with a time", async () => {
  await using app = await testApp();
  await settings(app, { maxConnections: 1 });
  await using first = await board(app, "phoenix");
  await first.next("agent-update");
  const [status, error] = await refusedUpgrade(app, "/coordinator?agentId=heron", {});
  assertEquals([status, String(error).includes("try again later")], [503, true]);
});

Deno.test("open mode: a foreign Origin gets no connection", async () => {
  await using app = await testApp();
  const foreign = { origin: "https://elsewhere.example" };
  assertEquals((await refusedUpgrade(app, "/coordinator?agentId=a", foreign))[0], 403);
});

Deno.test("key mode: Authorization or the key as a subprotocol opens, nothing does not", async () => {
  await using app = await keyedApp();
  assertEquals((await refusedUpgrade(app, "/coordinator?agentId=a", {}))[0], 401);
  const wrong = { "sec-websocket-protocol": "muster, bearer.wrong-key" };
  assertEquals((await refusedUpgrade(app, "/coordinator?agentId=a", wrong))[0], 401);
  const path = "/coordinator?agentId=phoenix";
  const headers = { authorization: `Bearer ${ADMIN_KEY}` };
  await using first = await HubSocket.open(app, path, { headers });
  await first.next("agent-update");
  const protocols = ["muster", `bearer.${ADMIN_KEY}`];
  await using second = await HubSocket.open(app, path, { protocols });
  await second.next("agent-update");
  assertEquals(second.socket.protocol, "muster");
});

Deno.test("key mode: a cookie opens from our own page only", async () => {
  await using app = await keyedApp();
  const form = new URLSearchParams({ key: ADMIN_KEY });
  const signed = await app.fetch("/sign-in", { method: "POST", body: form, redirect: "manual" });
  const cookie = signed.headers.get("set-cookie")!.split(";")[0]!;
  const path = "/coordinator?agentId=phoenix";
  const foreign = { cookie, origin: "https://elsewhere.example" };
  assertEquals((await refusedUpgrade(app, path, foreign))[0], 403);
  assertEquals((await refusedUpgrade(app, path, { cookie }))[0], 403);
  await using own = await HubSocket.open(app, path, { headers: { cookie, origin: app.url } });
  await own.next("agent-update");
});

Deno.test("a key bound to an agent opens only as it; a viewer listens, marks nobody and may not write", async () => {
  await using app = await keyedApp();
  const bound = await app.newKey({ role: "agent", agentId: "phoenix" });
  const viewer = await app.newKey({ role: "viewer" });
  const as = (token: string) => ({ authorization: `Bearer ${token}` });
  assertEquals(
    (await refusedUpgrade(app, "/coordinator?agentId=heron", as(bound.token)))[0],
    403,
  );
  await using phoenix = await HubSocket.open(app, "/coordinator", { headers: as(bound.token) });
  assertStringIncludes((await phoenix.next("agent-update")).payload.message, "phoenix");
  const headers = as(viewer.token);
  await using watching = await HubSocket.open(app, "/coordinator?agentId=eve", { headers });
  await watching.next("agent-update");
  watching.send("chat", { message: "let me in" });
  assertEquals((await watching.next("error")).payload.code, "forbidden");
  assertEquals((await app.send(ADMIN_KEY, "GET", "/api/v1/agents/eve")).status, 404);
  phoenix.send("chat", { message: "hello" });
  assertEquals((await watching.next("chat")).payload.author, "phoenix");
});

Deno.test("a revoked key ends the sockets opened with it: at the next write, or at the next ping", async () => {
  await using app = await keyedApp();
  const merge = { "content-type": "application/merge-patch+json" };
  const patch = { agents: { pingIntervalMs: 200 } };
  await app.send(ADMIN_KEY, "PATCH", "/api/v1/settings/coordination", patch, merge);
  const [writer, listener] = [
    await app.newKey({ role: "agent", agentId: "phoenix" }),
    await app.newKey({ role: "viewer" }),
  ];
  const open = (token: string, agentId: string) =>
    HubSocket.open(app, `/coordinator?agentId=${agentId}`, {
      headers: { authorization: `Bearer ${token}` },
    });
  await using phoenix = await open(writer.token, "phoenix");
  await using eve = await open(listener.token, "eve");
  await Promise.all([phoenix.next("agent-update"), eve.next("agent-update")]);
  for (const { id } of [writer, listener]) {
    await app.send(ADMIN_KEY, "DELETE", `/api/v1/keys/${id}`);
  }
  phoenix.send("chat", { message: "one last word" });
  const ended = [await phoenix.closed, await eve.closed];
  assertEquals(ended, Array(2).fill({ code: 1008, reason: "key_revoked" }));
  const { body } = await app.send(ADMIN_KEY, "GET", "/coordinator/chat");
  assertEquals(body.messages, []);
});

Deno.test("a server that stops closes its sockets with 1001; its agents are offline once its pings are missed", async () => {
  const folder = await Deno.makeTempDir({ prefix: "muster-test-" });
  const path = `${folder}/muster.kv`;
  const before = await testApp({ kv: "file", path });
  await settings(before, { pingIntervalMs: 500, missedPings: 3 });
  const phoenix = await board(before, "phoenix");
  await phoenix.next("agent-update");
  await before[Symbol.asyncDispose]();
  assertEquals((await phoenix.closed).code, 1001);
  await using after = await testApp({ kv: "file", path });
  const events = await follow(after, "agent.offline");
  assertEquals(await statusOf(after, "phoenix"), "active");
  assertEquals((await events.nextEvent())?.event, "agent.offline");
  assertEquals(await statusOf(after, "phoenix"), "offline");
  await events.close();
  await Deno.remove(folder, { recursive: true });
});

/** Status and error of an upgrade that is not made. */
async function refusedUpgrade(
  app: TestApp,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<[number, string]> {
  const { hostname, port } = new URL(app.url);
  const connection = await Deno.connect({ hostname, port: Number(port) });
  const lines = Object.entries({
    host: `${hostname}:${port}`,
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
    ...headers,
  }).map(([name, value]) => `${name}: ${value}`);
  const request = `GET ${path} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`;
  await connection.write(new TextEncoder().encode(request));
  const text = await readAnswer(connection);
  connection.close();
  const [head, body] = text.split("\r\n\r\n", 2) as [string, string];
  const json = body.slice(body.indexOf("{"), body.lastIndexOf("}") + 1);
  return [Number(head.split(" ")[1]), json === "" ? "" : JSON.parse(json).error];
}

async function readAnswer(connection: Deno.Conn): Promise<string> {
  let text = "";
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(16_384);
  for (;;) {
    const read = await connection.read(buffer);
    if (read === null) return text;
    text += decoder.decode(buffer.subarray(0, read));
    if (/\r\n\r\n[\s\S]*\}/.test(text) || text.startsWith("HTTP/1.1 101")) return text;
  }
}
