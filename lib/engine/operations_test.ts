import { assert, assertEquals, assertRejects } from "@std/assert";
import type { AgentContext } from "../agents/context.ts";
import { AppError } from "../kernel/core/errors.ts";
import {
  agent,
  type EngineHarness,
  engineHarness,
  type HarnessOptions,
  PERSON,
  said,
  tool,
  WORKSPACE as WS,
} from "../../tests/harness/engine.ts";

const solo = (run: (ctx: AgentContext) => Promise<unknown>) => ({ solo: agent("solo", run) });
const stepOf = async (h: EngineHarness, id: string, name: string) =>
  (await h.view(id)).steps.findLast((s) => s.agent === name && s.status !== "superseded")!.id;

Deno.test("cancelRun() aborts open calls and is final at once, children before parents", async () => {
  let aborted = 0;
  await using h = await engineHarness({
    agents: {
      leaf: agent("leaf", (ctx) => ctx.model(said("hang"))),
      ...solo((ctx) => Promise.all([1, 2].map((i) => ctx.spawn("leaf", i)))),
    },
    model: ({ options }) =>
      new Promise((_, reject) =>
        options.signal.addEventListener("abort", () => (aborted++, reject(options.signal.reason)))
      ),
  });
  const id = await h.start("solo");
  await h.until(id, ({ steps }) => steps.length === 3);
  const started = performance.now();
  const run = await h.engine.cancelRun(WS, id, { reason: "enough" }, PERSON);
  assert(performance.now() - started < 1_000);
  assertEquals(run.status, "canceled");
  assertEquals(aborted, 2);
  const events = await h.events(id);
  const end = events.at(-1)!;
  assert(end.type === "run.canceled");
  assertEquals([end.actor, end.reason], [PERSON, "enough"]);
  assertEquals(events.filter((e) => e.type === "step.failed").length, 2);
  assertEquals((await h.view(id)).covenant.status, "canceled");
});

Deno.test("cancelRun() records a non-idempotent call that does not answer as unknown", async () => {
  const called = Promise.withResolvers<void>();
  await using h = await engineHarness({
    agents: solo((ctx) => ctx.tool("pay", {})),
    tools: { pay: tool("pay", () => (called.resolve(), new Promise(() => {}))) },
    limits: { settleMs: 50 },
  });
  const id = await h.start("solo");
  await called.promise;
  await h.engine.cancelRun(WS, id, {}, PERSON);
  const types = await h.types(id);
  assertEquals(types.at(-1), "run.canceled");
  assert(types.includes("effect.unknown"));
  assert(!types.includes("effect.failed"));
});

Deno.test("cancelRun() of a waiting run closes its open approval", async () => {
  await using h = await engineHarness({ agents: solo((ctx) => ctx.approve({ question: "?" })) });
  const id = await h.start("solo");
  const { approvals } = await h.status(id, "waiting");
  await h.engine.cancelRun(WS, id, {}, PERSON);
  const view = await h.finished(id);
  assertEquals(view.approvals[0]!.status, "canceled");
  await assertRejects(
    () => h.answerOne(approvals[0]!.id, { decision: "approve" }),
    AppError,
    "conflict",
  );
});

Deno.test("cancelRun() of an ended run is a conflict", async () => {
  await using h = await engineHarness({ agents: solo(() => Promise.resolve(1)) });
  const { run } = await h.run("solo");
  await assertRejects(() => h.engine.cancelRun(WS, run.id, {}, PERSON), AppError, "conflict");
});

Deno.test("pauseRun() lets open calls finish and starts nothing until resumeRun()", async () => {
  let go = () => {};
  await using h = await engineHarness({
    agents: solo(async (ctx) => {
      const first = await ctx.model(said("one"));
      return first.text + (await ctx.model(said("two"))).text;
    }),
    model: ({ nth }) => nth === 0 ? new Promise((r) => go = () => r("a")) : "b",
  });
  const id = await h.start("solo");
  await h.until(id, () => h.calls.length === 1);
  const paused = await h.engine.pauseRun(WS, id, { reason: "lunch" }, PERSON);
  assertEquals(paused.status, "paused");
  go();
  // Let go after its last commit: no bell rings for that.
  while (h.engine.liveRuns > 0) await h.view(id);
  assertEquals(h.calls.length, 1);
  const resumed = await h.engine.resumeRun(WS, id, {}, PERSON);
  assert(resumed.status === "running" || resumed.status === "completed");
  assertEquals((await h.finished(id)).run.output, "ab");
  assertEquals(h.calls.length, 2);
});

