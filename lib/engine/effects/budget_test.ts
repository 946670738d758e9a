import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { decideReservation, type Reservation } from "./budget.ts";

const MODEL = {
  id: "test/model",
  priceInMicrosPerMTok: 1_000_000,
  priceOutMicrosPerMTok: 2_000_000,
  maxOutputTokens: 8_192,
  contextTokens: 100_000,
};
const USED = { costMicros: 0, tokens: 0, timeMs: 0, spawns: 0 };

function decide(
  tokens: number,
  usedTokens: number,
  reserved: Partial<Reservation>,
  asked?: number,
): string {
  const terms = {
    budget: { tokens },
    used: { ...USED, tokens: usedTokens },
    reserved: { costMicros: 0, tokens: 0, ...reserved },
  };
  const decided = decideReservation(terms, MODEL, 100, asked);
  return decided.kind === "allow" ? `allow ${decided.maxTokens}` : decided.kind;
}

Deno.test("decideReservation() waits for what is only reserved, refuses what is used", () => {
  assertEquals(decide(5_000, 0, {}), "allow 4096");
  assertEquals(decide(5_000, 0, { tokens: 4_196 }), "wait");
  assertEquals(decide(5_000, 4_700, {}), "deny");
  assertEquals(decide(5_000, 4_700, { tokens: 200 }), "deny");
  assertEquals(decide(5_000, 4_600, {}), "allow 300");
});

Deno.test("decideReservation() rather waits than have an answer cut, while calls in flight hold room", () => {
  assertEquals(decide(5_000, 0, { tokens: 3_900 }), "wait");
  assertEquals(decide(5_000, 0, { tokens: 3_800 }), "allow 1100");
  assertEquals(decide(5_000, 0, { tokens: 4_000 }, 800), "allow 800");
  assertEquals(decide(5_000, 0, { tokens: 4_200 }, 800), "wait");
});

Deno.test("decideReservation() never exceeds the budget and waits only for something", () => {
  const amount = fc.nat(20_000);
  fc.assert(fc.property(
    fc.record({ tokens: amount, micros: amount, used: amount, held: amount, input: amount }),
    fc.option(fc.integer({ min: 1, max: 9_000 }), { nil: undefined }),
    ({ tokens, micros, used, held, input }, asked) => {
      const reserved = { costMicros: held, tokens: held };
      const decided = decideReservation(
        {
          budget: { tokens, costMicros: micros },
          used: { ...USED, tokens: used, costMicros: used },
          reserved,
        },
        MODEL,
        input,
        asked,
      );
      if (decided.kind === "wait") return held > 0;
      if (decided.kind === "deny") return true;
      const { reservation } = decided;
      return used + held + reservation.tokens <= tokens &&
        used + held + reservation.costMicros <= micros;
    },
  ));
});
