import { assert, assertEquals } from "@std/assert";
import { runAgent } from "../../../tests/harness/agent_context.ts";
import { planOf, team, THREE_TASKS } from "../../../tests/harness/scripts.ts";
import { AppError } from "../../kernel/core/errors.ts";

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
