import { assertEquals } from "@std/assert";
import { FrameParser } from "./frames.ts";

const TEXT = "retry: 1000\nevent: ready\ndata: {}\n\n" +
  'id: a.0\nevent: task.created\ndata: {"title":"Zwölf"}\n\n' +
  ": a comment\n\nevent: ping\r\ndata: {}\r\n\r\ndata: one\ndata: two\n\n";

const EXPECTED = [
  { id: undefined, type: "ready", data: "{}" },
  { id: "a.0", type: "task.created", data: '{"title":"Zwölf"}' },
  { id: undefined, type: "ping", data: "{}" },
  { id: undefined, type: "message", data: "one\ntwo" },
];

for (const size of [1, 2, 3, 7, 1_000]) {
  Deno.test(`FrameParser.push() reads the same frames from pieces of ${size}`, () => {
    const parser = new FrameParser();
    const found = [];
    for (let at = 0; at < TEXT.length; at += size) {
      found.push(...parser.push(TEXT.slice(at, at + size)));
    }
    assertEquals(found, EXPECTED);
  });
}
