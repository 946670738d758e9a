import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { SseReader } from "./sse_reader.ts";

const encoder = new TextEncoder();

function read(pieces: readonly Uint8Array[]): string[] {
  const reader = new SseReader();
  return [...pieces.flatMap((piece) => reader.feed(piece)), ...reader.end()];
}

Deno.test("SseReader gives the data of each event, whatever ends its lines and wherever it is split", () => {
  const ends = ["\n", "\r\n", "\r"];
  fc.assert(fc.property(
    fc.array(fc.tuple(fc.stringMatching(/^[a-zäöü😀 ]{0,12}$/u), fc.constantFrom(...ends)), {
      maxLength: 6,
    }),
    fc.array(fc.nat(200), { maxLength: 8 }),
    (events, cuts) => {
      const text = events.map(([data, end]) => `: ping${end}data: ${data}${end}${end}`).join("");
      const bytes = encoder.encode(text);
      const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b)];
      const pieces = at.map((from, i) => bytes.subarray(from, at[i + 1]));
      assertEquals(read(pieces), events.map(([data]) => data));
    },
  ));
});

Deno.test("SseReader gives data of several lines on one, so that it can be given on as one", () => {
  assertEquals(read([encoder.encode('data: {"a":\ndata: 1}\n\n')]), ['{"a": 1}']);
});

Deno.test("SseReader reads a long line that drips in time that grows with its length, and refuses a longer one", () => {
  const drip = (length: number) => {
    const reader = new SseReader();
    const piece = encoder.encode("x".repeat(64));
    reader.feed(encoder.encode("data: "));
    const startedAt = performance.now();
    for (let sent = 0; sent < length; sent += piece.length) reader.feed(piece);
    assertEquals(reader.feed(encoder.encode("\n\n"))[0]!.length, length);
    return performance.now() - startedAt;
  };
  drip(65_536);
  // Looking through all of it at each piece takes minutes.
  assert(drip(4_000_000 - 4_000_000 % 64) < 5_000);
  const reader = new SseReader();
  reader.feed(encoder.encode("x".repeat(4 * 1024 * 1024)));
  assertThrows(() => reader.feed(encoder.encode("x")), RangeError);
});
