import { assertEquals } from "@std/assert";
import { decideClaim, decideComplete, decideDelete } from "./decide.ts";
import type { HandoffStatus } from "./schema.ts";

const handoff = (status: HandoffStatus, toAgent?: string, claimedBy?: string) => ({
  id: "h",
  fromAgent: "boss",
  status,
  toAgent,
  claimedBy,
});
const outcome = (decision: ReturnType<typeof decideClaim>) =>
  decision.kind === "allow" ? "allow" : decision.code;

/** A conflict if not pending or targeted at another. */
const CLAIMS = [
  ["pending", undefined, undefined, "allow"],
  ["pending", "me", undefined, "allow"],
  ["pending", "other", undefined, "conflict"],
  ["claimed", undefined, "other", "conflict"],
  ["claimed", "me", "me", "conflict"],
  ["completed", undefined, "other", "conflict"],
] as const;
for (const [status, to, by, expected] of CLAIMS) {
  Deno.test(`decideClaim() of a ${status} handoff to ${to ?? "anybody"}: ${expected}`, () => {
    assertEquals(outcome(decideClaim(handoff(status, to, by), "me")), expected);
  });
}

Deno.test("decideClaim() names who has it, or whom it is meant for", () => {
  const taken = decideClaim(handoff("claimed", undefined, "other"), "me");
  assertEquals(taken.kind === "deny" && [taken.reason, taken.extension], [
    'Handoff "h" is already claimed by "other"',
    { handoffStatus: "claimed", claimedBy: "other" },
  ]);
  const meant = decideClaim(handoff("pending", "other"), "me");
  assertEquals(meant.kind === "deny" && [meant.reason, meant.extension], [
    'Handoff "h" is meant for "other", not for "me"',
    { handoffStatus: "pending", toAgent: "other" },
  ]);
});

/** Must be its claimer. */
const COMPLETIONS = [
  ["pending", undefined, "conflict"],
  ["claimed", "me", "allow"],
  ["claimed", "other", "conflict"],
  ["completed", "me", "conflict"],
] as const;
for (const [status, by, expected] of COMPLETIONS) {
  Deno.test(`decideComplete() of a handoff ${status} by ${by ?? "nobody"}: ${expected}`, () => {
    assertEquals(outcome(decideComplete(handoff(status, undefined, by), "me")), expected);
  });
}

const DELETIONS = [
  ["pending", "boss", "allow"],
  ["pending", undefined, "allow"],
  ["pending", "me", "forbidden"],
  ["claimed", "boss", "conflict"],
  ["claimed", undefined, "conflict"],
  ["completed", "boss", "allow"],
] as const;
for (const [status, by, expected] of DELETIONS) {
  Deno.test(`decideDelete() of a ${status} handoff of the boss by ${by ?? "an operator"}: ${expected}`, () => {
    const decision = decideDelete(handoff(status, undefined, "other"), by);
    assertEquals(outcome(decision), expected);
  });
}
