import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { AgentContext } from "../../lib/agents/mod.ts";
import type { Effect, Run, Step } from "../../lib/engine/schema.ts";
import { AppError } from "../../lib/kernel/core/errors.ts";
import { type TestApp, testApp } from "../harness/test_app.ts";
import {
  go,
  refusal,
  type Script,
  scriptedApp,
  send,
  start,
  until,
  viewOf,
  waitsForGo,
} from "./scripted.ts";

type Page<T> = { items: T[]; nextCursor: string | null };

const UNKNOWN = "01K9Z3V7Q8R5T2W4X6Y8Z0A1B2";
const command = async (app: TestApp, id: string, name: string, body: unknown = {}) =>
  (await app.json<{ run: Run }>("POST", `/api/v1/runs/${id}/${name}`, body)).run;

/** Two children one after the other; the answer joins them. */
const pair: Script = async (ctx) => {
  const one = await ctx.spawn<string>("echo", { say: "one" }, { title: "first" });
  const two = await ctx.spawn<string>("echo", { say: "two" }, { title: "second" });
  return `${one} ${two}`;
};
const echo: Script = (_ctx: AgentContext, input) =>
  Promise.resolve((input as unknown as { say: string }).say);

Deno.test("POST /runs answers 202 with the run and where to follow it", async () => {
  await using app = await testApp();
  const response = await send(app, "POST", "/api/v1/runs", { intent: "What is 2 + 2?" });
  assertEquals(response.status, 202);
  const { run, links } = await response.json();
  assertEquals(response.headers.get("location"), links.self);
  assertMatch(run.id, /^run_[0-9A-Z]{26}$/);
  assertEquals(run.covenantId, run.id.replace("run_", "cov_"));
  await until(app, run.id, "run.completed");
  const view = await viewOf(app, run.id);
  assertEquals([view.run.status, view.run.progress, view.covenant.status], [
    "completed",
    100,
    "completed",
  ]);
});

Deno.test("POST /runs names the field and the rule for what is wrong", async () => {
  await using app = await testApp();
  const post = async (body: unknown) =>
    await refusal(await send(app, "POST", "/api/v1/runs", body));
  assertEquals((await post({})).paths, ["intent"]);
  assertEquals((await post({ intent: "  " })).paths, ["intent"]);
  assertEquals((await post({ intent: "x".repeat(100_001) })).paths, ["intent"]);
  assertEquals((await post({ intent: "x", pattern: "magic" })).paths, ["pattern"]);
  assertEquals((await post({ intent: "x", model: "nobody/none" })).paths, ["model"]);
  const budget = { budget: { costMicros: -1 } };
  assertEquals((await post({ intent: "x", covenant: budget })).paths, [
    "covenant.budget.costMicros",
  ]);
  assertEquals((await app.json<Page<Run>>("GET", "/api/v1/runs")).items, []);
});

Deno.test("inputs that do not fit the pattern are refused with their field before a run is made", async () => {
  await using app = await testApp();
  const { session } = await app.json<{ session: { id: string } }>("POST", "/api/v1/sessions", {});
  const wrong = [
    [{ pattern: "parallel" }, "inputs.requests"],
    [{ pattern: "parallel", inputs: { requests: [] } }, "inputs.requests"],
    [{ pattern: "workers", inputs: { context: 1 } }, "inputs.context"],
    [{ pattern: "optimize", inputs: { maxIterations: 11 } }, "inputs.maxIterations"],
  ] as const;
  for (const [body, path] of wrong) {
    const run = await refusal(await send(app, "POST", "/api/v1/runs", { intent: "x", ...body }));
    const messages = `/api/v1/sessions/${session.id}/messages`;
    const message = await refusal(await send(app, "POST", messages, { content: "x", ...body }));
    const expected = { status: 400, code: "invalid_input", paths: [path] };
    assertEquals([run, message], [expected, expected]);
  }
  assertEquals((await app.json<{ items: unknown[] }>("GET", "/api/v1/runs")).items, []);
});

Deno.test("runs, steps and effects that do not exist are 404", async () => {
  await using app = await testApp();
  const run = `/api/v1/runs/run_${UNKNOWN}`;
  const reads = ["", "/steps", "/effects", "/events", "/export", `/steps/step_${UNKNOWN}`];
  for (const path of reads) {
    assertEquals((await refusal(await app.fetch(run + path))).code, "not_found", path);
  }
  for (const name of ["pause", "resume", "cancel", "retry", "replay"]) {
    assertEquals(
      (await refusal(await send(app, "POST", `${run}/${name}`))).code,
      "not_found",
      name,
    );
  }
  for (const name of ["rewind", "fork"]) {
    const cut = await send(app, "POST", `${run}/${name}`, { stepId: `step_${UNKNOWN}` });
    assertEquals((await refusal(cut)).code, "not_found", name);
  }
});

