import { assert, assertEquals } from "@std/assert";
import { runAgent } from "../../../tests/harness/agent_context.ts";
import { inTurn, team } from "../../../tests/harness/scripts.ts";
import { AppError } from "../../kernel/core/errors.ts";

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
