import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { idTime, ulidIds } from "../kernel/core/ids.ts";
import { idAfter } from "./rising_id.ts";

Deno.test("idAfter() leaves an id that is behind already", () => {
  const ids = ulidIds(() => 1_000);
  const [first, second] = [ids.next("message"), ids.next("message")];
  assertEquals([idAfter(second, first), idAfter(first, "")], [second, first]);
});

Deno.test("idAfter() puts an id of a slow clock behind, unique as it was (property)", () => {
  const ms = fc.integer({ min: 1, max: 2 ** 43 });
  fc.assert(fc.property(ms, ms, (a, b) => {
    const newest = ulidIds(() => Math.max(a, b)).next("message");
    const id = ulidIds(() => Math.min(a, b)).next("message");
    const after = idAfter(id, newest);
    assertEquals([after > newest, after.length, after.slice(14)], [true, 30, id.slice(14)]);
    if (after !== id) assertEquals(idTime(after), Math.max(a, b) + 1);
  }));
});
