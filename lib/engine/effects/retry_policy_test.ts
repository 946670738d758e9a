import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { AppError, type ErrorCode, ERRORS } from "../../kernel/core/errors.ts";
import { decideRetry, DEFAULT_RETRY } from "./retry_policy.ts";

const codes = Object.keys(ERRORS) as ErrorCode[];
const random = fc.double({ min: 0, max: 0.999, noNaN: true });

Deno.test("decideRetry() retries what is retryable, at most as often as the policy says", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...codes),
      fc.integer({ min: 1, max: 9 }),
      random,
      (code, attempt, r) => {
        const decided = decideRetry(new AppError(code), attempt, DEFAULT_RETRY, r);
        const retries = ERRORS[code].retryable && attempt < DEFAULT_RETRY.attempts;
        assertEquals(decided.kind, retries ? "retry" : "give_up");
      },
    ),
  );
});

Deno.test("decideRetry() waits between half of the backoff and all of it", () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 3 }), random, (attempt, r) => {
    const decided = decideRetry(new AppError("unavailable"), attempt, DEFAULT_RETRY, r);
    const ceiling = Math.min(DEFAULT_RETRY.maxMs, DEFAULT_RETRY.baseMs * 2 ** (attempt - 1));
    assert(decided.kind === "retry");
    assert(decided.delayMs >= Math.floor(ceiling / 2) && decided.delayMs <= ceiling);
  }));
});

Deno.test("decideRetry() honours Retry-After as a floor and refuses one that is too long", () => {
  const asked = (retryAfterMs: number) =>
    decideRetry(new AppError("rate_limited", { retryAfterMs }), 1, DEFAULT_RETRY, 0);
  assertEquals(asked(7_000), { kind: "retry", delayMs: 7_000 });
  assertEquals(asked(DEFAULT_RETRY.retryAfterMaxMs + 1).kind, "give_up");
});

Deno.test("decideRetry() never retries a refused provider key", () => {
  const error = new AppError("upstream_failed", { retryable: false });
  assertEquals(decideRetry(error, 1, DEFAULT_RETRY, 0).kind, "give_up");
});
