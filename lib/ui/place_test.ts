import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { placeBeside } from "./place.ts";

const page = { width: 400, height: 300 };

Deno.test("placeBeside() turns to the other side where there is more room", () => {
  const anchor = { left: 100, top: 270, width: 40, height: 20 };
  const at = placeBeside(anchor, { width: 80, height: 100 }, page, {
    side: "bottom",
    align: "start",
    gap: 4,
  });
  assertEquals(at, { left: 100, top: 166, side: "top" });
});

Deno.test("placeBeside() keeps a box that fits inside the window", () => {
  const inside = fc.record({
    left: fc.nat(380),
    top: fc.nat(280),
    width: fc.nat(60),
    height: fc.nat(30),
  });
  const size = fc.record({
    width: fc.integer({ min: 1, max: 380 }),
    height: fc.integer({ min: 1, max: 280 }),
  });
  fc.assert(fc.property(inside, size, (anchor, box) => {
    const at = placeBeside(anchor, box, page, { side: "top", align: "center", gap: 6 });
    assertEquals(at.left >= 8 && at.left + box.width <= 392, true);
    assertEquals(at.top >= 8 && at.top + box.height <= 292, true);
  }));
});
