import { assertEquals } from "@std/assert";
import { runAgent } from "../../../tests/harness/agent_context.ts";
import { judged, team, THREE_TASKS } from "../../../tests/harness/scripts.ts";
import type { Evaluation } from "./evaluator.ts";

const RESULTS = THREE_TASKS.map(({ id, title }) => ({ id, title, status: "done", text: "Fine" }));

Deno.test("evaluator drops judgements of results and criteria there are not", async () => {
  const input = {
    request: "Why?",
    results: RESULTS.slice(0, 2),
    criteria: [],
    quality: 8,
    final: false,
  };
  const { output } = await runAgent<Evaluation>("evaluator", input, { model: team() });
  assertEquals(output!.items.map((item) => item.id), ["t1", "t2"]);
  assertEquals(output!.criteria, []);
});

Deno.test("evaluator takes what the final answer leaves open as not met", async () => {
  const input = {
    request: "Why?",
    results: RESULTS,
    criteria: ["Names one option"],
    quality: 8,
    final: true,
  };
  const { output } = await runAgent<Evaluation>("evaluator", input, {
    model: team({ evaluator: () => judged(9, [], "open") }),
  });
  assertEquals(output!.criteria[0]!.verdict, "unmet");
});
