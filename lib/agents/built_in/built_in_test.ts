import { assert, assertEquals } from "@std/assert";
import { runAgent } from "../../../tests/harness/agent_context.ts";
import { FLAGSHIP, judged, planOf, team, THREE_TASKS } from "../../../tests/harness/scripts.ts";
import { builtInAgents } from "../mod.ts";
import type { Evaluation } from "./evaluator.ts";
import type { Execution } from "./executor.ts";
import type { Mediation } from "./mediator.ts";

const NO_SCOPE = { in: [], out: [] };

Deno.test("builtInAgents() are named by their ids", () => {
  for (const [id, agent] of builtInAgents()) {
    assertEquals(agent.id, id);
    assert(agent.description.length > 20, id);
  }
});

Deno.test("mediator explains its decision by the features of the request", async () => {
  const brief = { request: FLAGSHIP, acceptance: [], scope: NO_SCOPE, strict: false };
  const { output } = await runAgent<Mediation>("mediator", brief, { model: team() });
  assertEquals(output!.decision.kind, "delegate");
  assert(output!.decision.reason.includes("compares alternatives"), output!.decision.reason);
  assert(output!.complexity.features.length >= 3);
});

Deno.test("mediator puts the person's criteria first and keeps them word for word", async () => {
  const brief = {
    request: FLAGSHIP,
    acceptance: ["Fits on one page"],
    scope: NO_SCOPE,
    strict: false,
  };
  const { world, output } = await runAgent<Mediation>("mediator", brief, { model: team() });
  assertEquals(output!.acceptance, ["Fits on one page", "Names one option"]);
  assert(world.calls[0]!.text.includes("<criteria>\n- Fits on one page\n</criteria>"));
});

Deno.test("orchestrator reads a short follow-up with the conversation before it", async () => {
  const input = { request: "Now in more detail", criteria: [], scope: NO_SCOPE, background: "" };
  const { world } = await runAgent("orchestrator", input, {
    model: team({ orchestrator: () => planOf(THREE_TASKS) }),
    history: [{ role: "user", content: "Compare three stores" }],
  });
  assert(
    world.calls[0]!.text.includes("Earlier in this conversation:\nPerson: Compare three stores"),
  );
});

Deno.test("executor takes three views of the request when the plan names no sub-task", async () => {
  const input = { request: "Why?", tasks: [], criteria: [], background: "", parts: [] };
  const { world, output } = await runAgent<Execution>("executor", input, { model: team() });
  assertEquals(output!.results.map((result) => result.status), ["done", "done", "done"]);
  assertEquals(world.steps.filter((step) => step.agent === "worker").length, 3);
});

Deno.test("executor gives each worker the model chosen for its part", async () => {
  const parts = THREE_TASKS.map(({ id }) => ({ id, kind: "code", model: `model-${id}` }));
  const input = { request: "Why?", tasks: THREE_TASKS, criteria: [], background: "", parts };
  const { world } = await runAgent("executor", input, { model: team() });
  assertEquals(world.calls.map((call) => call.model), ["model-t1", "model-t2", "model-t3"]);
  assert(world.calls[0]!.text.includes("experienced programmer"));
});

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
