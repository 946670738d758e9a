import { assertEquals } from "@std/assert";
import { AppError } from "../../kernel/core/errors.ts";
import { readChatBody } from "./chat_request.ts";
import { openAiError } from "./error_body.ts";

const hi = { model: "m", messages: [{ role: "user", content: "hi" }] };

function refusal(body: unknown, unknown?: "pass" | "refuse") {
  try {
    readChatBody(body, unknown);
  } catch (error) {
    const { message, type, param, code } = openAiError(error as AppError);
    return { code, param, type, said: message.length > 0 };
  }
  return null;
}

const GOOD: readonly object[] = [
  {},
  { stream: true, stream_options: { include_usage: true } },
  { temperature: 0, top_p: 1, max_tokens: 1, n: 1, seed: -5, stop: ["a", "b"], user: "u" },
  { temperature: null, tools: null, response_format: null, stop: null, stream: null },
  { tools: [{ type: "function", function: { name: "f", parameters: { type: "object" } } }] },
  { tool_choice: "auto", parallel_tool_calls: false },
  { response_format: { type: "json_schema", json_schema: { name: "x", schema: {} } } },
  { messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "data:," } }] }] },
  { messages: [{ role: "assistant", content: null, tool_calls: [] }] },
  { messages: [{ role: "tool", content: "x", tool_call_id: "call_1" }] },
  { a_new_parameter: { of: "some provider" } },
];

for (const more of GOOD) {
  Deno.test(`readChatBody() takes ${JSON.stringify(more)} as it is`, () => {
    const body = { ...hi, ...more };
    assertEquals(readChatBody(body) === body, true);
  });
}

const BAD: readonly (readonly [unknown, string, string | null])[] = [
  [null, "invalid_type", "body"],
  [[], "invalid_type", "body"],
  ["text", "invalid_type", "body"],
  [{}, "missing_required_parameter", "model"],
  [{ ...hi, model: 7 }, "invalid_type", "model"],
  [{ ...hi, model: " " }, "invalid_type", "model"],
  [{ model: "m" }, "missing_required_parameter", "messages"],
  [{ ...hi, messages: "hi" }, "invalid_type", "messages"],
  [{ ...hi, messages: [] }, "empty_array", "messages"],
  [{ ...hi, messages: [null] }, "invalid_type", "messages[0]"],
  [{ ...hi, messages: [{ content: "hi" }] }, "missing_required_parameter", "messages[0].role"],
  [{ ...hi, messages: [{ role: "king", content: "hi" }] }, "invalid_value", "messages[0].role"],
  [{ ...hi, messages: [{ role: "user" }] }, "missing_required_parameter", "messages[0].content"],
  [{ ...hi, messages: [{ role: "user", content: 5 }] }, "invalid_type", "messages[0].content"],
  [
    { ...hi, messages: [{ role: "user", content: [{ type: "text" }] }] },
    "missing_required_parameter",
    "messages[0].content[0].text",
  ],
  [
    { ...hi, messages: [{ role: "tool", content: "x" }] },
    "missing_required_parameter",
    "messages[0].tool_call_id",
  ],
  [{ ...hi, temperature: 2.1 }, "invalid_value", "temperature"],
  [{ ...hi, temperature: "hot" }, "invalid_value", "temperature"],
  [{ ...hi, max_tokens: 0 }, "invalid_value", "max_tokens"],
  [{ ...hi, max_tokens: 1.5 }, "invalid_value", "max_tokens"],
  [{ ...hi, n: 0 }, "invalid_value", "n"],
  [{ ...hi, top_logprobs: 21 }, "invalid_value", "top_logprobs"],
  [{ ...hi, stream: "yes" }, "invalid_type", "stream"],
  [{ ...hi, stream_options: { include_usage: true } }, "invalid_value", "stream_options"],
  [{ ...hi, tools: {} }, "invalid_type", "tools"],
  [{ ...hi, tools: [{ type: "function" }] }, "missing_required_parameter", "tools[0].function"],
  [
    { ...hi, tools: [{ type: "function", function: {} }] },
    "missing_required_parameter",
    "tools[0].function.name",
  ],
  [
    { ...hi, response_format: { type: "json_schema" } },
    "missing_required_parameter",
    "response_format.json_schema",
  ],
  [{ ...hi, stop: 7 }, "invalid_type", "stop"],
  [
    JSON.parse(`{"model":"m","messages":[],"x":${"[".repeat(5_000)}${"]".repeat(5_000)}}`),
    "invalid_value",
    "body",
  ],
];

for (const [body, code, param] of BAD) {
  Deno.test(`readChatBody() refuses ${JSON.stringify(body).slice(0, 90)} as ${code}`, () => {
    assertEquals(refusal(body), { code, param, type: "invalid_request_error", said: true });
  });
}

Deno.test("readChatBody() refuses unknown members where the workspace says so, and names them", () => {
  const body = { ...hi, a_new_parameter: 1 };
  assertEquals(refusal(body), null);
  assertEquals(refusal(body, "refuse"), {
    code: "unknown_parameter",
    param: "a_new_parameter",
    type: "invalid_request_error",
    said: true,
  });
  assertEquals(refusal({ ...hi, temperature: 1, continue_on_cut: true }, "refuse"), null);
});
