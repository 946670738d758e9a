/** What races around a run: answers with its suspension, takers with each other, one turn with the limits. */
import { assert, assertEquals } from "@std/assert";
import type { Json } from "../../lib/kernel/core/json.ts";
import { signalRun } from "../../lib/engine/mod.ts";
import { agent, engineHarness, fileHarness, said, WORKSPACE } from "../harness/engine.ts";

const asking = {
  asking: agent("asking", (ctx) => ctx.waitFor("answer")),
};

Deno.test("an answer that comes while its run suspends is never lost: 200 of 200", async () => {
  await using h = await fileHarness({ agents: asking });
  let signaled = 0;
  // Rung by the very commit that says the step waits: the suspension is on its way then.
  const rung = new Set<string>();
  const leave = h.kv.onCommit(({ appends }) => {
    for (const { stream } of appends) {
      const id = stream.slice(4);
      if (!stream.startsWith("run:") || rung.has(id)) continue;
      rung.add(id);
      // A few microtasks apart, so that some come before, some into, and some after the suspension.
      let ticks = signaled++ % 40;
      const send = (): void => {
        if (ticks-- > 0) return queueMicrotask(send);
        void signalRun(h.ctx, WORKSPACE, id, "answer", id);
      };
      send();
    }
  });
  const ids = await Promise.all(Array.from({ length: 200 }, () => h.start("asking")));
  const views = await Promise.all(ids.map((id) => h.finished(id)));
  leave();
  assertEquals(views.map((view) => view.run.output as Json), ids);
  assertEquals(h.engine.liveRuns, 0);
});

Deno.test("answers that come while runs suspend and suspend again: every wait gets its own", async () => {
  await using h = await engineHarness({
    agents: {
      rounds: agent("rounds", async (ctx) => {
        const got: Json[] = [];
        for (let i = 0; i < 10; i++) got.push(await ctx.waitFor(`answer ${i}`));
        return got;
      }),
    },
  });
  const ids = await Promise.all(Array.from({ length: 20 }, () => h.start("rounds")));
  for (const i of [3, 1, 0, 2, 9, 8, 4, 5, 7, 6]) {
    await Promise.all(ids.map((id) => signalRun(h.ctx, WORKSPACE, id, `answer ${i}`, i)));
  }
  for (const id of ids) {
    assertEquals((await h.finished(id)).run.output, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  }
});

Deno.test("of several takers one owns a run; its effects happen once", async () => {
  let calls = 0;
  const options = {
    agents: {
      asking: agent("asking", async (ctx) => {
        await ctx.waitFor("go");
        return (await ctx.model(said("once"))).text;
      }),
    },
    model: () => `call ${++calls}`,
  };
  await using a = await engineHarness(options);
  await using b = await engineHarness({ ...options, store: a.kv });
  await using c = await engineHarness({ ...options, store: a.kv });
  const ids = await Promise.all(Array.from({ length: 30 }, () => a.start("asking")));
  await Promise.all(ids.map((id) => a.status(id, "waiting")));
  const job = {
    id: "x",
    workspaceId: WORKSPACE,
    attempt: 1,
    signal: AbortSignal.abort(),
    complete() {},
  };
  await Promise.all(ids.map(async (id) => {
    await signalRun(a.ctx, WORKSPACE, id, "go", 1);
    await Promise.all([a, b, c].map((h) => h.engine.wakeRun(WORKSPACE, id, job)));
  }));
  for (const id of ids) {
    const { run } = await a.finished(id);
    assertEquals(run.status, "completed", JSON.stringify(run.error));
    const types = await a.types(id);
    assertEquals(types.filter((type) => type === "effect.done").length, 2);
    assertEquals(types.filter((type) => type === "run.completed").length, 1);
  }
  assertEquals(calls, 30);
});

Deno.test("a turn that stages far more than one transaction takes is written in order", async () => {
  const long = "x".repeat(3_000);
  await using h = await engineHarness({
    agents: {
      leaf: agent("leaf", (_, input) => Promise.resolve(input)),
      busy: agent("busy", async (ctx) => {
        for (let i = 0; i < 500; i++) ctx.think(`${i} ${long.slice(0, 500)}`);
        const outputs = await Promise.all(
          Array.from({ length: 150 }, (_, i) => ctx.spawn<string>("leaf", `${i} ${long}`)),
        );
        for (let i = 500; i < 700; i++) ctx.think(`${i} ${long.slice(0, 500)}`);
        return outputs.length;
      }),
    },
  });
  const view = await h.run("busy");
  assertEquals([view.run.status, view.run.output], ["completed", 150]);
  const thoughts = (await h.events(view.run.id)).filter((event) => event.type === "step.thought");
  assertEquals(
    thoughts.map((event) => Number("text" in event && event.text?.split(" ")[0])),
    Array.from({ length: 700 }, (_, i) => i),
  );
});

Deno.test("an owner that lost its run commits nothing more", async () => {
  const held = Promise.withResolvers<string>();
  const options = {
    agents: {
      slow: agent("slow", async (ctx) => (await ctx.model(said("q"))).text),
    },
  };
  await using a = await engineHarness({
    ...options,
    model: () => held.promise,
    work: false,
  });
  await using b = await engineHarness({ ...options, store: a.kv, model: () => "taken over" });
  const id = await a.start("slow");
  await a.until(id, () => a.calls.length === 1);
  const { takeOverRuns } = await import("../../lib/engine/take_over.ts");
  await takeOverRuns(a.kv, a.instance.id);
  const { run } = await b.finished(id);
  const before = await b.types(id);
  held.resolve("too late");
  await a.kv.submit(a.kv.writeSet().touch(["w", WORKSPACE, "x"] as never));
  assertEquals(run.output, "taken over");
  assertEquals(await b.types(id), before);
  assert(before.filter((type) => type === "run.completed").length === 1);
});
