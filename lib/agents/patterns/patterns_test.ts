import { assert, assertEquals } from "@std/assert";
import { runAgent } from "../../../tests/harness/agent_context.ts";
import { inTurn, planOf, team, THREE_TASKS } from "../../../tests/harness/scripts.ts";
import { AppError } from "../../kernel/core/errors.ts";

interface Report {
  total: number;
  successful: number;
  failed: number;
  results: { request: string; success: boolean; output?: string; error?: { code: string } }[];
}

Deno.test("parallel answers all requests and reports each failure by itself", async () => {
  const { output } = await runAgent<Report>("parallel", {
    intent: "Three questions",
    inputs: { requests: ["one", { prompt: "two", title: "The second" }, "three"] },
  }, {
    model: team({
      responder: (call) => {
        if (call.text.includes("two")) throw new AppError("upstream_failed", { detail: "Down" });
        return "fine";
      },
    }),
  });
  assertEquals([output!.total, output!.successful, output!.failed], [3, 2, 1]);
  assertEquals(output!.results.map((one) => one.error?.code), [
    undefined,
    "upstream_failed",
    undefined,
  ]);
});

Deno.test("parallel refuses inputs without requests, naming the field", async () => {
  const { error } = await runAgent("parallel", { intent: "x" }, { model: team() });
  assertEquals(error?.code, "invalid_input");
  assertEquals(error?.fields?.[0]?.path, "inputs.requests");
});

Deno.test("parallel ends with a run limit and keeps the report so far", async () => {
  const { error } = await runAgent("parallel", { intent: "x", inputs: { requests: ["a", "b"] } }, {
    model: team({ responder: inTurn("fine", new AppError("budget_exhausted")) }),
  });
  assertEquals(error?.code, "budget_exhausted");
  assertEquals((error?.data?.output as Report).successful, 1);
});

Deno.test("workers starts a task when what it depends on is done, and hands it the result", async () => {
  const chained = [THREE_TASKS[0], { ...THREE_TASKS[1], dependsOn: ["t1"] }, THREE_TASKS[2]];
  const { world, output } = await runAgent("workers", {
    intent: "Do it",
    inputs: { context: "Background here" },
  }, {
    model: team({ orchestrator: () => planOf(chained) }),
  });
  assertEquals(output, "Take option t2.");
  assertEquals(
    world.steps.filter((step) => step.agent === "worker").map((step) => step.title.slice(-2)),
    ["t1", "t3", "t2"],
  );
  const second = world.calls.find((call) => call.title.endsWith("t2"))!;
  assert(second.text.includes('<result id="t1" title="Look at option t1">'), second.text);
  assert(second.text.includes("Background here"), second.text);
  assertEquals(world.step("Look at option t2").options.dependsOn, ["Look at option t1"]);
});

Deno.test("workers rejects a plan whose tasks wait for each other", async () => {
  const circular = [
    { ...THREE_TASKS[0], dependsOn: ["t2"] },
    { ...THREE_TASKS[1], dependsOn: ["t1"] },
  ];
  const { error } = await runAgent("workers", { intent: "Do it" }, {
    model: team({ orchestrator: () => planOf(circular) }),
  });
  assert(error?.detail.includes("circle"), error?.detail);
});

Deno.test("workers skips what depends on a failed task and goes on with the rest", async () => {
  const chained = [THREE_TASKS[0], { ...THREE_TASKS[1], dependsOn: ["t1"] }, THREE_TASKS[2]];
  const { world } = await runAgent("workers", { intent: "Do it" }, {
    model: team({
      orchestrator: () => planOf(chained),
      worker: (call) => {
        if (call.title.endsWith("t1")) throw new AppError("upstream_failed", { detail: "Down" });
        return "fine";
      },
    }),
  });
  assertEquals(world.steps.filter((step) => step.agent === "worker").length, 2);
  const asked = world.calls.find((call) => call.agent === "coordinator")!.text;
  assert(asked.includes("It needs “Look at option t1”, which did not succeed"), asked);
});

interface Optimized {
  text: string;
  score: number;
  stopped: string;
  iterations: { score: number }[];
}

const scored = (score: number) => ({
  json: {
    reasoning: `It is a ${score}`,
    score,
    items: [{ id: "t1", score, accept: score >= 8, feedback: score >= 8 ? "" : "Be shorter" }],
    criteria: [],
  },
});

const versions = (call: { nth: number }) => `version ${call.nth + 1}`;

async function optimized(evaluator: ReturnType<typeof inTurn>, inputs = {}) {
  return await runAgent<Optimized>("optimize", { intent: "Write a slogan", inputs }, {
    model: team({ worker: versions, evaluator }),
  });
}

Deno.test("optimize stops as soon as the target score is reached", async () => {
  const { world, output } = await optimized(inTurn(scored(5), scored(9)));
  assertEquals([output!.text, output!.score, output!.stopped], ["version 2", 9, "score"]);
  const improving = world.calls.filter((call) => call.agent === "worker")[1]!;
  assert(improving.text.includes("<feedback>\nBe shorter\n</feedback>"), improving.text);
  assert(improving.text.includes("<draft>\nversion 1\n</draft>"), improving.text);
});

Deno.test("optimize stops without improvement and returns the best, not the last", async () => {
  const { output } = await optimized(inTurn(scored(6), scored(4)));
  assertEquals([output!.text, output!.stopped], ["version 1", "no_improvement"]);
});

Deno.test("optimize stops after maxIterations", async () => {
  const { output } = await optimized(inTurn(scored(3), scored(4), scored(5)), { maxIterations: 2 });
  assertEquals([output!.text, output!.stopped, output!.iterations.length], [
    "version 2",
    "iterations",
    2,
  ]);
});

Deno.test("optimize returns the best so far when the budget is used up", async () => {
  const { output } = await optimized(inTurn(scored(6), new AppError("budget_exhausted")));
  assertEquals([output!.text, output!.stopped], ["version 1", "budget"]);
});

Deno.test("optimize surfaces a budget that does not pay for the first version", async () => {
  const { error } = await optimized(inTurn(new AppError("budget_exhausted")));
  assertEquals(error?.code, "budget_exhausted");
});

Deno.test("every pattern forecasts in a dry run without a worker or an answer", async () => {
  for (const id of ["parallel", "workers", "optimize"]) {
    const { world, output } = await runAgent<{ dryRun: boolean; text: string }>(
      id,
      { intent: "Do it", inputs: { requests: ["a"] } },
      { model: team(), covenant: { mode: "dry-run" } },
    );
    assertEquals(output!.dryRun, true);
    assertEquals(
      world.steps.some((s) => ["worker", "responder", "coordinator"].includes(s.agent)),
      false,
    );
  }
});
