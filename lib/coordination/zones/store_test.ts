import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { tempStore } from "../../../tests/harness/temp_store.ts";
import { AppError } from "../../kernel/core/errors.ts";
import { findIndexDrift } from "../../kernel/kv/mod.ts";
import { isWithin } from "./decide.ts";
import { zoneIndexes } from "./keys.ts";
import { claimZone, findZone, listZones, releaseZone } from "./mod.ts";

const WS = "w";
const call = { workspaceId: WS, actor: "t" };
/** Short names, so that paths meet; and one so long that its key is cut. */
const path = fc.array(fc.constantFrom("a", "a0", "b", "é".repeat(500)), {
  minLength: 1,
  maxLength: 4,
}).filter((segments) => segments.join("/").length <= 900).map((segments) => segments.join("/"));
const step = fc.record({
  kind: fc.constantFrom("claim" as const, "claim" as const, "claim" as const, "release" as const),
  zoneId: fc.constantFrom("1", "2", "3", "4"),
  owner: fc.constantFrom("ada", "bob"),
  path,
});

Deno.test("zones of different owners never overlap and pointers are what the records say, whatever happens at once", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 16 }), path, async (steps, asked) => {
      await using store = await tempStore();
      const told = await Promise.allSettled(
        steps.map(({ kind, ...input }) =>
          kind === "claim" ? claimZone(store, call, input) : releaseZone(store, call, input)
        ),
      );
      for (const one of told) {
        if (one.status === "rejected") assert(one.reason instanceof AppError, String(one.reason));
      }
      assertEquals(await findIndexDrift(store, zoneIndexes, WS), { missing: [], extra: [] });
      const { items: zones } = await listZones(store, WS);
      const overlaps = zones.flatMap((a) =>
        zones.filter((b) => a.owner !== b.owner && isWithin(a.path, b.path)).map((b) => [a, b])
      );
      assertEquals(overlaps, []);
      const longest = Math.max(
        -1,
        ...zones.filter((zone) => isWithin(asked, zone.path)).map((zone) => zone.path.length),
      );
      assertEquals((await findZone(store, WS, asked))?.path.length ?? -1, longest);
    }),
    { numRuns: 150 },
  );
});
