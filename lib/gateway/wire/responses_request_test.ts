import { assertEquals } from "@std/assert";
import { AppError } from "../../kernel/core/errors.ts";
import { openAiError } from "./error_body.ts";
import { readResponsesBody, toChatBody } from "./responses_request.ts";
import type { InputItem } from "./responses_schema.ts";

function chatOf(body: object) {
  const { body: read, items } = readResponsesBody({ model: "m", ...body });
  return toChatBody(read, items as InputItem[]);
}

Deno.test("toChatBody() asks with the instructions, the input and every setting", () => {
  assertEquals(
    chatOf({
      instructions: "Be short",
      input: "Say hi",
      max_output_tokens: 50,
      temperature: 0.5,
      reasoning: { effort: "low" },
      text: { verbosity: "low", format: { type: "json_object" } },
      tools: [{ type: "function", name: "f", parameters: { type: "object" }, strict: true }],
      tool_choice: { type: "function", name: "f" },
      a_new_parameter: 1,
    }),
    {
      model: "m",
      messages: [{ role: "system", content: "Be short" }, { role: "user", content: "Say hi" }],
      temperature: 0.5,
      a_new_parameter: 1,
      max_tokens: 50,
      reasoning_effort: "low",
      verbosity: "low",
      response_format: { type: "json_object" },
      tools: [{
        type: "function",
        function: { name: "f", parameters: { type: "object" }, strict: true },
      }],
      tool_choice: { type: "function", function: { name: "f" } },
    },
  );
});

Deno.test("toChatBody() makes one message of an assistant's words and calls, and tools' answers after it", () => {
  const { messages } = chatOf({
    input: [
      { role: "developer", content: "Rules" },
      { role: "user", content: [{ type: "input_text", text: "Look" }] },
      { type: "reasoning", summary: [] },
      { type: "message", role: "assistant", content: [{ type: "output_text", text: "I look" }] },
      { type: "function_call", call_id: "c1", name: "f", arguments: "{}" },
      { type: "function_call", call_id: "c2", name: "g", arguments: "{}" },
      { type: "function_call_output", call_id: "c1", output: "one" },
      {
        type: "function_call_output",
        call_id: "c2",
        output: [{ type: "input_text", text: "two" }],
      },
    ],
  });
  const call = (id: string, name: string) => ({
    id,
    type: "function",
    function: { name, arguments: "{}" },
  });
  assertEquals(messages, [
    { role: "system", content: "Rules" },
    { role: "user", content: "Look" },
    { role: "assistant", content: "I look", tool_calls: [call("c1", "f"), call("c2", "g")] },
    { role: "tool", tool_call_id: "c1", content: "one" },
    { role: "tool", tool_call_id: "c2", content: "two" },
  ]);
});

Deno.test("toChatBody() hands images on with their detail", () => {
  const image = { type: "input_image", image_url: "https://example.com/a.png", detail: "low" };
  const { messages } = chatOf({
    input: [{ role: "user", content: [{ type: "input_text", text: "What is it?" }, image] }],
  });
  assertEquals(messages![0]!.content, [
    { type: "text", text: "What is it?" },
    { type: "image_url", image_url: { url: "https://example.com/a.png", detail: "low" } },
  ]);
});

const BAD: readonly (readonly [object, string, string])[] = [
  [{}, "missing_required_parameter", "input"],
  [{ input: 5 }, "invalid_value", "input"],
  [{ input: [] }, "invalid_value", "input"],
  [{ input: [{ role: "king", content: "x" }] }, "invalid_value", "input[0].role"],
  [{ input: [{ type: "computer_call" }] }, "unsupported_parameter", "input[0].type"],
  [
    { input: [{ type: "function_call", name: "f" }] },
    "missing_required_parameter",
    "input[0].call_id",
  ],
  [{ input: "x", tools: [{ type: "web_search" }] }, "unsupported_parameter", "tools[0].type"],
  [{ input: "x", tools: [{ type: "function" }] }, "missing_required_parameter", "tools[0].name"],
  [{ input: "x", background: true }, "unsupported_parameter", "background"],
  [{ input: "x", conversation: "conv_1" }, "unsupported_parameter", "conversation"],
  [{ input: "x", truncation: "auto" }, "unsupported_parameter", "truncation"],
  [{ input: "x", include: ["file_search_call.results"] }, "unsupported_parameter", "include[0]"],
  [{ input: "x", temperature: 9 }, "invalid_value", "temperature"],
  [{ input: "x", max_output_tokens: 0 }, "invalid_value", "max_output_tokens"],
];

for (const [body, code, param] of BAD) {
  Deno.test(`readResponsesBody() refuses ${JSON.stringify(body).slice(0, 80)} as ${code}`, () => {
    let refused: unknown;
    try {
      chatOf(body);
    } catch (error) {
      refused = error;
    }
    const said = openAiError(refused as AppError);
    assertEquals([said.code, said.param, said.type], [code, param, "invalid_request_error"]);
  });
}
