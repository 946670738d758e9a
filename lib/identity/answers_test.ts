import { assertEquals } from "@std/assert";
import { ManualClock } from "../kernel/core/clock.ts";
import { seededIds } from "../kernel/core/ids.ts";
import { openStore, transact } from "../kernel/kv/mod.ts";
import { silentLogger } from "../kernel/platform/log.ts";
import { type Answer, claimAnswer, releaseClaim, stageAnswer, storeAnswer } from "./answers.ts";

async function setup() {
  const clock = new ManualClock();
  const kv = await openStore({ path: ":memory:", clock, log: silentLogger });
  return { kv, clock, ids: seededIds(), [Symbol.asyncDispose]: () => kv.close() };
}

const request = { caller: "user:local", key: "k1", digest: "d1" };
const answer: Answer = { status: 202, headers: { location: "/x" }, body: '{"a":1}' };

async function claimed(ctx: Awaited<ReturnType<typeof setup>>) {
  const outcome = await claimAnswer(ctx, "default", request);
  if (outcome.kind !== "claimed") throw new Error(outcome.kind);
  return outcome.claim;
}

Deno.test("claimAnswer() gives the stored answer to the same request", async () => {
  await using ctx = await setup();
  await storeAnswer(ctx, "default", await claimed(ctx), answer);
  assertEquals(await claimAnswer(ctx, "default", request), { kind: "answered", answer });
});

Deno.test("claimAnswer() says running until there is an answer", async () => {
  await using ctx = await setup();
  await claimed(ctx);
  assertEquals((await claimAnswer(ctx, "default", request)).kind, "running");
});

Deno.test("claimAnswer() tells another body under the same key", async () => {
  await using ctx = await setup();
  const other = { ...request, digest: "d2" };
  const claim = await claimed(ctx);
  assertEquals((await claimAnswer(ctx, "default", other)).kind, "mismatch");
  await storeAnswer(ctx, "default", claim, answer);
  assertEquals((await claimAnswer(ctx, "default", other)).kind, "mismatch");
});

Deno.test("claimAnswer() keeps callers and workspaces apart", async () => {
  await using ctx = await setup();
  await claimed(ctx);
  const other = await claimAnswer(ctx, "default", { ...request, caller: "key:admin" });
  assertEquals([other.kind, (await claimAnswer(ctx, "ws_2", request)).kind], [
    "claimed",
    "claimed",
  ]);
});

Deno.test("claimAnswer() lets one of many at once have the key", async () => {
  await using ctx = await setup();
  const all = Array.from({ length: 20 }, () => claimAnswer(ctx, "default", request));
  const kinds = (await Promise.all(all)).map((o) => o.kind);
  assertEquals(kinds.filter((k) => k === "claimed").length, 1);
});

Deno.test("claimAnswer() gives a dead holder's key away, and its late answer is dropped", async () => {
  await using ctx = await setup();
  const late = await claimed(ctx);
  ctx.clock.advance(60_001);
  const claim = await claimed(ctx);
  await storeAnswer(ctx, "default", late, { ...answer, body: "late" });
  await storeAnswer(ctx, "default", claim, answer);
  assertEquals(await claimAnswer(ctx, "default", request), { kind: "answered", answer });
});

Deno.test("claimAnswer() forgets after a day", async () => {
  await using ctx = await setup();
  await storeAnswer(ctx, "default", await claimed(ctx), answer);
  ctx.clock.advance(24 * 3_600_000);
  assertEquals((await claimAnswer(ctx, "default", request)).kind, "claimed");
});

Deno.test("releaseClaim() frees the key, but not one that is answered", async () => {
  await using ctx = await setup();
  await releaseClaim(ctx, "default", await claimed(ctx));
  const claim = await claimed(ctx);
  await storeAnswer(ctx, "default", claim, answer);
  await releaseClaim(ctx, "default", claim);
  assertEquals((await claimAnswer(ctx, "default", request)).kind, "answered");
});

Deno.test("stageAnswer() is committed with the transaction, or not at all", async () => {
  await using ctx = await setup();
  const claim = await claimed(ctx);
  const refused = transact(ctx, "default", async (tx) => {
    await stageAnswer(ctx, tx, claim, answer);
    throw new Error("no");
  });
  assertEquals(await refused.catch((e: Error) => e.message), "no");
  assertEquals((await claimAnswer(ctx, "default", request)).kind, "running");
});

Deno.test("storeAnswer() keeps long answers of every kind of text", async () => {
  await using ctx = await setup();
  const long = { ...answer, body: "\u0001é😀".repeat(60_000) };
  await storeAnswer(ctx, "default", await claimed(ctx), long);
  assertEquals(await claimAnswer(ctx, "default", request), { kind: "answered", answer: long });
});
