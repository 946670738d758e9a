import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { AppError } from "../core/errors.ts";
import { compareCursor, CURSOR_START, parseCursor } from "./cursor.ts";

const stamp = fc.nat().map((n) => n.toString(16).padStart(20, "0"));
const id = fc.record({ stamp, index: fc.nat(999_999) });

Deno.test("parseCursor() reads back every id", () => {
  fc.assert(fc.property(id, ({ stamp, index }) => {
    assertEquals(parseCursor(`${stamp}.${index}`), { stamp, index });
  }));
});

Deno.test("parseCursor() takes no cursor as the start", () => {
  assertEquals(parseCursor(undefined), CURSOR_START);
  assertEquals(parseCursor(""), CURSOR_START);
});

Deno.test("parseCursor() refuses what was never an id", () => {
  for (
    const text of ["x", "1.2", `${"0".repeat(20)}.`, `${"0".repeat(20)}.-1`, `${"G".repeat(20)}.1`]
  ) {
    assertEquals(assertThrows(() => parseCursor(text), AppError).code, "invalid_input");
  }
});

Deno.test("compareCursor() orders by commit, then by index", () => {
  fc.assert(fc.property(id, id, (a, b) => {
    const order = Math.sign(compareCursor(a, b));
    assertEquals(order === 0, a.stamp === b.stamp && a.index === b.index);
    assertEquals(Math.sign(compareCursor(b, a)), order === 0 ? 0 : -order);
    assert(compareCursor(CURSOR_START, a) < 0);
    if (a.stamp < b.stamp) assertEquals(order, -1);
  }));
});
