import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { AppError } from "../kernel/core/errors.ts";
import type { AgentContext } from "../agents/context.ts";
import type { Json } from "../kernel/core/json.ts";
import { agent, engineHarness, fileHarness, said, tool } from "../../tests/harness/engine.ts";

const solo = (run: (ctx: AgentContext, input: Json) => Promise<unknown>) => ({
  solo: agent("solo", run),
});

Deno.test("ctx.now() and ctx.random() are recorded effects", async () => {
  await using h = await engineHarness({
    agents: solo(async (ctx) => [await ctx.now(), await ctx.random()]),
  });
  const { run } = await h.run("solo");
  const [now, random] = run.output as [number, number];
  assert(now > 1_700_000_000_000 && random >= 0 && random < 1);
  assertEquals((await h.types(run.id)).filter((type) => type === "effect.done").length, 2);
});

Deno.test("ctx.model() retries an upstream failure, visibly, under one idempotency key", async () => {
  await using h = await engineHarness({
    agents: solo(async (ctx) => (await ctx.model(said("hi"))).text),
    model: ({ nth }) => {
      if (nth < 2) throw new AppError("upstream_failed", { detail: "cut" });
      return "third";
    },
  });
  const view = await h.run("solo");
  assertEquals(view.run.output, "third");
  assertEquals(new Set(h.calls.map((call) => call.options.idempotencyKey)).size, 1);
  const types = await h.types(view.run.id);
  assertEquals(types.filter((type) => type === "step.retried").length, 2);
  assertEquals(view.steps[0]!.attempt, 3);
});

Deno.test("ctx.model() never retries invalid input and keeps the error's data", async () => {
  await using h = await engineHarness({
    agents: solo(async (ctx) => {
      try {
        return await ctx.model(said("hi"));
      } catch (error) {
        return { code: (error as AppError).code, data: (error as AppError).data };
      }
    }),
    model: () => {
      throw new AppError("invalid_input", { detail: "bad", data: { field: "x" } });
    },
  });
  const { run } = await h.run("solo");
  assertEquals(run.output, { code: "invalid_input", data: { field: "x" } });
  assertEquals(h.calls.length, 1);
});

Deno.test("ctx.model() streams its text as deltas with offsets, joined between calls", async () => {
  await using h = await engineHarness({
    agents: solo(async (ctx) => {
      const first = await ctx.model(said("one"));
      const second = await ctx.model({
        messages: [...said("one").messages, ...said("two").messages],
      });
      return `${first.text}\n\n${second.text}`;
    }),
    model: ({ options, nth }) => {
      const text = nth === 0 ? "Hello 🌍" : "again";
      for (const piece of text) options.onDelta?.(piece);
      return text;
    },
  });
  const view = await h.run("solo");
  assertEquals(view.steps[0]!.text, view.run.output);
  let text = "";
  for (const event of await h.events(view.run.id)) {
    if (event.type !== "step.delta") continue;
    assertEquals(event.offset, text.length);
    text += event.delta;
  }
  assertEquals(text, "Hello 🌍\n\nagain");
});

Deno.test("a retried stream carries a new attempt that starts at 0", async () => {
  await using h = await engineHarness({
    agents: solo(async (ctx) => (await ctx.model(said("one"))).text),
    model: ({ options, nth }) => {
      options.onDelta?.(nth === 0 ? "half an ans" : "whole");
      if (nth === 0) {
        throw new AppError("upstream_failed", {
          data: { usage: { inputTokens: 7, outputTokens: 3 }, costMicros: 2 },
        });
      }
      return "whole";
    },
    limits: { deltaMs: 0 },
  });
  const view = await h.run("solo");
  assertEquals(view.steps[0]!.text, "whole");
  assertEquals(view.run.costMicros, 2);
  assertEquals(view.run.usage, { inputTokens: 17, outputTokens: 8 });
  const last = (await h.events(view.run.id)).findLast((event) => event.type === "step.delta");
  assert(last?.type === "step.delta");
  assertEquals([last.attempt, last.offset], [2, 0]);
});

