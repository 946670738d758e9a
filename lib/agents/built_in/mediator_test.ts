import { assert, assertEquals } from "@std/assert";
import { runAgent } from "../../../tests/harness/agent_context.ts";
import { FLAGSHIP, team } from "../../../tests/harness/scripts.ts";
import type { Mediation } from "./mediator.ts";

const NO_SCOPE = { in: [], out: [] };

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
