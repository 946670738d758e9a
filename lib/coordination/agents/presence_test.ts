import { assertEquals } from "@std/assert";
import type { AppContext } from "../../kernel/context.ts";
import { ManualClock } from "../../kernel/core/clock.ts";
import { ulidIds } from "../../kernel/core/ids.ts";
import { readFeed } from "../../kernel/events/mod.ts";
import type { RunningJob } from "../../kernel/jobs/mod.ts";
import { transact } from "../../kernel/kv/mod.ts";
import { tempStore } from "../../../tests/harness/temp_store.ts";
import { agentWatch, stageSeen } from "./presence.ts";
import { registerAgent } from "./register_agent.ts";
import type { AgentInput } from "./schema.ts";
import { agentExists, getAgent, listAgents } from "./store.ts";

const MINUTE = 60_000;

async function world() {
  const clock = new ManualClock();
  const store = await tempStore({ clock });
  const ctx = { ...store, ids: ulidIds(() => clock.now()) } as unknown as AppContext;
  const call = (workspaceId: string) => ({ workspaceId, actor: "agent:phoenix" });
  return {
    ctx,
    clock,
    register: (input: Partial<AgentInput> = {}, workspaceId = "w") =>
      registerAgent(ctx, call(workspaceId), { agentId: "phoenix", ...input }),
    hear: () => transact(ctx, "w", (tx) => stageSeen(tx, "phoenix", clock.now())),
    /** The job as the worker would run it when it is due. */
    watch: () => agentWatch.handler(ctx, { agentId: "phoenix" }, job("w")),
    status: async () => (await getAgent(ctx, "w", "phoenix"))?.status,
    types: async () => (await readFeed(ctx, "w")).map(({ type }) => type),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

const job = (workspaceId: string) => ({ workspaceId, complete() {} }) as unknown as RunningJob;

Deno.test("registerAgent() is online for an hour and offline at its end, whether or not a job ran", async () => {
  await using w = await world();
  await w.register();
  w.clock.advance(60 * MINUTE - 1);
  assertEquals(await w.status(), "active");
  w.clock.advance(1);
  assertEquals([await w.status(), await w.types()], ["offline", ["agent.registered"]]);
});

Deno.test("the watch says agent.offline once, and not while the agent was heard", async () => {
  await using w = await world();
  await w.register();
  w.clock.advance(30 * MINUTE);
  await w.hear();
  w.clock.advance(30 * MINUTE);
  await w.watch();
  assertEquals([await w.status(), await w.types()], ["active", ["agent.registered"]]);
  w.clock.advance(30 * MINUTE);
  await w.watch();
  await w.watch();
  assertEquals([await w.status(), await w.types()], ["offline", [
    "agent.registered",
    "agent.offline",
  ]]);
});

Deno.test("stageSeen() brings an agent back with agent.updated, once, and watches it again", async () => {
  await using w = await world();
  await w.register({ status: "waiting" });
  w.clock.advance(60 * MINUTE);
  await w.watch();
  await w.hear();
  await w.hear();
  const expected = ["agent.registered", "agent.offline", "agent.updated"];
  assertEquals([await w.status(), await w.types()], ["waiting", expected]);
  w.clock.advance(60 * MINUTE);
  await w.watch();
  assertEquals(await w.types(), [...expected, "agent.offline"]);
});

Deno.test("stageSeen() leaves an agent that said offline as it is", async () => {
  await using w = await world();
  await w.register({ status: "offline" });
  await w.hear();
  assertEquals([await w.status(), await w.types()], ["offline", ["agent.registered"]]);
});

Deno.test("stageSeen() writes nothing for an id nobody registered", async () => {
  await using w = await world();
  await w.hear();
  assertEquals([await agentExists(w.ctx, "w", "phoenix"), await w.types()], [false, []]);
});

Deno.test("another workspace does not see the agent", async () => {
  await using w = await world();
  await w.register();
  assertEquals(await getAgent(w.ctx, "other", "phoenix"), null);
  assertEquals([await listAgents(w.ctx, "other"), (await readFeed(w.ctx, "other")).length], [
    [],
    0,
  ]);
});

Deno.test("registerAgent() at once from many sides keeps every field, one event says it is new", async () => {
  await using w = await world();
  await Promise.all([
    w.register({ currentTask: "A" }),
    w.register({ workingOn: "a.ts" }),
    w.register({ offers: ["reviews"] }),
    w.register({ needs: ["a key"] }),
  ]);
  const shown = await getAgent(w.ctx, "w", "phoenix");
  assertEquals([shown?.currentTask, shown?.workingOn, shown?.offers, shown?.needs], [
    "A",
    "a.ts",
    ["reviews"],
    ["a key"],
  ]);
  const types = await w.types();
  assertEquals([types[0], types.filter((type) => type === "agent.registered").length], [
    "agent.registered",
    1,
  ]);
});
