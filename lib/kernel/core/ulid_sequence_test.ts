import { assert, assertEquals } from "@std/assert";
import { decodeTime } from "@std/ulid";
import { ulidSequence } from "./ulid_sequence.ts";

Deno.test("ulidSequence() makes rising, unique ULIDs that carry their time", () => {
  const next = ulidSequence();
  const times = [1_760_000_000_000, 1_760_000_000_000, 1_760_000_000_007, 1_759_999_999_999];
  let last = "";
  for (let i = 0; i < 20_000; i++) {
    const id = next(times[i % 3]! + (i > 10_000 ? 10 : 0));
    assert(id > last);
    assertEquals(id.length, 26);
    last = id;
  }
  assertEquals(decodeTime(ulidSequence()(times[0]!)), times[0]);
});

Deno.test("ulidSequence() keeps its order when the clock goes back", () => {
  const next = ulidSequence();
  const first = next(1_760_000_000_000);
  assert(next(1_759_999_999_000) > first);
});
