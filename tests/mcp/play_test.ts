/** Two agents by MCP alone: a conflict, a message, a handoff, a crash and the shadow that goes on. */
import { assertEquals, assertMatch } from "@std/assert";
import { type TestApp, testApp } from "../harness/test_app.ts";
import { type McpClient, newClient, oldClient, type ToolResult } from "./clients.ts";

const FILE = "src/parser.ts";

/** An agent with its own connection; a refusal is a failure unless it is expected. */
class Player {
  constructor(readonly agentId: string, private readonly client: McpClient) {}

  // deno-lint-ignore no-explicit-any -- each tool has another result
  async does(tool: string, args: Record<string, unknown> = {}): Promise<any> {
    const result = await this.#call(tool, args);
    if (result.isError) throw new Error(`${this.agentId} ${tool}: ${result.content[0]!.text}`);
    return result.structuredContent;
  }

  async isRefused(tool: string, args: Record<string, unknown>): Promise<string> {
    const result = await this.#call(tool, args);
    assertEquals(result.isError, true);
    return result.content[0]!.text!;
  }

  #call(tool: string, args: Record<string, unknown>): Promise<ToolResult> {
    return this.client.callTool(tool, { agentId: this.agentId, ...args });
  }
}

/** What the scenes are played with; the token is that of phoenix' latest lock. */
interface Stage {
  readonly app: TestApp;
  readonly phoenix: Player;
  readonly griffin: Player;
  token: number;
}

type Scene = (stage: Stage) => Promise<void>;

const conflict: Scene = async (stage) => {
  const { app, phoenix, griffin } = stage;
  const { lock } = await phoenix.does("resource", { action: "lock", resourcePath: FILE });
  stage.token = lock.token;
  const refusal = await griffin.isRefused("resource", { action: "lock", resourcePath: FILE });
  assertMatch(refusal, /locked by "phoenix" until .*waitMs.*message phoenix/);
  const waits = { action: "lock", resourcePath: FILE, waitMs: 20_000 };
  const waiting = griffin.does("resource", waits);
  await queued(app);
  await phoenix.does("resource", { action: "unlock", resourcePath: FILE });
  const granted = await waiting;
  assertEquals([granted.lock.lockedBy, granted.lock.token > stage.token], ["griffin", true]);
  await griffin.does("resource", { action: "unlock", resourcePath: FILE });
};

const askAndAnswer: Scene = async (stage) => {
  const { phoenix, griffin } = stage;
  await griffin.does("message", { to: "phoenix", message: "Is the lexer yours?" });
  const { items: [asked] } = await phoenix.does("message", { action: "read", unread: true });
  assertEquals([asked.from, asked.message], ["griffin", "Is the lexer yours?"]);
  await phoenix.does("message", { action: "mark-read", messageIds: [asked.id] });
  await phoenix.does("message", { to: "griffin", message: "Yes; take the printer" });
  const { unreadMessages } = await griffin.does("hot-start");
  assertEquals(unreadMessages, 1);
};

const handOver: Scene = async (stage) => {
  const { phoenix, griffin } = stage;
  const { handoff } = await griffin.does("handoff", {
    title: "Number literals",
    context: "Hex is missing in the lexer",
    filePath: FILE,
    nextSteps: ["Add hex", "Test it"],
  });
  const mine = await phoenix.does("handoff", { action: "claim", handoffId: handoff.id });
  assertEquals([mine.handoff.status, mine.handoff.claimedBy], ["claimed", "phoenix"]);
  const late = { action: "claim", handoffId: handoff.id };
  assertMatch(await griffin.isRefused("handoff", late), /phoenix/);
};

const fallSilent: Scene = async (stage) => {
  const { app, phoenix } = stage;
  await phoenix.does("task", { id: "hex", title: "Hex literals", files: [FILE] });
  await phoenix.does("task", { action: "claim", taskId: "hex" });
  const { lock } = await phoenix.does("resource", { action: "lock", resourcePath: FILE });
  stage.token = lock.token;
  await phoenix.does("checkpoint", {
    conversationSummary: "Hex half done",
    pendingWork: ["Test it"],
    token: stage.token,
    resourcePath: FILE,
  });
  await phoenix.does("shadow-agent", { shadowId: "griffin", stallThresholdMs: 1_000 });
  await phoenix.does("heartbeat", { currentTask: "Hex literals" });
  await takenOver(app, "phoenix");
};

const goOn: Scene = async (stage) => {
  const { griffin } = stage;
  const { lock } = await griffin.does("resource", { action: "check", resourcePath: FILE });
  assertEquals([lock.lockedBy, lock.token > stage.token], ["griffin", true]);
  const { items: [task] } = await griffin.does("task", { action: "list", assignee: "griffin" });
  assertEquals([task.id, task.status], ["hex", "in-progress"]);
  const { checkpoint } = await griffin.does("checkpoint", { action: "get", agentId: "phoenix" });
  assertEquals(checkpoint.pendingWork, ["Test it"]);
  const done = { action: "complete", taskId: "hex", token: lock.token };
  assertEquals((await griffin.does("task", done)).task.status, "done");
};

const comeBack: Scene = async (stage) => {
  const { phoenix } = stage;
  const stale = { pendingWork: [], token: stage.token, resourcePath: FILE };
  assertMatch(await phoenix.isRefused("checkpoint", stale), /griffin/);
  const { heartbeat } = await phoenix.does("heartbeat");
  assertEquals(heartbeat.takenOver.by, "griffin");
};

const SCENES: readonly (readonly [string, Scene])[] = [
  ["a conflict names the holder and what to do; waiting gets the lock", conflict],
  ["a message is asked and answered", askAndAnswer],
  ["a handoff has one taker", handOver],
  ["phoenix works, watched by griffin, and falls silent", fallSilent],
  ["griffin holds all of it and goes on", goOn],
  ["phoenix comes back and is told; its old token writes nothing", comeBack],
];

Deno.test("two MCP agents play a conflict, a message, a handoff and a crash with takeover", async (t) => {
  await using app = await testApp();
  await using one = await newClient(app.url);
  await using two = await oldClient(app.url);
  const phoenix = new Player("phoenix", one);
  const griffin = new Player("griffin", two);
  await phoenix.does("onboard");
  await griffin.does("onboard");
  const stage: Stage = { app, phoenix, griffin, token: 0 };
  for (const [title, scene] of SCENES) await t.step(title, () => scene(stage));
});

/** Until somebody stands in a queue for a lock. */
async function queued(app: TestApp): Promise<void> {
  const options = { types: ["lock.waiting"] };
  for await (const _ of app.hub.followEvents("default", "board", options)) return;
}

/** Until the shadow has gone on for the agent, which no heartbeat prevented. */
async function takenOver(app: TestApp, agentId: string): Promise<void> {
  const options = { types: ["shadow.taken_over"] };
  for await (const _ of app.hub.followEvents("default", `agent:${agentId}`, options)) return;
}
