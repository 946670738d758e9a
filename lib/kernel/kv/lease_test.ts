import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { tempStore } from "../../../tests/harness/temp_store.ts";
import { defineKey } from "./keyspace.ts";
import { decideLease, holdsLease, type Lease, stageLease, stageLeaseRelease } from "./lease.ts";
import { transact } from "./transact.ts";

const key = defineKey("lock", { slice: "test", version: 1, retention: "keep" });

Deno.test("decideLease() grants one owner at a time, with a fence that rises with every new grant", () => {
  const step = fc.record({ owner: fc.constantFrom("a", "b", "c"), wait: fc.nat(200) });
  fc.assert(fc.property(fc.array(step), (steps) => {
    let lease: Lease | null = null;
    let now = 0;
    for (const { owner, wait } of steps) {
      now += wait;
      const before: Lease | null = lease;
      const decision = decideLease(before, owner, now, 100);
      if (decision.kind === "held") {
        assert(before!.owner !== owner && before!.until > now);
        continue;
      }
      lease = decision.lease;
      const same = before !== null && before.owner === owner && before.until > now;
      assertEquals(lease.fence, same ? before.fence : (before?.fence ?? 0) + 1);
      if (before && !same) assert(!holdsLease(lease, before.fence, now));
    }
  }));
});

Deno.test("stageLease() lets one of two takers have it", async () => {
  await using store = await tempStore();
  const take = (owner: string) =>
    transact(store, "w", (tx) => stageLease(tx, key("w", "r"), owner, 0, 100));
  const decisions = await Promise.all(["a", "b"].map(take));
  assertEquals(decisions.map((d) => d.kind).toSorted(), ["granted", "held"]);
});

Deno.test("stageLeaseRelease() frees it and keeps the fence", async () => {
  await using store = await tempStore();
  const run = (owner: string, now: number) =>
    transact(store, "w", (tx) => stageLease(tx, key("w", "r"), owner, now, 100));
  await run("a", 0);
  const release = (owner: string) =>
    transact(store, "w", (tx) => stageLeaseRelease(tx, key("w", "r"), owner));
  assertEquals([await release("b"), await release("a"), await release("a")], [false, true, false]);
  const next = await run("b", 1);
  assertEquals(next.kind === "granted" && next.lease.fence, 2);
});
