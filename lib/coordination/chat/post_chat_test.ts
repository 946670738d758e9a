import { assertEquals, assertRejects } from "@std/assert";
import { registerAgent } from "../agents/mod.ts";
import { countUnread, listInbox } from "../inbox/mod.ts";
import { CHAT_STREAM } from "../streams.ts";
import { readEvents } from "../../kernel/events/mod.ts";
import { type TestApp, testApp } from "../../../tests/harness/test_app.ts";
import { postChat } from "./post_chat.ts";
import { newestMessages } from "./store.ts";

const WS = "default";
const call = { workspaceId: WS, actor: "agent:phoenix" };

async function register(app: TestApp, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, (_, n) => `agent-${n}`);
  await Promise.all(ids.map((agentId) => registerAgent(app.ctx, call, { agentId })));
  return ids;
}

/** Ends when every one of them has a mention: delivery by jobs is heard on their streams. */
async function allTold(app: TestApp, ids: readonly string[]): Promise<void> {
  const waiting = new Set(ids);
  const options = { types: ["message.received"] };
  for await (const event of app.hub.followEvents(WS, "feed", options)) {
    waiting.delete(event.stream.slice("agent:".length));
    if (waiting.size === 0) return;
  }
}

Deno.test("postChat() tells 200 agents of @all exactly once, more than fit into one commit", async () => {
  await using app = await testApp();
  const ids = await register(app, 200);
  const told = allTold(app, ids);
  await postChat(app.ctx, call, { author: "phoenix", message: "@all stop" });
  await told;
  const counts = await Promise.all(ids.map((id) => countUnread(app.ctx, WS, id)));
  assertEquals(counts, ids.map(() => ({ unread: 1, mentions: 1 })));
});

Deno.test("postChat() fits a long text to many agents: cut in inboxes, whole in the chat", async () => {
  await using app = await testApp();
  const ids = await register(app, 40);
  const told = allTold(app, ids);
  const message = `@all ${"ü".repeat(9_000)}`;
  const posted = await postChat(app.ctx, call, { author: "phoenix", message });
  await told;
  assertEquals((await newestMessages(app.ctx, WS))[0]!.message, message);
  const [mention] = (await listInbox(app.ctx, WS, "agent-39")).items;
  assertEquals([mention!.message.length, mention!.message.at(-1), mention!.chatMessageId], [
    2_000,
    "…",
    posted.id,
  ]);
});

Deno.test("postChat() writes message, event and mention in one commit", async () => {
  await using app = await testApp();
  await postChat(app.ctx, call, { author: "phoenix", message: "@sage hello" });
  const [posted] = await readEvents(app.ctx, WS, CHAT_STREAM);
  const [received] = await readEvents(app.ctx, WS, "agent:sage");
  const stamp = (id: string) => id.slice(0, 20);
  assertEquals([posted!.type, received!.type], ["chat.posted", "message.received"]);
  assertEquals(stamp(posted!.id), stamp(received!.id));
});

Deno.test("postChat() finds the agent that is meant, whatever the case", async () => {
  await using app = await testApp();
  await registerAgent(app.ctx, call, { agentId: "Sage" });
  const { mentions } = await postChat(app.ctx, call, { author: "phoenix", message: "@sage hi" });
  assertEquals(mentions, ["Sage"]);
  assertEquals((await countUnread(app.ctx, WS, "Sage")).mentions, 1);
});

Deno.test("postChat() refuses a reply to nothing and writes nothing", async () => {
  await using app = await testApp();
  const reply = {
    author: "phoenix",
    message: "@sage x",
    threadId: "msg_01K9Z3V7Q8R5T2W4X6Y8Z0A1B2",
  };
  await assertRejects(() => postChat(app.ctx, call, reply), Error, "not_found");
  assertEquals([await newestMessages(app.ctx, WS), await readEvents(app.ctx, WS, CHAT_STREAM)], [
    [],
    [],
  ]);
});

Deno.test("postChat() refuses text that its records cannot hold, and writes nothing", async () => {
  await using app = await testApp();
  const input = { author: "phoenix", message: "\u0001".repeat(10_000) };
  await assertRejects(() => postChat(app.ctx, call, input), Error, "payload_too_large");
  assertEquals(await newestMessages(app.ctx, WS), []);
});
