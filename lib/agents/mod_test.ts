import { assert, assertEquals } from "@std/assert";
import { builtInAgents } from "./mod.ts";

Deno.test("builtInAgents() are named by their ids", () => {
  for (const [id, agent] of builtInAgents()) {
    assertEquals(agent.id, id);
    assert(agent.description.length > 20, id);
  }
});
