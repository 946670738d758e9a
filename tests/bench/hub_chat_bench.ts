/**
 * Chat over HTTP through every guard and route, 32 connections, beside a bare Hono app with one group commit
 * for each message; clients and server share the process in both. Alone:
 * `deno run -A tests/bench/hub_chat_bench.ts`.
 */
import { Hono } from "hono";
import { monotonicUlid } from "@std/ulid";
import { testApp } from "../harness/test_app.ts";
import { BareGroup, bareKv } from "./bare.ts";
import { type Figure, percentile, printFigures, rate } from "./figure.ts";

const CONNECTIONS = 32;
const POSTS = 6_000;
const ROUNDS = 3;

type Post = (n: number) => Promise<unknown>;

function poster(url: string, path: string, messageOf: (n: number) => string): Post {
  return async (n) => {
    const response = await fetch(url + path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ author: `agent-${n % CONNECTIONS}`, message: messageOf(n) }),
    });
    const text = await response.text();
    if (response.status !== 200) throw new Error(`${response.status}: ${text}`);
  };
}

/** What a chat without anything else does: read, check, store the message and its event, answer it. */
async function bareChat() {
  const { kv, end } = await bareKv();
  const group = new BareGroup(kv);
  const encoder = new TextEncoder();
  const app = new Hono();
  app.post("/chat", async (c) => {
    const { author, message } = await c.req.json<{ author: string; message: string }>();
    if (!author || !message) return c.json({ error: "author, message required" }, 400);
    const id = `msg_${monotonicUlid(Date.now())}`;
    const timestamp = new Date().toISOString();
    const stored = { id, author, authorType: "agent", message, timestamp, reactions: [] };
    const bytes = encoder.encode(JSON.stringify(stored));
    await group.commit(
      id,
      (atomic) => atomic.set(["chat", id], bytes).set(["event", "chat", id], bytes),
    );
    return c.json({ success: true, message: stored });
  });
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, app.fetch);
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    async [Symbol.asyncDispose]() {
      await server.shutdown();
      await end();
    },
  };
}

const TEXT =
  "Fair queue is in review, the guard token rises with every grant. Who takes the client?";

async function postsPerSecond(): Promise<Figure[]> {
  await using app = await testApp({ kv: "file" });
  await using bare = await bareChat();
  const ours = poster(app.url, "/coordinator/chat", (n) => `${TEXT} ${n}`);
  const theirs = poster(bare.url, "/chat", (n) => `${TEXT} ${n}`);
  let [value, floor] = [0, 0];
  for (let round = 0; round < ROUNDS; round++) {
    floor = Math.max(floor, await rate(POSTS / ROUNDS, CONNECTIONS, theirs));
    value = Math.max(value, await rate(POSTS / ROUNDS, CONNECTIONS, ours));
  }
  return [{
    name: `chat posts over HTTP, ${CONNECTIONS} connections`,
    value,
    unit: "/s",
    floor: { name: "bare Hono, one group commit each", value: floor },
    target: "≥ 0.6 ×",
    reached: value >= 0.6 * floor,
  }];
}

/** Each message names an agent: its inbox is written with the same commit. */
async function mentionsPerSecond(): Promise<Figure[]> {
  await using app = await testApp({ kv: "file" });
  for (let n = 0; n < CONNECTIONS; n++) {
    await app.json("POST", "/coordinator/agents", { agentId: `agent-${n}` });
  }
  const post = poster(
    app.url,
    "/coordinator/chat",
    (n) => `@agent-${(n + 1) % CONNECTIONS} ${TEXT} ${n}`,
  );
  const times: number[] = [];
  const value = await rate(POSTS / 2, CONNECTIONS, async (n) => {
    const began = performance.now();
    await post(n);
    times.push(performance.now() - began);
  });
  const p99 = percentile(times, 0.99);
  return [
    {
      name: `the same, each with a mention into an inbox`,
      value,
      unit: "/s",
      target: "-",
      reached: true,
    },
    { name: "of these, p99", value: p99, unit: "ms", target: "≤ 100 ms", reached: p99 <= 100 },
  ];
}

export const HUB_CHAT_BENCHES: Readonly<Record<string, () => Promise<Figure[]>>> = {
  chat: postsPerSecond,
  "chat-mentions": mentionsPerSecond,
};

if (import.meta.main) {
  for (const bench of Object.values(HUB_CHAT_BENCHES)) printFigures(await bench());
  Deno.exit(0);
}
