import { assert, assertEquals } from "@std/assert";
import { runAgent } from "../../../tests/harness/agent_context.ts";
import {
  FLAGSHIP,
  inTurn,
  judged,
  planOf,
  team,
  THREE_TASKS,
} from "../../../tests/harness/scripts.ts";
import { AppError } from "../../kernel/core/errors.ts";
import type { Forecast } from "./forecast.ts";

const QUESTION = "What is the capital of France?";

Deno.test("full answers a simple request with one responder and one model call", async () => {
  const { world, output } = await runAgent("full", { intent: QUESTION }, { model: team() });
  assertEquals(output, "Paris.");
  assertEquals(world.steps.map((step) => step.agent), ["full", "mediator", "responder"]);
  assertEquals(world.calls.length, 1);
  assertEquals(world.step("responder").options.answer, true);
  assertEquals(world.agreed[0]!.decision?.kind, "direct");
});

Deno.test("full shares a complex request among three workers and streams the coordinator's answer", async () => {
  const { world, output } = await runAgent("full", { intent: FLAGSHIP }, { model: team() });
  assertEquals(output, "Take option t2.");
  assertEquals(world.steps.map((step) => step.agent), [
    "full",
    "mediator",
    "orchestrator",
    "classifier",
    "router",
    "executor",
    "worker",
    "worker",
    "worker",
    "evaluator",
    "coordinator",
  ]);
  assertEquals(world.step("coordinator").options.answer, true);
  assertEquals(world.step("coordinator").streamed, output);
  assertEquals(world.steps.filter((step) => step.options.answer).length, 1);
});

Deno.test("full agrees the terms before it plans and adds the plan to them", async () => {
  const { world } = await runAgent("full", { intent: FLAGSHIP }, { model: team() });
  assertEquals(world.agreed[0]!.acceptance, ["Names one option"]);
  assertEquals(world.agreed[0]!.decision?.kind, "delegate");
  assertEquals(world.covenant.plan.map((item) => item.agent), [
    "classifier",
    "router",
    "worker",
    "worker",
    "worker",
    "evaluator",
    "coordinator",
  ]);
  assertEquals(world.covenant.broken, undefined);
});

Deno.test("full works on the intent as the person edited it when accepting", async () => {
  const { world } = await runAgent("full", { intent: FLAGSHIP }, {
    model: team(),
    covenant: { mode: "strict" },
    accept: (covenant) => ({ ...covenant, intent: "Compare three queues and recommend one" }),
  });
  assert(world.step("orchestrator").input);
  assert(
    world.calls.filter((call) => call.agent !== "mediator").every((call) =>
      call.text.includes("three queues")
    ),
  );
});

Deno.test("full drafts terms by a model for a simple request only in strict mode", async () => {
  const { world } = await runAgent("full", { intent: QUESTION }, {
    model: team({ evaluator: () => judged(9) }),
    covenant: { mode: "strict" },
  });
  assertEquals(world.calls.map((call) => call.agent), ["mediator", "responder", "evaluator"]);
  assertEquals(world.agreed[0]!.acceptance, ["Names one option"]);
});

Deno.test("full uses the model the person named for every call", async () => {
  const { world } = await runAgent("full", { intent: FLAGSHIP, model: "gpt-4o" }, {
    model: team(),
  });
  assertEquals([...new Set(world.calls.map((call) => call.model))], ["gpt-4o"]);
});

Deno.test("full has an invalid plan repaired once, with the errors named", async () => {
  const circular = THREE_TASKS.map((task, i) => ({
    ...task,
    dependsOn: [THREE_TASKS[(i + 1) % 3]!.id],
  }));
  const { world, output } = await runAgent("full", { intent: FLAGSHIP }, {
    model: team({ orchestrator: inTurn(planOf(circular), planOf(THREE_TASKS)) }),
  });
  assertEquals(output, "Take option t2.");
  const repair = world.calls.filter((call) => call.agent === "orchestrator")[1]!;
  assert(repair.text.includes("in a circle: t1 → t2 → t3 → t1"), repair.text.slice(-400));
});

Deno.test("full fails clearly when the repaired plan is invalid too", async () => {
  const twice = [THREE_TASKS[0], THREE_TASKS[0]];
  const { world, error } = await runAgent("full", { intent: FLAGSHIP }, {
    model: team({ orchestrator: inTurn(planOf(twice)) }),
  });
  assertEquals(error?.code, "upstream_failed");
  assertEquals(error?.retryable, false);
  assert(error?.detail.includes('task "t1": the id is used twice'), error?.detail);
  assertEquals(world.calls.filter((call) => call.agent === "orchestrator").length, 2);
  assertEquals(world.steps.some((step) => step.agent === "worker"), false);
});

Deno.test("full answers without a failed sub-task and tells the coordinator what is missing", async () => {
  const failing = new AppError("upstream_failed", { detail: "The provider is down" });
  const { world, output } = await runAgent("full", { intent: FLAGSHIP }, {
    model: team({
      worker: (call) => {
        if (call.title.endsWith("t3")) throw failing;
        return `Result of ${call.title}`;
      },
    }),
  });
  assertEquals(output, "Take option t2.");
  const asked = world.calls.find((call) => call.agent === "coordinator")!.text;
  assert(asked.includes('<result id="t3" title="Look at option t3" status="failed">'), asked);
  assert(asked.includes("Some parts did not succeed"), asked);
});

Deno.test("full fails when every sub-task failed, naming each reason", async () => {
  const { error } = await runAgent("full", { intent: FLAGSHIP }, {
    model: team({
      worker: inTurn(new AppError("upstream_timeout", { detail: "No answer in 120 s" })),
    }),
  });
  assertEquals(error?.code, "upstream_failed");
  assert(error?.detail.startsWith("None of 3 sub-tasks succeeded"), error?.detail);
  assert(error?.detail.includes("No answer in 120 s"), error?.detail);
});

