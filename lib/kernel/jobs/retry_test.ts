import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { AppError } from "../core/errors.ts";
import { decideRetry, DEFAULT_RETRY, type RetryPolicy } from "./retry.ts";

const policy: fc.Arbitrary<RetryPolicy> = fc.record({
  attempts: fc.integer({ min: 1, max: 20 }),
  baseMs: fc.integer({ min: 1, max: 5_000 }),
  maxMs: fc.integer({ min: 5_000, max: 600_000 }),
  jitter: fc.double({ min: 0, max: 1, noNaN: true }),
});
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

Deno.test("decideRetry() ends after its attempts and stays within its bounds until then", () => {
  fc.assert(fc.property(policy, random, (p, r) => {
    for (let attempt = 1; attempt < p.attempts; attempt++) {
      const decision = decideRetry(p, attempt, new Error("x"), r);
      assert(decision.kind === "retry");
      const full = Math.min(p.maxMs, p.baseMs * 2 ** (attempt - 1));
      assert(decision.delayMs <= full + 1 && decision.delayMs >= Math.floor(full * (1 - p.jitter)));
    }
    assertEquals(decideRetry(p, p.attempts, new Error("x"), r), {
      kind: "dead",
      reason: "attempts",
    });
  }));
});

Deno.test("decideRetry() gives up at once on what repeating cannot mend", () => {
  const decision = decideRetry(DEFAULT_RETRY, 1, new AppError("not_found"), 0);
  assertEquals(decision, { kind: "dead", reason: "not_retryable" });
});

Deno.test("decideRetry() waits at least as long as the error asks", () => {
  const error = new AppError("rate_limited", { retryAfterMs: 90_000 });
  assertEquals(decideRetry(DEFAULT_RETRY, 1, error, 0), { kind: "retry", delayMs: 90_000 });
});
