import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { AgentContext } from "../agents/context.ts";
import {
  agent,
  type EngineHarness,
  engineHarness,
  fileHarness,
  type HarnessOptions,
  said,
  tool,
} from "../../tests/harness/engine.ts";

/** Runs until `ready`, dies without a word, and goes on in a new process-like engine on the same file. */
async function killed(
  before: HarnessOptions,
  after: HarnessOptions,
  ready: (h: EngineHarness, id: string) => Promise<unknown>,
): Promise<{ h: EngineHarness; first: EngineHarness; id: string }> {
  const first = await fileHarness(before);
  const id = await first.start("solo");
  await ready(first, id);
  await first.die();
  const h = await engineHarness({ ...after, path: `${first.folder}/kv.sqlite` });
  h.folder = first.folder;
  return { h, first, id };
}

const solo = (run: (ctx: AgentContext) => Promise<unknown>) => ({ solo: agent("solo", run) });
const hang = () => new Promise<never>(() => {});
const count = (types: string[], type: string) => types.filter((t) => t === type).length;

Deno.test("a killed run goes on by itself; recorded calls are not made again", async () => {
  const agents = solo(async (ctx) => {
    const texts = [];
    for (let i = 0; i < 4; i++) texts.push((await ctx.model(said(`q${i}`))).text);
    return texts.join();
  });
  const { h, first, id } = await killed(
    { agents, model: ({ nth }) => nth < 2 ? `a${nth}` : hang() },
    { agents, model: ({ nth }) => `b${nth}` },
    (h, id) => h.until(id, (view) => view.run.usage.inputTokens === 20),
  );
  await using _ = h;
  const { run } = await h.finished(id);
  assertEquals(run.output, "a0,a1,b0,b1");
  assertEquals(h.calls[0]!.options.idempotencyKey, first.calls[2]!.options.idempotencyKey);
  const types = await h.types(id);
  assertEquals(count(types, "effect.done"), 4);
  assertEquals(count(types, "step.started"), 1);
});

Deno.test("an intended effect without a result asks, and done keeps the receipt", async () => {
  const agents = solo((ctx) => ctx.tool("pay", { n: 1 }));
  let paid = 0;
  const { h, id } = await killed(
    { agents, tools: { pay: tool("pay", () => (paid++, hang())) } },
    { agents, tools: { pay: tool("pay", () => Promise.resolve(`paid ${++paid}`)) } },
    (h, id) => h.until(id, () => paid === 1),
  );
  await using _ = h;
  await h.answer(id, { decision: "answer", value: "done", receipt: { ref: "bank" } });
  assertEquals((await h.finished(id)).run.output, { ref: "bank" });
  assertEquals(paid, 1);
  assertEquals(count(await h.types(id), "effect.unknown"), 1);
});

Deno.test("an unknown outcome marked retry is done again, marked failed it fails", async () => {
  const agents = solo(async (ctx) => {
    const one = ctx.tool("pay", { n: 1 });
    const two = ctx.tool("pay", { n: 2 }).catch((error) => error.code);
    return await Promise.all([one, two]);
  });
  let calls = 0;
  const { h, id } = await killed(
    { agents, tools: { pay: tool("pay", () => (calls++, hang())) } },
    { agents, tools: { pay: tool("pay", (_, args) => Promise.resolve(args)) } },
    (h, id) => h.until(id, () => calls === 2),
  );
  await using _ = h;
  const view = await h.until(id, ({ approvals }) => approvals.length === 2);
  const [retry, failed] = [1, 2].map((n) =>
    view.approvals.find((a) => (a.args as { n: number }).n === n)!.id
  );
  await h.answerOne(retry!, { decision: "answer", value: "retry" });
  await h.answerOne(failed!, { decision: "answer", value: "failed" });
  assertEquals((await h.finished(id)).run.output, [{ n: 1 }, "upstream_failed"]);
});

