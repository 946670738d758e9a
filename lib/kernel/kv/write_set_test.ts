import { assertEquals, assertThrows } from "@std/assert";
import { ManualClock } from "../core/clock.ts";
import { AppError } from "../core/errors.ts";
import { defineKey } from "./keyspace.ts";
import { StaleRead, WriteSet } from "./write_set.ts";

const key = defineKey("thing", { slice: "test", version: 1, retention: "keep" });
const newSet = () => new WriteSet({ clock: new ManualClock(0) });
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

Deno.test("WriteSet.set() refuses a value that can never fit, with its aggregate's name", () => {
  const error = assertThrows(() => newSet().set(key("w"), "x".repeat(70_000)), AppError, "thing");
  assertEquals(error.code, "payload_too_large");
});

Deno.test("WriteSet.set() counts bytes as UTF-8", () => {
  newSet().set(key("w"), "é".repeat(32_000));
  assertThrows(() => newSet().set(key("w"), "é".repeat(33_000)), AppError, "65536 bytes");
});

Deno.test("WriteSet refuses the 401st mutation", () => {
  const set = newSet();
  for (let i = 0; i < 400; i++) set.touch(key("w", i));
  assertThrows(() => set.touch(key("w", 400)), AppError, "401 mutations");
});

Deno.test("WriteSet refuses more than 200 kB in all", () => {
  const set = newSet();
  for (let i = 0; i < 3; i++) set.set(key("w", i), "x".repeat(60_000));
  assertThrows(() => set.set(key("w", 3), "x".repeat(60_000)), AppError, "200000 bytes");
});

Deno.test("WriteSet.emit() refuses more than 40 kB of events of one stream", () => {
  const set = newSet().emit("w", "run:1", { type: "a", text: "x".repeat(39_000) });
  const more = () => set.emit("w", "run:1", { type: "a", text: "x".repeat(2_000) });
  assertThrows(more, AppError, "run:1");
  set.emit("w", "run:2", { type: "a", text: "x".repeat(2_000) });
});

Deno.test("WriteSet.assume() refuses the eleventh check", () => {
  const set = newSet();
  for (let i = 0; i < 10; i++) set.assume(key("w", i), null);
  assertThrows(() => set.assume(key("w", 10), null), AppError, "11 checks");
});

Deno.test("WriteSet.assume() notices two versions of one key", () => {
  const set = newSet().assume(key("w"), "00000000000000010000");
  assertThrows(() => set.assume(key("w"), null), StaleRead);
});

Deno.test("WriteSet counts a key written twice once", () => {
  const set = newSet().set(key("w"), "x".repeat(1_000)).set(key("w"), "y");
  assertEquals(set.mutations, 1);
  assertEquals(set.size < 100, true);
});

Deno.test("WriteSet.touch() after a set of the same key stays exclusive", () => {
  const set = newSet().set(key("w"), 1).touch(key("w"), 2);
  assertEquals([...set.writes.values()].map(({ kind, bytes }) => [kind, text(bytes!)]), [[
    "set",
    "2",
  ]]);
});

Deno.test("WriteSet.sum() adds up and does not mix with set", () => {
  const set = newSet().sum(key("w"), 2).sum(key("w"), 3n);
  assertEquals([...set.writes.values()][0]!.amount, 5n);
  assertThrows(() => set.set(key("w"), 1), AppError, "both summed and set");
});

Deno.test("WriteSet.emit() stores type, public part and hidden part, and adds the time", () => {
  const set = newSet().emit("w", "s", { type: "a.b", n: 1 }, { key: "k" });
  set.emit("w", "s", { type: "a.c", at: "2026-01-01T00:00:00.000Z" });
  const [append] = set.appends.values();
  set.seal();
  assertEquals(text(append!.buffer.subarray(0, append!.filled)).split("\n").slice(1), [
    'a.b\t{"at":"1970-01-01T00:00:00.000Z","type":"a.b","n":1}\t{"key":"k"}',
    'a.c\t{"type":"a.c","at":"2026-01-01T00:00:00.000Z"}',
  ]);
});

Deno.test("WriteSet refuses no burst over many streams that fits", () => {
  const set = newSet();
  for (let i = 0; i < 100; i++) set.emit("w", `run:${i}`, { type: "a", text: "x".repeat(1_500) });
  assertEquals(set.size < 200_000, true);
});

Deno.test("WriteSet.recycle() gives buffers another set may use without mixing their events", () => {
  const first = newSet().emit("w", "s", { type: "long", at: "t", text: "x".repeat(5_000) });
  first.recycle();
  const second = newSet().emit("w", "s", { type: "a", at: "t" });
  second.seal();
  const [append] = second.appends.values();
  assertEquals(text(append!.buffer.subarray(0, append!.filled)), '\na\t{"type":"a","at":"t"}');
});
