import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { isoTime } from "./iso_time.ts";

Deno.test("isoTime() writes every time as Date does", () => {
  const times = fc.oneof(
    fc.integer({ min: -8_640_000_000_000_000, max: 8_640_000_000_000_000 }),
    fc.integer({ min: 1_700_000_000_000, max: 1_700_000_100_000 }),
    fc.double({ min: -4_000_000_000_000, max: 4_000_000_000_000, noNaN: true }),
  );
  fc.assert(fc.property(times, (ms) => {
    assertEquals(isoTime(ms), new Date(ms).toISOString());
  }));
});

Deno.test("isoTime() throws for what is no time", () => {
  assertThrows(() => isoTime(NaN), RangeError);
  assertThrows(() => isoTime(Infinity), RangeError);
});
