import { assert, assertEquals } from "@std/assert";
import { ResponseBuilder, type ResponseEvent } from "./responses_answer.ts";

function builder() {
  let n = 0;
  return new ResponseBuilder({
    responseId: "resp_1",
    now: () => 1_000,
    itemId: (kind) => `${kind}_${++n}`,
    body: { model: "m", input: "x" },
  });
}

function play(chunks: readonly object[]): { events: ResponseEvent[]; built: ResponseBuilder } {
  const built = builder();
  const events = [...built.begin("m"), ...chunks.flatMap((chunk) => built.take(chunk))];
  events.push(...built.finish());
  return { events, built };
}

const text = (content: string) => ({ choices: [{ index: 0, delta: { content } }] });
const end = (finish_reason: string) => ({ choices: [{ index: 0, delta: {}, finish_reason }] });
const types = (events: readonly ResponseEvent[]) => events.map(({ type }) => type);

Deno.test("ResponseBuilder numbers every event and opens and closes each part", () => {
  const { events, built } = play([
    text("Hel"),
    text("lo"),
    end("stop"),
    { choices: [], usage: { prompt_tokens: 3, completion_tokens: 2 } },
  ]);
  assertEquals(events.map(({ sequence_number }) => sequence_number), [...events.keys()]);
  assertEquals(types(events), [
    "response.created",
    "response.in_progress",
    "response.output_item.added",
    "response.content_part.added",
    "response.output_text.delta",
    "response.output_text.delta",
    "response.output_text.done",
    "response.content_part.done",
    "response.output_item.done",
    "response.completed",
  ]);
  const { status, output, usage } = built.response;
  assertEquals(status, "completed");
  assertEquals(output.map((item) => item.type === "message" && item.content), [[
    { type: "output_text", text: "Hello", annotations: [], logprobs: [] },
  ]]);
  assertEquals([usage?.input_tokens, usage?.output_tokens, usage?.total_tokens], [3, 2, 5]);
});

Deno.test("ResponseBuilder puts the pieces of each tool call together", () => {
  const call = (index: number, id: string | undefined, name: string | undefined, args: string) => ({
    choices: [{
      index: 0,
      delta: { tool_calls: [{ index, ...(id && { id }), function: { name, arguments: args } }] },
    }],
  });
  const { events, built } = play([
    call(0, "call_a", "f", ""),
    call(0, undefined, undefined, '{"x":'),
    call(1, "call_b", "g", "{}"),
    call(0, undefined, undefined, "1}"),
    end("tool_calls"),
  ]);
  assertEquals(
    built.response.output.map((item) =>
      item.type === "function_call" && [item.call_id, item.name, item.arguments, item.status]
    ),
    [["call_a", "f", '{"x":1}', "completed"], ["call_b", "g", "{}", "completed"]],
  );
  const done = events.filter(({ type }) => type === "response.function_call_arguments.done");
  assertEquals(done.map(({ arguments: args }) => args), ['{"x":1}', "{}"]);
});

Deno.test("ResponseBuilder gives reasoning an item of its own, closed before the text", () => {
  const { events, built } = play([
    { choices: [{ index: 0, delta: { reasoning_content: "Hm" } }] },
    text("Yes"),
    end("stop"),
  ]);
  assertEquals(built.response.output.map(({ type }) => type), ["reasoning", "message"]);
  const done = types(events).indexOf("response.output_item.done");
  assert(done < types(events).indexOf("response.output_text.delta"));
});

Deno.test("ResponseBuilder calls an answer at the token limit incomplete", () => {
  const { events, built } = play([text("Once upon"), end("length")]);
  assertEquals(events.at(-1)!.type, "response.incomplete");
  assertEquals(built.response.incomplete_details, { reason: "max_output_tokens" });
  assertEquals(built.response.output[0]!.status, "incomplete");
});

Deno.test("ResponseBuilder ends a broken answer with its error and never as completed", () => {
  const built = builder();
  built.begin("m");
  built.take(text("Once"));
  const events = built.fail({ message: "cut", type: "upstream_error", param: null, code: "cut" });
  assertEquals(types(events), ["error", "response.failed"]);
  assertEquals(built.response.status, "failed");
  assertEquals(built.response.error, { code: "cut", message: "cut" });
  assertEquals(built.response.output[0]!.status, "incomplete");
});

Deno.test("ResponseBuilder marks where another model went on", () => {
  const continued = { from: { model: "a" }, to: { model: "b" }, reason: "cut", offset: 4 };
  const seam = { choices: [{ index: 0, delta: {}, finish_reason: null }], muster: { continued } };
  const { events, built } = play([text("Once"), seam, text(" upon"), end("stop")]);
  assertEquals(built.response.muster, { continued: [continued] });
  const told = events.filter(({ type }) => type === "response.in_progress");
  assertEquals(told.length, 2);
  const [message] = built.response.output;
  assert(message?.type === "message" && message.content[0]?.type === "output_text");
  assertEquals(message.content[0].text, "Once upon");
});

Deno.test("ResponseBuilder makes the same of a whole completion", () => {
  const { built } = play([{
    choices: [{ index: 0, message: { role: "assistant", content: "Hi" }, finish_reason: "stop" }],
    usage: { prompt_tokens: 1, completion_tokens: 1 },
  }]);
  assertEquals([built.response.status, built.response.output.length], ["completed", 1]);
});

for (const chunk of [null, [], "x", {}, { choices: [null] }, { choices: [{ delta: null }] }]) {
  Deno.test(`ResponseBuilder passes over ${JSON.stringify(chunk)}`, () => {
    assertEquals(builder().take(chunk), []);
  });
}
