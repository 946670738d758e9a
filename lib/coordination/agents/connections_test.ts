import { assertEquals, assertRejects } from "@std/assert";
import type { AppContext } from "../../kernel/context.ts";
import { ManualClock } from "../../kernel/core/clock.ts";
import { ulidIds } from "../../kernel/core/ids.ts";
import { openHub, readFeed } from "../../kernel/events/mod.ts";
import type { RunningJob } from "../../kernel/jobs/mod.ts";
import { transact } from "../../kernel/kv/mod.ts";
import { tempStore } from "../../../tests/harness/temp_store.ts";
import { BOARD_STREAM } from "../streams.ts";
import { connectionsExpire } from "./connection_records.ts";
import { type Connection, createConnections, type SocketEnd } from "./connections.ts";
import type { HostRecord } from "./decide.ts";
import { hostKey } from "./keys.ts";
import { Rooms } from "./rooms.ts";
import { getAgent } from "./store.ts";

/** The near end of a socket whose far end takes what it is told to. */
class FakeEnd implements SocketEnd {
  readonly sent: string[] = [];
  bufferedAmount = 0;
  closed: [number, string] | null = null;
  #told = Promise.withResolvers<void>();

  send(text: string): void {
    this.sent.push(text);
    this.#told.resolve();
    this.#told = Promise.withResolvers();
  }
  close(code: number, reason: string): void {
    this.closed = [code, reason];
    this.#told.resolve();
  }
  get told(): Promise<void> {
    return this.#told.promise;
  }
}

async function world() {
  const clock = new ManualClock();
  const store = await tempStore({ clock });
  const log = { warn() {}, error() {} };
  const ctx = { ...store, log, ids: ulidIds(() => clock.now()) } as unknown as AppContext;
  const hub = openHub(ctx);
  const instance = () => {
    const connections = createConnections(ctx, hub);
    const open = (end: SocketEnd, agentId = "phoenix", marks = true): Promise<Connection> =>
      connections.open(end, {
        workspaceId: "w",
        agentId,
        actor: `agent:${agentId}`,
        hears: "board",
        marks,
      });
    return { connections, open };
  };
  const expire = async () => {
    for await (const { value } of ctx.kv.list<HostRecord>({ prefix: hostKey.prefix("w") })) {
      const job = { workspaceId: "w", complete() {} } as unknown as RunningJob;
      await connectionsExpire.handler(ctx, { hostId: value.hostId }, job);
    }
  };
  return {
    ctx,
    clock,
    hub,
    instance,
    expire,
    tell: (n: number) =>
      transact(ctx, "w", (tx) => tx.emit(BOARD_STREAM, { type: "task.updated", task: { n } })),
    status: async (agentId = "phoenix") => (await getAgent(ctx, "w", agentId))?.status,
    offline: async () => (await readFeed(ctx, "w", { types: ["agent.offline"] })).length,
    async [Symbol.asyncDispose]() {
      hub.close();
      await store[Symbol.asyncDispose]();
    },
  };
}

Deno.test("a connection is told what happens after it was opened, behind its greeting, in order", async () => {
  await using w = await world();
  await w.tell(1);
  const end = new FakeEnd();
  const connection = await w.instance().open(end, "phoenix", false);
  await w.tell(2);
  await w.tell(3);
  connection.greet("hello");
  while (end.sent.length < 3) await end.told;
  const tasks = end.sent.slice(1).map((text) => JSON.parse(text).payload.task.n);
  assertEquals([end.sent[0], tasks], ["hello", [2, 3]]);
});

Deno.test("a frame is made once: every member is given the same", async () => {
  await using w = await world();
  const rooms = new Rooms(w.ctx, w.hub);
  const heard: (readonly string[])[] = [];
  const both = Promise.withResolvers<void>();
  const member = () => ({
    deliver(frames: readonly string[]) {
      if (heard.push(frames) === 2) both.resolve();
    },
    dismiss() {},
  });
  const leave = [await rooms.join("w", null, member()), await rooms.join("w", null, member())];
  await w.tell(1);
  await both.promise;
  assertEquals(heard[0] === heard[1], true);
  for (const one of leave) one();
});