Deno.test("ctx.tool() commits the intention of a non-idempotent tool before it acts", async () => {
  const order: string[] = [];
  const h = await fileHarness({
    agents: solo((ctx) => ctx.tool("pay", { to: "x" })),
    tools: {
      pay: tool("pay", async (run) => {
        const view = await h.events(run.idempotencyKey.split("/")[0]!);
        order.push(...view.map((event) => event.type).filter((type) => type.startsWith("effect")));
        return { receipt: 1 };
      }),
    },
  });
  await using _ = h;
  const { run } = await h.run("solo");
  assertEquals(run.output, { receipt: 1 });
  assertEquals(order, ["effect.intended"]);
});

Deno.test("ctx.tool() does not announce a read", async () => {
  await using h = await engineHarness({
    agents: solo((ctx) => ctx.tool("look", { at: "x" })),
    tools: {
      look: tool("look", () => Promise.resolve("seen"), { effect: "read", idempotent: true }),
    },
  });
  const { run } = await h.run("solo");
  assertEquals(run.output, "seen");
  assert(!(await h.types(run.id)).includes("effect.intended"));
});

Deno.test("ctx.tool() asks about a timed-out non-idempotent call and goes on with the answer", async () => {
  await using h = await engineHarness({
    agents: solo((ctx) => ctx.tool("pay", {})),
    tools: { pay: tool("pay", () => new Promise(() => {})) },
    limits: { toolTimeoutMs: 20 },
  });
  const id = await h.start("solo");
  await h.answer(id, { decision: "answer", value: "done", receipt: { ref: 7 } });
  const { run, approvals } = await h.finished(id);
  assertEquals(run.output, { ref: 7 });
  assertEquals(approvals[0]!.kind, "outcome_unknown");
  assert((await h.types(id)).includes("effect.unknown"));
});

Deno.test("ctx.approve() gives the edited arguments", async () => {
  await using h = await engineHarness({
    agents: solo((ctx) => ctx.approve({ question: "Send?", args: { n: 1 } })),
  });
  const id = await h.start("solo");
  await h.status(id, "waiting");
  assertEquals(h.engine.liveRuns, 0);
  await h.answer(id, { decision: "approve", edits: { n: 2 } });
  const { run } = await h.finished(id);
  assertEquals(run.output, { approved: true, args: { n: 2 } });
});

Deno.test("ctx.ask() gives the value, and throws rejected when nobody wants to answer", async () => {
  await using h = await engineHarness({
    agents: solo(async (ctx) => {
      const first = await ctx.ask({ question: "Which?" });
      return await ctx.ask({ question: "Why?" }).catch((e: AppError) => `${first} ${e.code}`);
    }),
  });
  const id = await h.start("solo");
  await h.answer(id, { decision: "answer", value: "this" });
  await h.until(id, (view) => view.approvals.length === 2);
  await h.answer(id, { decision: "reject" });
  assertEquals((await h.finished(id)).run.output, "this rejected");
});

Deno.test("two approvals of one step are open at once and answered in any order", async () => {
  await using h = await engineHarness({
    agents: solo((ctx) =>
      Promise.all(["a", "b"].map(async (q) => (await ctx.approve({ question: q })).approved))
    ),
  });
  const id = await h.start("solo");
  const view = await h.until(id, ({ approvals }) => approvals.length === 2);
  const byQuestion = (q: string) => view.approvals.find(({ question }) => question === q)!.id;
  await h.answerOne(byQuestion("b"), { decision: "reject" });
  await h.answerOne(byQuestion("a"), { decision: "approve" });
  assertEquals((await h.finished(id)).run.output, [true, false]);
});

Deno.test("ctx.sleep() past the held time frees the worker and wakes", async () => {
  await using h = await engineHarness({
    agents: solo(async (ctx) => {
      await ctx.sleep(80);
      return "awake";
    }),
    limits: { holdTimerMs: 0 },
  });
  const id = await h.start("solo");
  await h.status(id, "waiting");
  assertEquals((await h.finished(id)).run.output, "awake");
  assert((await h.types(id)).includes("run.resumed"));
});