Deno.test("effects raced in lanes replay in their order of completion: 40 of 40", async () => {
  const agents = solo(async (ctx) => {
    const lanes = [3, 1, 4, 2].map(async (lane) => {
      let text = "";
      for (let j = 0; j < 3; j++) text = (await ctx.model(said(`${lane} ${j} ${text}`))).text;
      return text;
    });
    return (await Promise.all(lanes)).join();
  });
  for (let i = 0; i < 40; i++) {
    const hold: (() => void)[] = [];
    const later = (n: number) =>
      new Promise<string>((resolve) => {
        hold.push(() => resolve(`r${n}`));
        if (hold.length === 4) { for (const go of shuffled(hold.splice(0), i + n)) go(); }
      });
    const { h, id } = await killed(
      { agents, model: ({ nth }) => nth < 4 + i % 8 ? later(nth) : hang() },
      { agents, model: ({ nth }) => `s${nth}` },
      (h, id) => h.until(id, (view) => view.run.usage.inputTokens >= 40 - (i % 8 ? 0 : 0)),
    );
    await using _ = h;
    const { run } = await h.finished(id);
    assertEquals(run.status, "completed", JSON.stringify(run.error));
  }
});

function shuffled<T>(items: T[], seed: number): T[] {
  return items
    .map((item, i) => ({ item, at: (i * 7919 + seed * 104_729) % 101 }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

Deno.test("an agent that takes another path fails and both keys are named", async () => {
  const path = (word: string) =>
    solo(async (ctx) => {
      await ctx.model(said(word));
      await ctx.waitFor("never");
    });
  const { h, id } = await killed(
    { agents: path("one") },
    { agents: path("two"), work: true },
    (h, id) => h.status(id, "waiting"),
  );
  await using _ = h;
  const { signalRun } = await import("./mod.ts");
  await signalRun(h.ctx, "default", id, "other", 1);
  const { run } = await h.finished(id);
  assertEquals(run.error?.code, "nondeterministic_agent");
  assertStringIncludes(run.error!.message, `asked for "0:model:`);
  assert((run.error!.message.match(/0:model:/g) ?? []).length === 2);
});

Deno.test("a recorded effect never asked for is found", async () => {
  const { h, id } = await killed(
    {
      agents: solo(async (ctx) => {
        await ctx.model(said("one"));
        await ctx.model(said("two"));
        await ctx.waitFor("go");
      }),
    },
    {
      agents: solo(async (ctx) => {
        await ctx.model(said("one"));
        return "short";
      }),
    },
    (h, id) => h.status(id, "waiting"),
  );
  await using _ = h;
  const { signalRun } = await import("./mod.ts");
  await signalRun(h.ctx, "default", id, "go", 1);
  const { run } = await h.finished(id);
  assertEquals(run.error?.code, "nondeterministic_agent");
  assertStringIncludes(run.error!.message, "never for");
});

Deno.test("thoughts and actions of a step that runs again are shown once", async () => {
  const agents = solo(async (ctx) => {
    ctx.think("first");
    await ctx.model(said("q"));
    ctx.act("second");
    await ctx.approve({ question: "go?" });
    ctx.think("third");
  });
  const { h, id } = await killed({ agents }, { agents }, (h, id) => h.status(id, "waiting"));
  await using _ = h;
  await h.answer(id, { decision: "approve" });
  const { steps } = await h.finished(id);
  assertEquals(steps[0]!.thoughts.map((t) => t.text), ["first", "third"]);
  assertEquals(steps[0]!.actions.map((t) => t.text), ["second"]);
});

Deno.test("a stream cut by a kill is sent again under a new attempt", async () => {
  const agents = solo(async (ctx) => (await ctx.model(said("q"))).text);
  const { h, id } = await killed(
    { agents, model: ({ options }) => (options.onDelta?.("half of"), hang()) },
    { agents, model: ({ options }) => (options.onDelta?.("the whole"), "the whole") },
    (h, id) => h.until(id, (view) => view.steps[0]!.text === "half of"),
  );
  await using _ = h;
  const { steps } = await h.finished(id);
  assertEquals(steps[0]!.text, "the whole");
  assertEquals(steps[0]!.attempt, 2);
});

Deno.test("children under way when the process died go on; ended ones are not run again", async () => {
  let runs = 0;
  const agents = {
    leaf: agent("leaf", async (ctx, input) => {
      runs++;
      return (await ctx.model(said(String(input)))).text;
    }),
    ...solo((ctx) => Promise.all([1, 2, 3].map((i) => ctx.spawn("leaf", i)))),
  };
  const { h, id } = await killed(
    { agents, model: ({ nth }) => nth === 1 ? hang() : `a${nth}` },
    { agents, model: () => "later" },
    (h, id) => h.until(id, (v) => v.steps.filter((s) => s.status === "completed").length === 2),
  );
  await using _ = h;
  assertEquals((await h.finished(id)).run.output, ["a0", "later", "a2"]);
  assertEquals(runs, 4);
});
