import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  agent,
  type EngineHarness,
  engineHarness,
  fileHarness,
  PERSON,
  said,
  WORKSPACE,
} from "../../../tests/harness/engine.ts";
import type { AgentContext } from "../../agents/context.ts";
import { AppError } from "../../kernel/core/errors.ts";
import type { WriteSet } from "../../kernel/kv/mod.ts";
import { lossKey, ownKey } from "../keys.ts";
import { signalRun } from "../signals.ts";
import { Strays } from "../take_over.ts";

const solo = (run: (ctx: AgentContext) => Promise<unknown>) => ({ solo: agent("solo", run) });
const limits = { lostMs: 1 };

function eventsOf(set: WriteSet): string {
  const decoder = new TextDecoder();
  return [...set.appends.values()]
    .map((append) => decoder.decode(append.buffer.subarray(0, append.filled)) + append.pending)
    .join("\n");
}

/** Commits for which `fails` says so are refused by a store that stumbles. */
function stumble(h: EngineHarness, fails: (events: string) => boolean): void {
  const submit = h.kv.submit.bind(h.kv);
  h.kv.submit = (set, options) =>
    set.appends.size > 0 && fails(eventsOf(set))
      ? Promise.reject(new AppError("unavailable"))
      : submit(set, options);
}

Deno.test("a run whose commit fails is taken up again, and keeps what was recorded", async () => {
  await using h = await engineHarness({
    limits,
    agents: solo(async (ctx) => {
      const first = await ctx.model(said("a"));
      await ctx.waitFor("go");
      return first.text;
    }),
  });
  let left = 2;
  stumble(h, (events) => events.includes("run.completed") && left-- > 0);
  const id = await h.start("solo");
  await h.status(id, "waiting");
  await signalRun(h.ctx, WORKSPACE, id, "go", null);
  const { run } = await h.finished(id);
  assertEquals([run.status, run.output, h.calls.length, left], ["completed", "ok", 1, -1]);
});

Deno.test("a store that is down for a while strands no run", async () => {
  let down = false;
  await using h = await fileHarness({
    limits,
    tuning: {
      patienceMs: 10,
      faults: { outcome: () => down ? "throw_before" as const : undefined },
    },
    agents: solo(async (ctx) => {
      const { text } = await ctx.model(said("a"));
      await ctx.waitFor("go");
      return text;
    }),
    model: () => {
      down = !h.calls[1];
      return "said";
    },
  });
  const id = await h.start("solo");
  const back = h.ctx.log.warn;
  (h.ctx.log as { warn: typeof back }).warn = (message, fields) => {
    if (message === "run lost") down = false;
    back(message, fields);
  };
  await h.status(id, "waiting");
  await signalRun(h.ctx, WORKSPACE, id, "go", null);
  const { run } = await h.finished(id);
  assertEquals([run.status, run.output], ["completed", "said"]);
  assertEquals((await h.kv.get(ownKey(WORKSPACE, id))).value, null);
});

Deno.test("a run lost five times in a row fails with the reason and can be retried", async () => {
  await using h = await engineHarness({
    limits,
    agents: solo((ctx) => ctx.model(said("a")).then(({ text }) => text)),
  });
  let broken = true;
  stumble(h, (events) => broken && /effect\.done/.test(events));
  const id = await h.start("solo");
  const { run } = await h.finished(id);
  assertEquals([run.status, run.error?.code], ["failed", "internal"]);
  assertStringIncludes(run.error!.message, "5 times");
  assert(h.calls.length >= 5 && h.calls.length <= 6, String(h.calls.length));
  assertEquals((await h.kv.get(lossKey(WORKSPACE, id))).value, null);
  broken = false;
  await h.engine.retryRun(WORKSPACE, id, {}, PERSON);
  assertEquals((await h.status(id, "completed")).run.output, "ok");
});

Deno.test("a commit that can never fit ends the run with its error", async () => {
  await using h = await engineHarness({
    limits,
    agents: solo((ctx) => ctx.model(said("a")).then(({ text }) => text)),
  });
  const submit = h.kv.submit.bind(h.kv);
  h.kv.submit = (set, options) =>
    eventsOf(set).includes("effect.done")
      ? Promise.reject(new AppError("payload_too_large", { detail: "Too much" }))
      : submit(set, options);
  const { run } = await h.run("solo");
  assertEquals([run.status, run.error?.code, run.error?.message], [
    "failed",
    "payload_too_large",
    "Too much",
  ]);
});

Deno.test("a history that cannot be read for a moment does not fail the run", async () => {
  let asked = 0;
  await using h = await engineHarness({
    limits,
    agents: solo((ctx) => Promise.resolve(ctx.history.length)),
    history: () => ++asked === 1 ? Promise.reject(new TypeError("locked")) : Promise.resolve([]),
  });
  const { run } = await h.run("solo", { sessionId: "ses_1" });
  assertEquals([run.status, asked], ["completed", 2]);
});

Deno.test("Strays frees a run whose start took effect unheard", async () => {
  await using h = await engineHarness({ agents: solo(() => Promise.resolve("done")) });
  const submit = h.kv.submit.bind(h.kv);
  h.kv.submit = async (set, options) => {
    await submit(set, options);
    h.kv.submit = submit;
    throw new AppError("unavailable");
  };
  const runId = h.ctx.ids.next("run");
  await h.start("solo", { runId }).catch((error) => assertEquals(error.code, "unavailable"));
  const strays = new Strays(h.engine.deps, () => false);
  await strays.look();
  assertEquals((await h.view(runId)).run.status, "pending");
  await strays.look();
  assertEquals((await h.finished(runId)).run.output, "done");
});