Deno.test("GET /runs filters by status, session and text, newest first", async () => {
  await using app = await scriptedApp({ full: waitsForGo });
  const { session } = await app.json<{ session: { id: string } }>("POST", "/api/v1/sessions", {});
  const one = await start(app, "Alpha");
  const two = await start(app, "Beta", { sessionId: session.id });
  await until(app, two.id, "run.waiting");
  await go(app, one.id);
  await until(app, one.id, "run.completed");
  const found = async (query: string) =>
    (await app.json<Page<Run>>("GET", `/api/v1/runs${query}`)).items.map(({ intent }) => intent);
  assertEquals(await found(""), ["Beta", "Alpha"]);
  assertEquals(await found("?status=waiting"), ["Beta"]);
  assertEquals(await found("?status=completed"), ["Alpha"]);
  assertEquals(await found("?status=failed"), []);
  assertEquals(await found(`?sessionId=${session.id}`), ["Beta"]);
  assertEquals(await found("?q=alp"), ["Alpha"]);
  assertEquals(await found("?limit=1"), ["Beta"]);
});

Deno.test("pause holds a run until resume, and both say who and why", async () => {
  await using app = await scriptedApp({ full: waitsForGo });
  const { id } = await start(app, "x");
  await until(app, id, "run.waiting");
  assertEquals((await command(app, id, "pause", { reason: "lunch" })).status, "paused");
  assertEquals(
    (await refusal(await send(app, "POST", `/api/v1/runs/${id}/pause`))).code,
    "conflict",
  );
  const paused = await until(app, id, "run.paused");
  assertEquals([paused.actor, paused.reason], ["user:local", "lunch"]);
  await go(app, id);
  await command(app, id, "resume");
  assertEquals((await until(app, id, "run.completed")).output, "done: x");
});

Deno.test("cancel ends a run with its steps; a second one is a conflict", async () => {
  await using app = await scriptedApp({ full: waitsForGo });
  const { id } = await start(app, "x");
  await until(app, id, "run.waiting");
  assertEquals((await command(app, id, "cancel", { reason: "enough" })).status, "canceled");
  const { steps, covenant } = await viewOf(app, id);
  assertEquals([steps.map(({ status }) => status), covenant.status], [["canceled"], "canceled"]);
  assertEquals(
    (await refusal(await send(app, "POST", `/api/v1/runs/${id}/cancel`))).code,
    "conflict",
  );
});

Deno.test("retry goes on from the failed step", async () => {
  let fails = true;
  await using app = await scriptedApp({
    full: pair,
    echo: (ctx, input) => {
      const { say } = input as unknown as { say: string };
      if (say === "two" && fails) throw new AppError("invalid_input", { detail: "not yet" });
      return echo(ctx, input);
    },
  });
  const { id } = await start(app, "x");
  await until(app, id, "run.failed");
  const failed = await viewOf(app, id);
  assertEquals([failed.run.error?.code, failed.run.error?.message], ["invalid_input", "not yet"]);
  fails = false;
  await command(app, id, "retry");
  assertEquals((await until(app, id, "run.completed")).output, "one two");
});

Deno.test("override gives a step another output and runs what used it again", async () => {
  await using app = await scriptedApp({ full: pair, echo });
  const { id } = await start(app, "x");
  await until(app, id, "run.completed");
  const first = (await viewOf(app, id)).steps.find(({ title }) => title === "first")!;
  await command(app, id, `steps/${first.id}/override`, { output: "eins", reason: "in German" });
  await until(app, id, "step.overridden");
  const again = await settled(app, id);
  assertEquals(again.run.output, "eins two");
  const missing = await send(app, "POST", `/api/v1/runs/${id}/steps/${first.id}/override`, {});
  assertEquals((await refusal(missing)).paths, ["output"]);
});

/** The view once the run has ended again after an operation that reopened it. */
async function settled(app: TestApp, id: string) {
  for (;;) {
    const view = await viewOf(app, id);
    if (["completed", "failed"].includes(view.run.status)) return view;
    const more = await app.fetch(`/api/v1/runs/${id}/events?after=${view.cursor}&limit=1`);
    await more.text();
  }
}

Deno.test("rewind supersedes later work of a run at work and keeps it in history", async () => {
  await using app = await scriptedApp({
    full: async (ctx) => {
      const one = await ctx.spawn<string>("echo", { say: "one" }, { title: "first" });
      const two = await ctx.spawn<string>("echo", { say: "two" }, { title: "second" });
      await ctx.waitFor("go");
      return `${one} ${two}`;
    },
    echo,
  });
  const { id } = await start(app, "x");
  await until(app, id, "run.waiting");
  const first = (await viewOf(app, id)).steps.find(({ title }) => title === "first")!;
  await command(app, id, "rewind", { stepId: first.id, changes: { input: { say: "uno" } } });
  await go(app, id);
  const done = await settled(app, id);
  assertEquals(done.run.output, "uno two");
  const second = done.steps.filter(({ title }) => title === "second").map(({ status }) => status);
  assertEquals(second, ["superseded", "completed"]);
});

