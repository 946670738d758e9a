import { assert } from "@std/assert";
import { runAgent } from "../../../tests/harness/agent_context.ts";
import { planOf, team, THREE_TASKS } from "../../../tests/harness/scripts.ts";

const NO_SCOPE = { in: [], out: [] };

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
