import { assert, assertEquals } from "@std/assert";
import { runAgent } from "../../../tests/harness/agent_context.ts";
import { team, THREE_TASKS } from "../../../tests/harness/scripts.ts";
import type { Execution } from "./executor.ts";

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
