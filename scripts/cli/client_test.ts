import { assertEquals } from "@std/assert";
import { parseEvents } from "./client.ts";

function streamOf(...chunks: string[]): ReadableStream<Uint8Array<ArrayBuffer>> {
  return ReadableStream.from(chunks.map((c) => new TextEncoder().encode(c)));
}

Deno.test("parseEvents() reads events over chunk borders and leaves control frames out", async () => {
  const body = streamOf(
    "retry: 1000\nevent: ready\ndata: {}\n\nid: 1.0\nevent: a\nda",
    'ta: {"id":"1.0","type":"a"}\n\nevent: ping\ndata: {}\n\n',
    'id: 2.0\nevent: b\ndata: {"id":"2.0","type":"b","x":"é"}\n\nid: 3.0\nevent: cut',
  );
  assertEquals(await Array.fromAsync(parseEvents(body)), [
    { id: "1.0", type: "a" },
    { id: "2.0", type: "b", x: "é" },
  ]);
});
