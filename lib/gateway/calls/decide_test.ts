import { assert, assertEquals } from "@std/assert";
import { decideWait, sliceEnd } from "./decide.ts";

const SETTINGS = { retryBaseMs: 100, retryMaxMs: 1_000, retryAfterMaxMs: 500 };
const TERMS = { attempt: 1, retries: 5, retryAfterMs: undefined, leftMs: 10_000, random: 0 };

Deno.test("sliceEnd() gives half of what is left, and all of it to the last", () => {
  assertEquals(sliceEnd(1_000, 3_000, 2), 2_000);
  assertEquals(sliceEnd(2_000, 3_000, 1), 2_500);
  assertEquals(sliceEnd(2_500, 3_000, 0), 3_000);
});

Deno.test("decideWait() doubles to its bound, half of it by chance", () => {
  const waits = [1, 2, 3, 4, 5].map((attempt) => decideWait({ ...TERMS, attempt }, SETTINGS));
  assertEquals(waits, [50, 100, 200, 400, 500]);
  const most = decideWait({ ...TERMS, random: 0.999 }, SETTINGS);
  assert(most !== null && most >= 99 && most <= 100);
});

Deno.test("decideWait() takes Retry-After as the least, and gives up where it is too long", () => {
  assertEquals(decideWait({ ...TERMS, retryAfterMs: 400 }, SETTINGS), 400);
  assertEquals(decideWait({ ...TERMS, retryAfterMs: 501 }, SETTINGS), null);
});

Deno.test("decideWait() gives up after the last retry, and where the time would not suffice", () => {
  assertEquals(decideWait({ ...TERMS, attempt: 6 }, SETTINGS), null);
  assertEquals(decideWait({ ...TERMS, leftMs: 50 }, SETTINGS), null);
});
