import { assertEquals } from "@std/assert";
import { runAgent } from "../../../tests/harness/agent_context.ts";
import { team } from "../../../tests/harness/scripts.ts";

for (const id of ["parallel", "workers", "optimize"]) {
  Deno.test(`forecast() is what ${id} answers a dry run with, without a worker or an answer`, async () => {
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
  });
}
