import { assert, assertEquals } from "@std/assert";
import { AppError } from "../../kernel/core/errors.ts";
import { agent, engineHarness, said } from "../../../tests/harness/engine.ts";
import { Purse } from "./purse.ts";

const three = {
  boss: agent(
    "boss",
    (ctx) => Promise.all([1, 2, 3].map((n) => ctx.spawn<string>("one", n, { title: `${n}` }))),
  ),
  one: agent("one", async (ctx) => (await ctx.model(said("hi"))).text),
};
const spent = (n: number) => ({ inputTokens: n, outputTokens: n });

Deno.test("Purse frees what is held, keeps what is spent until it is settled, and wakes who waits", async () => {
  const purse = new Purse();
  const hold = purse.open();
  hold.reserve({ costMicros: 10, tokens: 100 });
  const changed = purse.changed(new AbortController().signal);
  hold.failed({ costMicros: 2, tokens: 20 });
  await changed;
  assertEquals([purse.reserved.tokens, purse.spent.tokens], [0, 20]);
  hold.reserve({ costMicros: 10, tokens: 100 });
  hold.settled();
  assertEquals([purse.reserved, purse.spent], [
    { costMicros: 0, tokens: 0 },
    { costMicros: 0, tokens: 0 },
  ]);
});

Deno.test("Purse.changed() ends with the step that waits", async () => {
  const stop = new AbortController();
  const waiting = new Purse().changed(stop.signal);
  stop.abort(new AppError("canceled", { detail: "stop" }));
  const error = await waiting.then(() => null, (error) => error as AppError);
  assertEquals(error?.code, "canceled");
});

Deno.test("calls that fit only one after the other wait for each other and never overspend", async () => {
  let inFlight = 0;
  let most = 0;
  await using h = await engineHarness({
    agents: three,
    model: async () => {
      most = Math.max(most, ++inFlight);
      await new Promise((resolve) => queueMicrotask(() => resolve(null)));
      inFlight--;
      return { text: "ok", usage: spent(100) };
    },
  });
  const { run, covenant } = await h.run("boss", { covenant: { budget: { tokens: 4_200 } } });
  assertEquals([run.status, run.output], ["completed", ["ok", "ok", "ok"]]);
  assertEquals([most, covenant.used.tokens], [1, 600]);
});

Deno.test("a call that waited is refused when others really used the budget up", async () => {
  await using h = await engineHarness({
    agents: three,
    model: () => ({ text: "ok", usage: spent(2_050) }),
  });
  const { run, covenant } = await h.run("boss", { covenant: { budget: { tokens: 4_200 } } });
  assertEquals([run.status, run.error?.code], ["failed", "budget_exhausted"]);
  assertEquals([covenant.broken?.clause, covenant.broken?.used], ["tokens", 4_100]);
  assertEquals(h.calls.length, 1);
});

Deno.test("what failed attempts cost counts before the call is made again", async () => {
  await using h = await engineHarness({
    agents: { solo: agent("solo", async (ctx) => (await ctx.model(said("hi"))).text) },
    model: () => {
      throw new AppError("upstream_failed", {
        detail: "cut",
        data: { usage: spent(450), costMicros: 0 },
      });
    },
  });
  const { run, covenant } = await h.run("solo", { covenant: { budget: { tokens: 1_000 } } });
  assertEquals([run.error?.code, covenant.used.tokens], ["budget_exhausted", 900]);
  assertEquals(h.calls.length, 1);
});

Deno.test("a call that waits goes on when the budget is raised", async () => {
  const gate = Promise.withResolvers<string>();
  await using h = await engineHarness({
    agents: three,
    model: ({ nth }) => nth ? "ok" : gate.promise,
  });
  const id = await h.start("boss", { covenant: { budget: { tokens: 4_200 } } });
  await h.until(id, (view) => view.steps.length === 4);
  await h.engine.patchCovenant("default", id, {
    patch: { budget: { tokens: 8_400 } },
  }, "user:test");
  await h.until(
    id,
    (view) => view.steps.filter((step) => step.status === "completed").length === 2,
  );
  assertEquals(h.calls.length, 3);
  gate.resolve("ok");
  assertEquals((await h.finished(id)).run.status, "completed");
  assert(h.errors.length === 0);
});
