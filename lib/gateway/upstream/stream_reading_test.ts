import { assertEquals } from "@std/assert";
import { DONE } from "./chunk_source.ts";
import { readUsage, StreamReading } from "./stream_reading.ts";

const chunkOf = (choice: unknown) => JSON.stringify({ id: "c", choices: [choice] });
const take = (...batch: string[]) => new StreamReading({ keepUsage: false }).take(batch);

Deno.test("StreamReading gives nothing on that a client cannot read as a chunk", () => {
  const malformed = [
    "{",
    "5",
    "null",
    "[]",
    '{"choices":{}}',
    '{"choices":[null]}',
    '{"choices":["x"]}',
    chunkOf({ index: 0, delta: "x" }),
    chunkOf({ index: 0, delta: {}, finish_reason: { a: 1 } }),
    chunkOf({ index: 0, delta: { tool_calls: "x" } }),
    chunkOf({ index: 0, delta: { tool_calls: [null] } }),
    chunkOf({ index: 0, delta: { tool_calls: [5] } }),
  ];
  for (const data of malformed) {
    const { out, end } = take(data, DONE);
    assertEquals(out, [], data);
    assertEquals(typeof end === "object" && end.kind, "malformed", data);
  }
});

Deno.test("StreamReading passes over what is no chunk but says nothing wrong", () => {
  assertEquals(take('{"message":"ping"}', DONE), { out: [], end: "done" });
});

Deno.test("StreamReading gives on what servers differ in", () => {
  const fine = [
    chunkOf({ index: 0, delta: { content: "x" }, finish_reason: null }),
    chunkOf({ index: 0, delta: null }),
    chunkOf({ index: 0, delta: { content: [{ type: "thinking" }], tool_calls: null } }),
    chunkOf({ index: 0, delta: { tool_calls: [{ id: "a" }] } }),
    JSON.stringify({ choices: [], prompt_filter_results: [] }),
  ];
  assertEquals(take(...fine, DONE), { out: fine, end: "done" });
});

Deno.test("readUsage() believes counts that can be counts, and nothing else", () => {
  const usage = (input: unknown, output?: unknown, total?: unknown) =>
    readUsage({ prompt_tokens: input, completion_tokens: output, total_tokens: total });
  assertEquals(usage(10, 5), { inputTokens: 10, outputTokens: 5 });
  assertEquals(usage(0, 0), { inputTokens: 0, outputTokens: 0 });
  assertEquals(usage(10, undefined, 10), { inputTokens: 10, outputTokens: 0 });
  assertEquals(usage(10, undefined, 25), { inputTokens: 10, outputTokens: 15 });
  for (const wrong of [-1, 1e300, 1e12, NaN, Infinity, "5", null, {}]) {
    assertEquals(usage(wrong, 5), undefined);
    assertEquals(usage(5, wrong), undefined);
  }
  assertEquals(usage(10), undefined);
  for (const none of [undefined, null, 5, "x", []]) assertEquals(readUsage(none), undefined);
});
