import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { addMinutes, newMinutes, turn, used, waitMs, WINDOW_MS } from "./window.ts";

Deno.test("waitMs() is exact: nothing fits a moment earlier, and one fits then", () => {
  const amounts = fc.record({
    before: fc.integer({ min: 0, max: 100 }),
    now: fc.integer({ min: 0, max: 100 }),
    limit: fc.integer({ min: 1, max: 100 }),
    at: fc.integer({ min: 0, max: WINDOW_MS - 1 }),
  });
  fc.assert(fc.property(amounts, ({ before, now, limit, at }) => {
    const minutes = () => ({
      minute: 0,
      now: { requests: now, tokens: 0 },
      before: { requests: before, tokens: 0 },
    });
    const wait = waitMs(minutes(), "requests", at, 1, limit);
    const then = Math.ceil(at + wait);
    assert(used(turn(minutes(), then), "requests", then) + 1 <= limit + 1e-6);
    const earlier = Math.floor(at + wait) - 1;
    if (wait > 2) assert(used(turn(minutes(), earlier), "requests", earlier) + 1 > limit - 1e-6);
  }));
});

Deno.test("no clock minute passes more than its limit", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 200 }), (gaps) => {
      let at = 0;
      const minutes = newMinutes(at);
      const passed = new Map<number, number>();
      for (const gap of gaps) {
        at += gap;
        turn(minutes, at);
        if (waitMs(minutes, "requests", at, 1, 5) > 0) continue;
        minutes.now.requests++;
        passed.set(minutes.minute, (passed.get(minutes.minute) ?? 0) + 1);
      }
      assert([...passed.values()].every((count) => count <= 5));
    }),
  );
});

Deno.test("addMinutes() takes from another process what lies in the same two minutes", () => {
  const mine = newMinutes(10 * WINDOW_MS);
  const told = (minute: number) => ({
    minute,
    now: { requests: 1, tokens: 10 },
    before: { requests: 2, tokens: 20 },
  });
  for (const minute of [8, 9, 10, 11]) addMinutes(mine, told(minute));
  assertEquals(mine.now, { requests: 1, tokens: 10 });
  assertEquals(mine.before, { requests: 3, tokens: 30 });
});