Deno.test("ctx.waitFor() takes a signal that came before it was waited for", async () => {
  const { signalRun } = await import("./mod.ts");
  await using h = await engineHarness({
    agents: solo(async (ctx) => {
      await ctx.approve({ question: "first?" });
      return await ctx.waitFor("news");
    }),
  });
  const id = await h.start("solo");
  await h.status(id, "waiting");
  await signalRun(h.ctx, "default", id, "news", { n: 1 });
  await h.answer(id, { decision: "approve" });
  assertEquals((await h.finished(id)).run.output, { n: 1 });
});

Deno.test("ctx.spawn() past the depth is a typed outcome the agent can catch", async () => {
  await using h = await engineHarness({
    agents: {
      deep: agent("deep", async (ctx, n) => {
        try {
          return await ctx.spawn("deep", Number(n) + 1);
        } catch (error) {
          return { n: n as Json, code: (error as AppError).code };
        }
      }),
    },
  });
  const { run } = await h.run("deep", { input: 1 });
  assertEquals(run.output, { n: 8, code: "spawn_limit" });
});

Deno.test("a child with a title too long to record is refused, and the agent may go on", async () => {
  await using h = await engineHarness({
    agents: {
      leaf: agent("leaf", () => Promise.resolve(1)),
      ...solo(async (ctx) => {
        const title = "t".repeat(70_000);
        return await ctx.spawn("leaf", 1, { title }).catch((error: AppError) => error.code);
      }),
    },
  });
  const { run, steps } = await h.run("solo");
  assertEquals([run.output, steps.length], ["payload_too_large", 1]);
});

Deno.test("caps on live steps and on steps of a run end it as failed with the clause", async () => {
  await using h = await engineHarness({
    agents: {
      leaf: agent("leaf", (ctx) => ctx.sleep(5)),
      ...solo((ctx) => Promise.all([1, 2, 3, 4].map((i) => ctx.spawn("leaf", i)))),
    },
    limits: { liveSteps: 4 },
  });
  const { run, covenant } = await h.run("solo");
  assertEquals(run.status, "failed");
  assertEquals(run.error?.code, "spawn_limit");
  assertEquals(covenant.status, "broken");
  assertEquals(covenant.broken?.clause, "liveSteps");
});

Deno.test("a child's error reaches the parent with its code and names its step", async () => {
  await using h = await engineHarness({
    agents: {
      bad: agent("bad", () => Promise.reject(new AppError("forbidden", { detail: "No" }))),
      ...solo((ctx) => ctx.spawn("bad", null)),
    },
  });
  const { run, steps } = await h.run("solo");
  assertEquals(run.error, {
    code: "forbidden",
    message: "No",
    stepId: steps.find((step) => step.agent === "bad")!.id,
  });
  assertEquals(steps.map((step) => step.status), ["failed", "failed"]);
});

Deno.test("an exception of an agent becomes internal and its message is only logged", async () => {
  await using h = await engineHarness({
    agents: solo(() => Promise.reject(new Error("secret detail"))),
  });
  const { run } = await h.run("solo");
  assertEquals(run.error?.code, "internal");
  assert(!JSON.stringify(run).includes("secret"));
  assertStringIncludes(h.errors.join(), "secret detail");
});

Deno.test("children still running when their parent ends are canceled", async () => {
  await using h = await engineHarness({
    agents: {
      slow: agent("slow", (ctx) => ctx.waitFor("never")),
      fast: agent("fast", () => Promise.resolve("won")),
      ...solo((ctx) => Promise.race([ctx.spawn("slow", 1), ctx.spawn("fast", 2)])),
    },
  });
  const { run, steps } = await h.run("solo");
  assertEquals(run.output, "won");
  assertEquals(steps.find((step) => step.agent === "slow")!.status, "canceled");
});

Deno.test("values too large for events live in blobs and come back in full", async () => {
  const big = "é".repeat(60_000);
  await using h = await engineHarness({
    agents: {
      echo: agent("echo", (_, input) => Promise.resolve(input)),
      ...solo(async (ctx) => {
        const text = (await ctx.model(said(big))).text;
        return await ctx.spawn("echo", text);
      }),
    },
    model: () => big,
  });
  const view = await h.run("solo", { intent: big });
  assertEquals(view.run.status, "completed", JSON.stringify(view.run.error));
  assertEquals(view.run.output, big);
  assertEquals(view.run.intent, big);
  assertEquals(view.steps.find((step) => step.agent === "echo")!.output, big);
});
