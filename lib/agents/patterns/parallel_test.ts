import { assertEquals } from "@std/assert";
import { runAgent } from "../../../tests/harness/agent_context.ts";
import { inTurn, team } from "../../../tests/harness/scripts.ts";
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
