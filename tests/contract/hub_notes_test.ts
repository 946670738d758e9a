/** Chat, inboxes and search on three servers that share a store, with clocks that differ. */
import { assertEquals } from "@std/assert";
import { newestMessages, postChat, searchMessages } from "../../lib/coordination/chat/mod.ts";
import { listInbox, sendMessage } from "../../lib/coordination/inbox/mod.ts";
import { deleteMemory, recallMemories, saveMemory } from "../../lib/coordination/memory/mod.ts";
import { systemClock } from "../../lib/kernel/core/clock.ts";
import { startDenoKv } from "../harness/denokv.ts";
import { type TestApp, testApp } from "../harness/test_app.ts";

const WS = "default";
const call = { workspaceId: WS, actor: "agent:phoenix" };
/** The third server's clock is five seconds behind, the second's three ahead. */
const SKEWS = [0, 3_000, -5_000];

const denokv = await startDenoKv();
const ignore = denokv === null;

async function onThree(work: (apps: TestApp[]) => Promise<void>): Promise<void> {
  const apps = await Promise.all(SKEWS.map((skew) =>
    testApp({
      path: denokv!.url,
      env: {
        DENO_KV_ACCESS_TOKEN: Deno.env.get("DENO_KV_ACCESS_TOKEN")!,
        MUSTER_MASTER_KEY: "00".repeat(32),
      },
      clock: { ...systemClock, now: () => systemClock.now() + skew },
    })
  ));
  try {
    await work(apps);
  } finally {
    for (const app of apps) await app[Symbol.asyncDispose]();
  }
}

const searched = (app: TestApp) => ({ ctx: app.ctx, search: app.coordination.search });

Deno.test({
  name: "what one server saved, any finds with its very next query; what one deleted, none",
  ignore,
  fn: () =>
    onThree(async (apps) => {
      for (let n = 0; n < 9; n++) {
        const writer = apps[n % 3]!;
        const { id } = await saveMemory(writer.ctx, call, "sage", { content: `finding f${n}x` });
        await postChat(writer.ctx, call, { author: "phoenix", message: `said s${n}x` });
        for (const app of apps) {
          const found = await recallMemories(searched(app), WS, { query: `f${n}x` });
          const said = await searchMessages(searched(app), WS, { query: `s${n}x` });
          assertEquals([found.map((one) => one.id), said.length], [[id], 1]);
        }
        await deleteMemory(apps[(n + 1) % 3]!.ctx, call, "sage", id);
        for (const app of apps) {
          assertEquals(await recallMemories(searched(app), WS, { query: `f${n}x` }), []);
        }
      }
    }),
});

Deno.test({
  name: "an agent that speaks through one server after another is read in that order",
  ignore,
  fn: () =>
    onThree(async (apps) => {
      const expected = Array.from({ length: 12 }, (_, n) => `m${n}`);
      for (const [n, message] of expected.entries()) {
        const { ctx } = apps[n % 3]!;
        await postChat(ctx, call, { author: "phoenix", message });
        await sendMessage(ctx, call, "cedar", { from: "phoenix", message });
      }
      const chat = await newestMessages(apps[2]!.ctx, WS, { limit: 12 });
      assertEquals(chat.map(({ message }) => message), expected);
      const times = chat.map(({ timestamp }) => timestamp);
      assertEquals(times, times.toSorted());
      const inbox = await listInbox(apps[0]!.ctx, WS, "cedar");
      assertEquals(inbox.items.map(({ message }) => message).reverse(), expected);
    }),
});

Deno.test({
  name: "30 agents on three servers post at once: none lost, each one's order kept",
  ignore,
  fn: () =>
    onThree(async (apps) => {
      const agents = Array.from({ length: 30 }, (_, n) => `crowd-${n}`);
      await Promise.all(agents.map(async (author, n) => {
        for (const m of [1, 2, 3, 4, 5]) {
          const { ctx } = apps[(n + m) % 3]!;
          await postChat(ctx, call, { author, message: `${m}` });
        }
      }));
      const messages = await newestMessages(apps[1]!.ctx, WS, { limit: 500 });
      for (const author of agents) {
        const own = messages.filter((one) => one.author === author);
        assertEquals(own.map(({ message }) => message), ["1", "2", "3", "4", "5"]);
      }
    }),
});

Deno.test({
  name: "the shared store of these tests ends",
  ignore,
  sanitizeResources: false,
  sanitizeOps: false,
  fn: async () => await denokv?.[Symbol.asyncDispose](),
});
