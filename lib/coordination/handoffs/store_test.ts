import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { tempStore } from "../../../tests/harness/temp_store.ts";
import { AppError } from "../../kernel/core/errors.ts";
import { seededIds } from "../../kernel/core/ids.ts";
import { findIndexDrift } from "../../kernel/kv/mod.ts";
import { handoffIndexes } from "./keys.ts";
import {
  claimHandoff,
  completeHandoff,
  createHandoff,
  deleteHandoff,
  listHandoffs,
} from "./mod.ts";

const WS = "w";
const call = { workspaceId: WS, actor: "t" };
const agentId = fc.constantFrom("ada", "bob", "eve");
const step = fc.record({
  kind: fc.constantFrom("create", "claim", "claim", "complete", "delete"),
  nth: fc.nat({ max: 3 }),
  agentId,
  toAgent: fc.option(agentId, { nil: undefined }),
});

Deno.test("pointers are what the records say, and every list is what a walk finds, through any commands", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      await using store = await tempStore();
      const ctx = { ...store, ids: seededIds() };
      const ids: string[] = [];
      for (const { kind, nth, agentId, toAgent } of steps) {
        const handoffId = ids[nth] ?? "hof_00000000000000000000000000";
        const input = { fromAgent: agentId, title: "T", context: "C", ...(toAgent && { toAgent }) };
        const doing = {
          create: () => createHandoff(ctx, call, input).then(({ id }) => ids.push(id)),
          claim: () => claimHandoff(ctx, call, { handoffId, agentId }),
          complete: () => completeHandoff(ctx, call, { handoffId, agentId }),
          delete: () => deleteHandoff(ctx, call, { handoffId, agentId }),
        }[kind]!;
        await doing().catch((error: unknown) => assert(error instanceof AppError, String(error)));
      }
      assertEquals(await findIndexDrift(ctx, handoffIndexes, WS), { missing: [], extra: [] });
      const { items: all } = await listHandoffs(ctx, WS, { limit: 100 });
      for (const agent of ["ada", "bob"]) {
        const { items } = await listHandoffs(ctx, WS, { toAgent: agent, status: "pending" });
        const walked = all.filter(({ toAgent, status }) =>
          status === "pending" && (toAgent === undefined || toAgent === agent)
        );
        assertEquals(items, walked);
      }
    }),
    { numRuns: 60 },
  );
});
