import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { testApp } from "../../../tests/harness/test_app.ts";
import { tempStore } from "../../../tests/harness/temp_store.ts";
import { ManualClock } from "../../kernel/core/clock.ts";
import { AppError } from "../../kernel/core/errors.ts";
import { findIndexDrift, transact } from "../../kernel/kv/mod.ts";
import { holdingsKey } from "../keys.ts";
import { claimId, claimIndexes } from "./keys.ts";
import {
  claimForget,
  claimWork,
  getClaim,
  listClaims,
  listClaimsOf,
  releaseWork,
  stageClaimTransfer,
} from "./mod.ts";

const WS = "w";
const MINUTE = 60_000;
const call = { workspaceId: WS, actor: "t" };
const staleAfterMs = 30 * MINUTE;

const command = fc.record({
  kind: fc.constantFrom("claim" as const, "claim" as const, "release" as const),
  what: fc.constantFrom("x", "y", "z"),
  by: fc.constantFrom("ada", "bob"),
  afterMinutes: fc.constantFrom(0, 1, 20, 40),
});

Deno.test("pointers are what the records say, and a claim has one fresh holder, through any commands", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { maxLength: 25 }), async (commands) => {
      const clock = new ManualClock();
      await using store = await tempStore({ clock });
      const freshUntil = new Map<string, { by: string; untilMs: number }>();
      for (const { kind, what, by, afterMinutes } of commands) {
        clock.advance(afterMinutes * MINUTE);
        const known = freshUntil.get(what);
        const isOthers = known && known.by !== by && known.untilMs > clock.now();
        const done = await (kind === "claim" ? claimWork : releaseWork)(store, call, { what, by })
          .then(() => true, (error) => (assert(error instanceof AppError, error), false));
        if (isOthers) assertEquals(done, false);
        if (!done) continue;
        if (kind === "release") freshUntil.delete(what);
        else freshUntil.set(what, { by, untilMs: clock.now() + staleAfterMs });
      }
      assertEquals(await findIndexDrift(store, claimIndexes, WS), { missing: [], extra: [] });
      const fresh = [...freshUntil].filter(([, { untilMs }]) => untilMs > clock.now());
      const { items } = await listClaims(store, WS);
      assertEquals(
        items.map(({ what, by }) => `${what} ${by}`).sort(),
        fresh.map(([what, { by }]) => `${what} ${by}`).sort(),
      );
    }),
    { numRuns: 60 },
  );
});

Deno.test("claim.forget removes a claim a week after it went stale, and leaves one renewed meanwhile", async () => {
  await using app = await testApp();
  let now = app.ctx.clock.now();
  const ctx = { ...app.ctx, clock: { ...app.ctx.clock, now: () => now } };
  const forget = () => {
    const job = { id: "j", workspaceId: WS, attempt: 1, signal: app.stopping, complete() {} };
    return claimForget.handler(ctx, { id: claimId("x") }, job);
  };
  await claimWork(ctx, call, { what: "x", by: "ada" });
  now += MINUTE;
  const { renewedAt } = await claimWork(ctx, call, { what: "x", by: "ada" });
  now += 7 * 24 * 60 * MINUTE + staleAfterMs - MINUTE;
  await forget();
  const kept = await getClaim(ctx, WS, "x", { includeStale: true });
  assertEquals([kept?.stale, kept?.renewedAt], [true, renewedAt]);
  now += MINUTE;
  await forget();
  assertEquals(await getClaim(ctx, WS, "x", { includeStale: true }), null);
});

Deno.test("stageClaimTransfer() gives fresh claims to the other, renewed; stale ones stay", async () => {
  const clock = new ManualClock();
  await using store = await tempStore({ clock });
  await claimWork(store, call, { what: "stale", by: "ada" });
  clock.advance(20 * MINUTE);
  await claimWork(store, call, { what: "fresh", by: "ada" });
  clock.advance(20 * MINUTE);
  const held = await listClaimsOf(store, WS, "ada");
  assertEquals(held.map(({ what }) => what), ["fresh"]);
  const options = { nowMs: clock.now(), actor: "system", staleAfterMs };
  await transact(store, WS, (tx) => {
    for (const claim of held) stageClaimTransfer(tx, claim, "bob", options);
  });
  clock.advance(29 * MINUTE);
  assertEquals((await listClaimsOf(store, WS, "bob")).map(({ what }) => what), ["fresh"]);
  assertEquals((await getClaim(store, WS, "stale", { includeStale: true }))?.by, "ada");
  assertEquals(await findIndexDrift(store, claimIndexes, WS), { missing: [], extra: [] });
});

Deno.test("claims, renewals and releases move their holders' fences", async () => {
  const clock = new ManualClock();
  await using store = await tempStore({ clock });
  const fences = async () =>
    (await store.kv.getMany([holdingsKey(WS, "ada"), holdingsKey(WS, "bob")]))
      .map(({ versionstamp }) => versionstamp);
  const seen = [await fences()];
  const steps = [
    () => claimWork(store, call, { what: "x", by: "ada" }),
    () => claimWork(store, call, { what: "x", by: "ada" }),
    () => (clock.advance(31 * MINUTE), claimWork(store, call, { what: "x", by: "bob" })),
    () => releaseWork(store, call, { what: "x", by: "bob" }),
  ];
  for (const step of steps) {
    await step();
    seen.push(await fences());
  }
  const moved = seen.slice(1).map((now, i) => now.map((stamp, who) => stamp !== seen[i]![who]));
  assertEquals(moved, [[true, false], [true, false], [true, true], [false, true]]);
});