Deno.test("retryRun() goes on from the call that failed", async () => {
  let broken = true;
  await using h = await engineHarness({
    agents: {
      leaf: agent("leaf", async (ctx) => {
        const one = await ctx.model(said("one"));
        const two = await ctx.model(said("two"));
        return one.text + two.text;
      }),
      ...solo((ctx) => ctx.spawn("leaf", null)),
    },
    model: ({ nth }) => {
      if (nth === 1 && broken) throw new AppError("forbidden", { detail: "no quota" });
      return `a${nth}`;
    },
  });
  const { run } = await h.run("solo");
  assertEquals([run.status, run.error?.code], ["failed", "forbidden"]);
  broken = false;
  await h.engine.retryRun(WS, run.id, { reason: "quota raised" }, PERSON);
  const again = await h.finished(run.id);
  assertEquals(again.run.output, "a0a2");
  assertEquals(h.calls.length, 3);
  assertEquals(again.run.error, undefined);
});

Deno.test("overrideStep() gives the parent another output and runs what depended on it again", async () => {
  await using h = await engineHarness({
    agents: {
      first: agent("first", async (ctx) => (await ctx.model(said("first"))).text),
      second: agent("second", async (ctx, input) => (await ctx.model(said(`on ${input}`))).text),
      ...solo(async (ctx) => {
        const one = await ctx.spawn<string>("first", 1);
        return one + (await ctx.spawn<string>("second", one));
      }),
    },
    model: ({ request, nth }) => `${request.messages[0]!.content}#${nth} `,
  });
  const { run } = await h.run("solo");
  assertEquals(run.output, "first#0 on first#0 #1 ");
  const stepId = await stepOf(h, run.id, "first");
  const second = await stepOf(h, run.id, "second");
  await h.engine.overrideStep(WS, run.id, { stepId, output: "mine ", reason: "better" }, PERSON);
  const view = await h.finished(run.id);
  assertEquals(view.run.output, "mine on mine #2 ");
  assertEquals(view.steps.find((s) => s.id === second)!.status, "superseded");
  assertEquals(h.calls.length, 3);
  const event = (await h.events(run.id)).find((e) => e.type === "step.overridden")!;
  assert(event.type === "step.overridden");
  assertEquals([event.actor, event.reason, event.superseded.length], [PERSON, "better", 1]);
});

const paying = (waitAfter: boolean): HarnessOptions => {
  let paid = 0;
  return {
    agents: solo(async (ctx) => {
      const { text } = await ctx.model(said("plan"));
      const receipt = await ctx.tool("pay", { for: "x" });
      if (waitAfter) await ctx.approve({ question: "ok?" });
      return [text, receipt];
    }),
    tools: { pay: tool("pay", () => Promise.resolve(`receipt ${++paid}`)) },
    model: ({ nth }) => `plan ${nth}`,
  };
};

Deno.test("rewindRun() asks before a non-idempotent effect is done a second time", async () => {
  await using h = await engineHarness(paying(true));
  const id = await h.start("solo");
  await h.status(id, "waiting");
  const stepId = await stepOf(h, id, "solo");
  await h.engine.rewindRun(WS, id, { stepId, reason: "again" }, PERSON);
  const view = await h.until(id, (v) => v.approvals.some((a) => a.question.includes("receipt 1")));
  const open = view.approvals.filter((a) => a.status === "open").map((a) => a.kind);
  assertEquals(view.run.status === "waiting" || view.run.status === "running", true);
  assert(open.includes("tool"));
  const asked = view.approvals.find((a) => a.question.includes("receipt 1"))!;
  await h.answerOne(asked.id, { decision: "approve" });
  await h.until(id, (v) => v.approvals.filter((a) => a.question === "ok?").length === 2);
  const last = (await h.view(id)).approvals.findLast((a) => a.question === "ok?")!;
  await h.answerOne(last.id, { decision: "approve" });
  assertEquals((await h.finished(id)).run.output, ["plan 1", "receipt 2"]);
});

Deno.test("rewindRun() of an ended run is a conflict that points to fork", async () => {
  await using h = await engineHarness(paying(false));
  const { run } = await h.run("solo");
  const stepId = await stepOf(h, run.id, "solo");
  await assertRejects(
    () => h.engine.rewindRun(WS, run.id, { stepId }, PERSON),
    AppError,
    "fork it",
  );
});

