import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { ManualClock } from "../core/clock.ts";
import { pickBatch, type PickOptions } from "./batch.ts";
import { BATCH_LIMITS } from "./limits.ts";
import { defineKey } from "./keyspace.ts";
import { WriteSet } from "./write_set.ts";

const key = defineKey("k", { slice: "test", version: 1, retention: "keep" });
const clock = new ManualClock(0);
const V1 = "00000000000000010000";
const V2 = "00000000000000020000";
const options: PickOptions = { maxChecks: 100, inFlight: [], staleCheck: () => null };

const waiting = (stage: (set: WriteSet) => void) => {
  const set = new WriteSet({ clock });
  stage(set);
  return { set };
};
const pick = (...stages: ((set: WriteSet) => void)[]) =>
  pickBatch(stages.map(waiting), options).batch.length;

Deno.test("pickBatch() shares a check of one version nobody writes", () => {
  assertEquals(pick((s) => s.assume(key("w"), V1), (s) => s.assume(key("w"), V1)), 2);
  assertEquals(pick((s) => s.assume(key("w"), V1), (s) => s.assume(key("w"), V2)), 1);
});

Deno.test("pickBatch() keeps read and write, and two writes, of one key apart", () => {
  assertEquals(pick((s) => s.assume(key("w"), V1), (s) => s.set(key("w"), 1)), 1);
  assertEquals(pick((s) => s.set(key("w"), 1), (s) => s.assume(key("w"), V1)), 1);
  assertEquals(pick((s) => s.set(key("w"), 1), (s) => s.delete(key("w"))), 1);
  assertEquals(pick((s) => s.delete(key("w")), (s) => s.touch(key("w"))), 1);
});

Deno.test("pickBatch() merges touches, sums and appends", () => {
  assertEquals(pick((s) => s.touch(key("w")), (s) => s.touch(key("w"))), 2);
  assertEquals(pick((s) => s.sum(key("w"), 1), (s) => s.sum(key("w"), 1)), 2);
  const emit = (s: WriteSet) => s.emit("w", "s", { type: "a" });
  assertEquals(pick(emit, emit, emit), 3);
});

Deno.test("pickBatch() lets what was put off block later users of its keys", () => {
  const picked = pickBatch([
    waiting((s) => s.set(key("w", "a"), 1)),
    waiting((s) => s.set(key("w", "a"), 2).set(key("w", "b"), 2)),
    waiting((s) => s.set(key("w", "b"), 3)),
    waiting((s) => s.set(key("w", "c"), 4)),
  ], options);
  assertEquals([picked.batch.length, picked.rest.length], [2, 2]);
  assertEquals([...picked.rest[1]!.set.writes.values()].length, 1);
});

Deno.test("pickBatch() keeps away from keys of batches in flight", () => {
  const first = pickBatch(
    [waiting((s) => s.assume(key("w", "r"), V1).set(key("w", "a"), 1))],
    options,
  );
  const next = pickBatch([
    waiting((s) => s.set(key("w", "r"), 1)),
    waiting((s) => s.assume(key("w", "a"), V1)),
    waiting((s) => s.assume(key("w", "r"), V1).set(key("w", "x"), 1)),
  ], { ...options, inFlight: [first.claims] });
  assertEquals([next.batch.length, next.rest.length], [0, 3]);
});

Deno.test("pickBatch() answers what memory knows to be out of date", () => {
  const stale = key("w", "old");
  const picked = pickBatch([
    waiting((s) => s.assume(stale, V1)),
    waiting((s) => s.assume(key("w", "new"), V1)),
  ], {
    ...options,
    staleCheck: (set) => [...set.checks.values()][0]!.key === stale ? stale : null,
  });
  assertEquals([picked.batch.length, picked.stale.map((s) => s.key)], [1, [stale]]);
});

const operation = fc.record({
  kind: fc.constantFrom("set", "delete", "touch", "sum", "assume", "emit"),
  name: fc.integer({ min: 0, max: 6 }),
  size: fc.integer({ min: 1, max: 30_000 }),
});

/** Sums live under keys of their own: mixing them with values is refused while staging. */
function stage(set: WriteSet, op: { kind: string; name: number; size: number }): void {
  const text = "x".repeat(op.size);
  if (op.kind === "set") set.set(key("w", op.name), text);
  else if (op.kind === "delete") set.delete(key("w", op.name));
  else if (op.kind === "touch") set.touch(key("w", op.name));
  else if (op.kind === "sum") set.sum(key("w", "sum", op.name), 1);
  else if (op.kind === "assume") set.assume(key("w", op.name), V1);
  else set.emit("w", `s${op.name}`, { type: "a", text });
}

const staged = fc.array(operation, { minLength: 1, maxLength: 6 }).map((ops) => {
  const set = new WriteSet({ clock });
  try {
    for (const op of ops) stage(set, op);
  } catch {
    // Over a limit: what fitted is a transaction too.
  }
  return { set };
});

Deno.test("pickBatch() never lets two of a batch conflict, loses nothing and keeps within limits", () => {
  fc.assert(fc.property(fc.array(staged, { maxLength: 40 }), (queue) => {
    const { batch, rest } = pickBatch(queue, { ...options, maxChecks: 10 });
    assertEquals(new Set([...batch, ...rest]), new Set(queue));
    if (queue.length > 0) assert(batch.length > 0);
    for (const a of batch) for (const b of batch) if (a !== b) assert(!conflicts(a.set, b.set));
    const bytes = batch.reduce((sum, { set }) => sum + set.size, 0);
    assert(bytes <= BATCH_LIMITS.bytes && batch.length <= BATCH_LIMITS.transactions);
    const checks = new Set(batch.flatMap(({ set }) => [...set.checks.keys()]));
    assert(checks.size <= 10);
  }));
});

function conflicts(reader: WriteSet, writer: WriteSet): boolean {
  for (const [id, write] of writer.writes) {
    if (write.kind === "touch" || write.kind === "sum") continue;
    if (reader.checks.has(id) || reader.writes.has(id)) return true;
  }
  return false;
}
