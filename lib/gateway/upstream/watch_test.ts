import { assertEquals, assertStringIncludes } from "@std/assert";
import { ManualClock } from "../../kernel/core/clock.ts";
import { Watch } from "./watch.ts";

function watching(deadlineMs: number, sliceMs: number) {
  const clock = new ManualClock(0);
  const caller = new AbortController();
  const limits = { deadlineAt: deadlineMs, sliceAt: sliceMs };
  return { clock, caller, watch: new Watch(clock, limits, caller.signal) };
}

Deno.test("Watch ends at the slice until the answer has begun, then at the deadline", () => {
  const one = watching(1_000, 500);
  one.clock.advance(500);
  assertEquals([one.watch.passed, one.watch.signal.aborted], ["slice", true]);
  const other = watching(1_000, 500);
  other.watch.begun();
  other.clock.advance(999);
  assertEquals(other.watch.passed, undefined);
  other.clock.advance(1);
  assertEquals(other.watch.passed, "deadline");
});

Deno.test("Watch ends after silence, and each arrival begins it anew", () => {
  const { clock, watch } = watching(10_000, 10_000);
  watch.expect(100);
  clock.advance(99);
  watch.answered();
  watch.expect(100);
  clock.advance(99);
  assertEquals(watch.passed, undefined);
  clock.advance(1);
  assertEquals(watch.passed, "silence");
  assertStringIncludes(watch.describe(), "nothing more arrived within 100 ms");
});

Deno.test("Watch counts no silence while nothing is waited for", () => {
  const { clock, watch } = watching(10_000, 10_000);
  watch.expect(100);
  watch.rest();
  clock.advance(5_000);
  assertEquals(watch.passed, undefined);
  watch.close();
});

Deno.test("Watch ends with its caller, and tells once", () => {
  const { clock, caller, watch } = watching(1_000, 1_000);
  let told = 0;
  watch.onPassed = () => told++;
  caller.abort(new Error("gone"));
  clock.advance(5_000);
  assertEquals([watch.passed, told, watch.signal.reason.message], ["caller", 1, "gone"]);
});