Deno.test("rewindRun() with an input runs the step with it, siblings keep their work", async () => {
  await using h = await engineHarness({
    agents: {
      leaf: agent("leaf", async (ctx, input) => (await ctx.model(said(`${input}`))).text),
      ...solo(async (ctx) => {
        const all = await Promise.all(["a", "b"].map((x) => ctx.spawn<string>("leaf", x)));
        await ctx.approve({ question: "ok?" });
        return all.join();
      }),
    },
    model: ({ request }) => request.messages[0]!.content.toUpperCase(),
  });
  const id = await h.start("solo");
  await h.status(id, "waiting");
  const leaf = (await h.view(id)).steps.find((s) => s.agent === "leaf")!.id;
  await h.engine.rewindRun(WS, id, { stepId: leaf, changes: { input: "z" } }, PERSON);
  const view = await h.until(id, (v) => v.approvals.length === 2 && v.run.status === "waiting");
  assertEquals(view.approvals.map((a) => a.status), ["canceled", "open"]);
  const last = (await h.view(id)).approvals.findLast((a) => a.status === "open")!;
  await h.answerOne(last.id, { decision: "approve" });
  assertEquals((await h.finished(id)).run.output, "Z,B");
  assertEquals(h.calls.length, 3);
});

Deno.test("forkRun() makes a run that keeps what was done before the step", async () => {
  await using h = await engineHarness({
    agents: {
      first: agent("first", async (ctx) => (await ctx.model(said("first"))).text),
      second: agent("second", async (ctx, input) => (await ctx.model(said(`on ${input}`))).text),
      ...solo(async (ctx) => {
        const one = await ctx.spawn<string>("first", 1);
        return await ctx.spawn<string>("second", one);
      }),
    },
    model: ({ nth }) => `a${nth}`,
  });
  const { run } = await h.run("solo");
  const stepId = await stepOf(h, run.id, "second");
  const fork = await h.engine.forkRun(
    WS,
    run.id,
    { stepId, changes: { input: "changed" }, reason: "what if" },
    PERSON,
  );
  assertEquals(fork.parentRunId, run.id);
  const view = await h.finished(fork.id);
  assertEquals(view.run.output, "a2");
  assertEquals(h.calls.at(-1)!.request.messages[0]!.content, "on changed");
  assertEquals(view.run.usage.inputTokens, 10);
  assertEquals(new Set(h.calls.map((c) => c.options.idempotencyKey)).size, 3);
  assertEquals((await h.types(run.id)).at(-1), "run.forked");
});

Deno.test("replayRun() matches, performs nothing, and names what differs", async () => {
  let extra = false;
  await using h = await engineHarness({
    agents: {
      leaf: agent("leaf", async (ctx, input) => (await ctx.model(said(`${input}`))).text),
      ...solo(async (ctx) => {
        const all = await Promise.all([1, 2, 3].map((i) => ctx.spawn<string>("leaf", i)));
        if (extra) await ctx.now();
        return all.join();
      }),
    },
  });
  const { run } = await h.run("solo");
  const same = await h.engine.replayRun(WS, run.id, { reason: "check" }, PERSON);
  assertEquals([same.matches, same.steps, same.effects, h.calls.length], [true, 4, 6, 3]);
  extra = true;
  const other = await h.engine.replayRun(WS, run.id, {}, PERSON);
  assertEquals(other.matches, false);
  assert(other.mismatch!.includes("3:now"));
  assertEquals((await h.types(run.id)).filter((t) => t === "run.replayed").length, 2);
});

Deno.test("injectMessage() reaches every inbox once", async () => {
  await using h = await engineHarness({
    agents: solo(async (ctx) => {
      await ctx.approve({ question: "wait" });
      return [await ctx.inbox(), await ctx.inbox()];
    }),
  });
  const id = await h.start("solo");
  await h.status(id, "waiting");
  await h.engine.injectMessage(WS, id, { content: "mind the gap" }, PERSON);
  await h.answer(id, { decision: "approve" });
  assertEquals((await h.finished(id)).run.output, [["mind the gap"], []]);
});

Deno.test("a held run waits for its release, and can be canceled before", async () => {
  const { transact } = await import("../kernel/kv/mod.ts");
  await using h = await engineHarness({ agents: solo(() => Promise.resolve("ran")) });
  const id = await h.start("solo", { hold: true });
  const other = await h.start("solo", { hold: true });
  assertEquals((await h.view(id)).run.status, "pending");
  assertEquals((await h.engine.cancelRun(WS, other, {}, PERSON)).status, "canceled");
  await transact(h.ctx, WS, (tx) => h.engine.stageRelease(tx, WS, id));
  assertEquals((await h.finished(id)).run.output, "ran");
});