Deno.test("full sends back only the workers the evaluator names, with findings and draft", async () => {
  const { world } = await runAgent("full", { intent: FLAGSHIP }, {
    model: team({ evaluator: inTurn(judged(6, ["t2"]), judged(9)) }),
  });
  const workers = world.calls.filter((call) => call.agent === "worker");
  assertEquals(workers.map((call) => call.title.slice(-2)), ["t1", "t2", "t3", "t2"]);
  assert(workers[3]!.text.includes("<feedback>\nAdd figures to t2\n</feedback>"), workers[3]!.text);
  assert(
    workers[3]!.text.includes("<draft>\nResult of Look at option t2\n</draft>"),
    workers[3]!.text,
  );
  assertEquals(world.covenant.broken, undefined);
});

Deno.test("full sends work back at most twice and then says which clause is broken", async () => {
  const { world, output } = await runAgent("full", { intent: FLAGSHIP }, {
    model: team({ evaluator: inTurn(judged(5, ["t1"])) }),
  });
  assertEquals(output, "Take option t2.");
  assertEquals(world.calls.filter((call) => call.agent === "evaluator").length, 3);
  assertEquals(world.calls.filter((call) => call.agent === "worker").length, 5);
  assertEquals(world.covenant.broken, {
    clause: "quality",
    limit: 8,
    used: 5,
    evidence: "Scored 5",
  });
  const answer = world.calls.find((call) => call.agent === "coordinator")!.text;
  assert(answer.includes("<feedback>\n- Add figures to t1\n</feedback>"), answer);
});

Deno.test("full breaks the acceptance clause with the evidence when a criterion is not met", async () => {
  const { world } = await runAgent("full", { intent: FLAGSHIP }, {
    model: team({ evaluator: () => judged(9, [], "unmet") }),
  });
  assertEquals(world.covenant.broken?.clause, "acceptance");
  assertEquals(world.covenant.broken?.evidence, "Not met: Names one option (It is unmet)");
});

Deno.test("full checks the answer itself when a criterion was left for it to show", async () => {
  const { world } = await runAgent("full", { intent: FLAGSHIP }, {
    model: team({ evaluator: inTurn(judged(9, [], "open"), judged(9, [], "open")) }),
  });
  assertEquals(world.steps.at(-1)!.title, "Check the answer");
  assert(world.calls.at(-1)!.text.includes("Take option t2."));
  assertEquals(world.covenant.broken?.clause, "acceptance");
});

Deno.test("full delivers unchecked, and says so, when no usable evaluation comes back", async () => {
  const { world, output } = await runAgent("full", { intent: FLAGSHIP }, {
    model: team({ evaluator: () => "I think it is fine" }),
  });
  assertEquals(output, "Take option t2.");
  const answer = world.calls.find((call) => call.agent === "coordinator")!.text;
  assert(answer.includes("could not be checked"), answer);
});

Deno.test("full surfaces budget_exhausted with what was finished", async () => {
  const { error } = await runAgent("full", { intent: FLAGSHIP }, {
    model: team({
      worker: (call) => {
        if (call.title.endsWith("t3")) {
          throw new AppError("budget_exhausted", { detail: "256 tokens do not fit" });
        }
        return `Result of ${call.title}`;
      },
    }),
  });
  assertEquals(error?.code, "budget_exhausted");
  const output = String(error?.data?.output);
  assert(output.includes("## Look at option t1\n\nResult of Look at option t1"), output);
});

Deno.test("full surfaces budget_exhausted of the coordinator with the workers' results", async () => {
  const { error } = await runAgent("full", { intent: FLAGSHIP }, {
    model: team({ coordinator: inTurn(new AppError("budget_exhausted")) }),
  });
  assertEquals(error?.code, "budget_exhausted");
  assert(String(error?.data?.output).includes("Result of Look at option t3"));
});

Deno.test("full keeps an answer that could not be checked any more", async () => {
  const { world, output } = await runAgent("full", { intent: FLAGSHIP }, {
    model: team({ evaluator: inTurn(judged(9, [], "open"), new AppError("budget_exhausted")) }),
  });
  assertEquals(output, "Take option t2.");
  assert(world.step("full").thoughts.some((thought) => thought.includes("could not be checked")));
});

Deno.test("full works on the whole of an intent the covenant shows shortened", async () => {
  const intent = `${FLAGSHIP}. ${"More detail. ".repeat(800)}`;
  const { world } = await runAgent("full", { intent }, {
    model: team(),
    covenant: { intent: `${intent.slice(0, 100)}…` },
  });
  assertEquals((world.step("orchestrator").input as { request: string }).request, intent);
});

Deno.test("full in a dry run plans and routes, performs nothing, and forecasts", async () => {
  const { world, output } = await runAgent<Forecast>("full", { intent: FLAGSHIP }, {
    model: team(),
    covenant: { mode: "dry-run" },
  });
  assertEquals(world.steps.map((step) => step.agent), [
    "full",
    "mediator",
    "orchestrator",
    "classifier",
    "router",
  ]);
  assertEquals(output!.steps.filter((step) => step.agent === "worker").length, 3);
  assert(output!.text.includes("nothing was performed"), output!.text);
});

Deno.test("full reports only progress that was made", async () => {
  const { world } = await runAgent("full", { intent: FLAGSHIP }, { model: team() });
  assertEquals(world.step("full").progress, [14, 29, 71, 86]);
  assertEquals(world.step("executor").progress, [33, 67, 100]);
});