Deno.test("fork copies what was recorded and goes its own way after the cut", async () => {
  await using app = await scriptedApp({ full: pair, echo });
  const { id } = await start(app, "x");
  await until(app, id, "run.completed");
  const second = (await viewOf(app, id)).steps.find(({ title }) => title === "second")!;
  const fork = await command(app, id, "fork", {
    stepId: second.id,
    changes: { input: { say: "zwei" } },
  });
  assertEquals(fork.parentRunId, id);
  assertEquals((await settled(app, fork.id)).run.output, "one zwei");
  assertEquals((await viewOf(app, id)).run.output, "one two");
});

Deno.test("replay performs nothing and says whether today's code takes the same path", async () => {
  let calls = 0;
  await using app = await scriptedApp({
    full: async (ctx, input) => {
      const at = await ctx.now();
      calls++;
      return calls > 1 ? await ctx.spawn("echo", { say: `late ${at}` }) : input.intent;
    },
    echo,
  });
  const { id } = await start(app, "x");
  await until(app, id, "run.completed");
  const { run, replay } = await app.json<{
    run: Run;
    replay: { matches: boolean; mismatch?: string };
  }>("POST", `/api/v1/runs/${id}/replay`);
  assertEquals([run.status, replay.matches], ["completed", false]);
  assertStringIncludes(replay.mismatch!, "spawn");
});

Deno.test("POST …/messages reaches the agent's inbox", async () => {
  await using app = await scriptedApp({
    full: async (ctx) => {
      await ctx.waitFor("go");
      return await ctx.inbox();
    },
  });
  const { id } = await start(app, "x");
  await until(app, id, "run.waiting");
  const { message } = await app.json<{ message: { content: string; runId: string } }>(
    "POST",
    `/api/v1/runs/${id}/messages`,
    { content: "Also mention costs" },
  );
  assertEquals([message.content, message.runId], ["Also mention costs", id]);
  await go(app, id);
  assertEquals((await until(app, id, "run.completed")).output, ["Also mention costs"]);
});

Deno.test("steps and effects are listed newest first, page by page, and found by id", async () => {
  await using app = await scriptedApp({ full: pair, echo });
  const { id } = await start(app, "x");
  await until(app, id, "run.completed");
  const first = await app.json<Page<Step>>("GET", `/api/v1/runs/${id}/steps?limit=2`);
  assertEquals(first.items.map(({ title }) => title), ["second", "first"]);
  const rest = await app.json<Page<Step>>(
    "GET",
    `/api/v1/runs/${id}/steps?limit=2&cursor=${first.nextCursor}`,
  );
  assertEquals([rest.items.length, rest.nextCursor], [1, null]);
  const step = await app.json<{ step: Step }>(
    "GET",
    `/api/v1/runs/${id}/steps/${first.items[0]!.id}`,
  );
  assertEquals(step.step.output, "two");
  const foreign = await app.fetch(`/api/v1/runs/${id}/effects?cursor=${first.nextCursor}`);
  assertEquals((await refusal(foreign)).status, 400);
});

Deno.test("effects show kind, receipt and cost, and filter by step and kind", async () => {
  await using app = await testApp();
  const { id } = await start(app, "What is 17 * 23?");
  await until(app, id, "run.completed");
  const { items } = await app.json<Page<Effect>>("GET", `/api/v1/runs/${id}/effects?kind=model`);
  assertEquals(items.length > 0 && items.every(({ kind }) => kind === "model"), true);
  const [newest] = items;
  assertEquals([newest!.status, newest!.model], ["done", "muster/offline"]);
  const path = `/api/v1/runs/${id}/effects/${newest!.id}`;
  assertEquals((await app.json<{ effect: Effect }>("GET", path)).effect, newest!);
  const none = await app.json<Page<Effect>>("GET", `/api/v1/runs/${id}/effects?status=failed`);
  assertEquals(none.items, []);
});

Deno.test("export holds the view, the effects and every event of the run", async () => {
  await using app = await scriptedApp({ full: pair, echo });
  const { id } = await start(app, "x");
  await until(app, id, "run.completed");
  const exported = await app.json<{
    format: string;
    view: { run: Run };
    events: { id: string; type: string }[];
  }>("GET", `/api/v1/runs/${id}/export`);
  assertEquals([exported.format, exported.view.run.id], ["muster.run", id]);
  const page = await app.json<Page<{ id: string }>>(
    "GET",
    `/api/v1/runs/${id}/events?format=json&limit=100`,
  );
  assertEquals(exported.events.map(({ id }) => id), page.items.map(({ id }) => id));
});