Deno.test("a slow consumer is closed with a reason and counts as gone, others go on", async () => {
  await using w = await world();
  const { open, connections } = w.instance();
  const [slow, quick] = [new FakeEnd(), new FakeEnd()];
  (await open(slow, "slow")).greet("hello");
  (await open(quick, "quick")).greet("hello");
  slow.bufferedAmount = 2 << 20;
  await w.tell(1);
  while (!slow.closed) await slow.told;
  assertEquals(slow.closed, [1008, "slow_consumer"]);
  while (await w.status("slow") !== "offline") await quick.told;
  assertEquals([await w.status("quick"), connections.size], ["active", 1]);
});

Deno.test("of two connections on two instances that close at once, one sees the other go: offline, said once", async () => {
  await using w = await world();
  const [first, second] = [
    await w.instance().open(new FakeEnd()),
    await w.instance().open(new FakeEnd()),
  ];
  assertEquals(await w.status(), "active");
  await Promise.all([first.leave(), second.leave(), first.leave()]);
  assertEquals([await w.status(), await w.offline()], ["offline", 1]);
});

Deno.test("an instance that dies makes its agents go offline after 3 missed pings, others stay", async () => {
  await using w = await world();
  const [dying, living] = [w.instance(), w.instance()];
  await dying.open(new FakeEnd(), "phoenix");
  await dying.open(new FakeEnd(), "heron");
  await living.open(new FakeEnd(), "heron");
  dying.connections.close();
  w.clock.advance(59_000);
  assertEquals(await w.status("phoenix"), "active");
  w.clock.advance(1_000);
  assertEquals(await w.status("phoenix"), "offline");
  await settled(w, "heron");
  await w.expire();
  await w.expire();
  assertEquals([await w.status("heron"), await w.offline()], ["active", 1]);
});

Deno.test("an instance that was away too long stores its connections again", async () => {
  await using w = await world();
  const { open } = w.instance();
  await open(new FakeEnd());
  // Nothing renews while the process is stopped: the store moves on without it.
  const [host] = await hosts(w);
  w.clock.advance(10_000);
  const lapsed = { ...host, untilMs: w.clock.now() };
  await transact(w.ctx, "w", (tx) => tx.set(hostKey("w", host!.hostId), lapsed));
  await w.expire();
  assertEquals([await w.status(), (await hosts(w)).length], ["offline", 0]);
  w.clock.advance(10_000);
  await settled(w, "phoenix");
  assertEquals([await w.status(), (await hosts(w)).length], ["active", 1]);
});

Deno.test("open() above the agent's connections is rate_limited, and leaves no trace", async () => {
  await using w = await world();
  const { open, connections } = w.instance();
  for (let n = 0; n < 16; n++) await open(new FakeEnd());
  const refused = await assertRejects(() => open(new FakeEnd()));
  assertEquals([(refused as { code?: string }).code, connections.size], ["rate_limited", 16]);
});

Deno.test("a caller that may only watch marks nobody", async () => {
  await using w = await world();
  const connection = await w.instance().open(new FakeEnd(), "eve", false);
  await connection.leave();
  assertEquals([await w.status("eve"), await w.offline()], [undefined, 0]);
});

type World = Awaited<ReturnType<typeof world>>;

async function hosts(w: World): Promise<HostRecord[]> {
  const found: HostRecord[] = [];
  const prefix = hostKey.prefix("w");
  for await (const { value } of w.ctx.kv.list<HostRecord>({ prefix })) found.push(value);
  return found;
}

/** The renewals that the clock started have reached the store. */
async function settled(w: World, agentId: string): Promise<void> {
  while (await w.status(agentId) !== "active") await w.ctx.kv.getBytes(hostKey("w", "any"));
}
