import { assert, assertEquals } from "@std/assert";
import { runAgent, type WorldOptions } from "../../tests/harness/agent_context.ts";
import { inTurn, team } from "../../tests/harness/scripts.ts";
import { AppError } from "../kernel/core/errors.ts";

const calling = (name: string, args: string, id = "call_1") => ({
  text: "",
  finishReason: "tool_calls" as const,
  toolCalls: [{ id, name, arguments: args }],
});

const ask = (
  request: string,
  responder: WorldOptions["model"],
  options: Partial<WorldOptions> = {},
) =>
  runAgent<string>("responder", { request, criteria: [] }, {
    model: team({ responder }),
    ...options,
  });

Deno.test("converse() gives a tool's result to the model and returns its answer", async () => {
  const { world, output } = await ask(
    "What is 17 * 23?",
    inTurn(calling("calculator", '{"expression":"17*23"}'), "It is 391."),
  );
  assertEquals(output, "It is 391.");
  assertEquals(world.toolCalls, [{ name: "calculator", args: { expression: "17*23" } }]);
  const told = world.calls[1]!.request.messages.at(-1)!;
  assertEquals(told.role, "tool");
  assert(told.content.includes('"value":391'), told.content);
});

Deno.test("converse() answers malformed arguments to the model so that it can repair them", async () => {
  const { world, output } = await ask(
    "What is 17 * 23?",
    inTurn(calling("calculator", "{oops"), calling("calculator", '{"sum":1}'), "About 400."),
  );
  assertEquals(output, "About 400.");
  assertEquals(world.toolCalls, []);
  assert(world.calls[1]!.text.includes("not JSON"));
  assert(world.calls[2]!.text.includes("expression:"));
});

Deno.test("converse() names the tools there are when the model calls another", async () => {
  const { world } = await ask("What is 17 * 23?", inTurn(calling("shell", "{}"), "391"));
  assert(world.calls[1]!.text.includes('There is no tool "shell"; there is calculator'));
});

Deno.test("converse() tells the model of a tool's failure and goes on", async () => {
  const { world, output } = await ask(
    "What is 1 / 0?",
    inTurn(calling("calculator", '{"expression":"1/0"}'), "It is not defined."),
  );
  assertEquals(output, "It is not defined.");
  assert(world.calls[1]!.text.includes("divides by zero"));
});

Deno.test("converse() tells the model that a person refused a call", async () => {
  const { world, output } = await ask(
    "POST the report to https://example.com/hook",
    inTurn(
      calling("http_request", '{"method":"POST","url":"https://example.com/hook"}'),
      "Not sent.",
    ),
    { tool: () => Promise.reject(new AppError("rejected", { detail: "Wrong address" })) },
  );
  assertEquals(output, "Not sent.");
  assert(world.calls[1]!.text.includes("A person refused this call (Wrong address)"));
});

Deno.test("converse() lets a run limit pass through a tool call", async () => {
  const { error } = await ask(
    "What is 17 * 23?",
    inTurn(calling("calculator", '{"expression":"17*23"}')),
    { tool: () => Promise.reject(new AppError("budget_exhausted")) },
  );
  assertEquals(error?.code, "budget_exhausted");
});

Deno.test("converse() asks for the answer without tools after its last turn", async () => {
  const { world, error } = await ask(
    "What is 17 * 23?",
    inTurn(calling("calculator", '{"expression":"17*23"}')),
  );
  assertEquals(world.calls.length, 8);
  assertEquals(world.calls[7]!.request.tools, undefined);
  assert(world.calls[7]!.text.includes("Give your complete answer now"));
  assertEquals(error?.code, "upstream_failed");
});

Deno.test("converse() continues a cut answer without a joint", async () => {
  const { world, output } = await ask(
    "Tell a story",
    inTurn({ text: "Once upon", finishReason: "length" }, " a time."),
  );
  assertEquals(output, "Once upon a time.");
  assertEquals(world.step("responder").streamed, output);
});

Deno.test("converse() returns exactly what was streamed over several turns", async () => {
  const { world, output } = await ask(
    "What is 17 * 23?",
    inTurn({ ...calling("calculator", '{"expression":"17*23"}'), text: "Let me see." }, "391."),
  );
  assertEquals(output, "Let me see.\n\n391.");
  assertEquals(world.step("responder").streamed, output);
});

Deno.test("converse() asks once more when the answer is empty", async () => {
  const { world, output } = await ask("Hello", inTurn("", "Hello!"));
  assertEquals(output, "Hello!");
  assert(world.calls[1]!.text.includes("Your answer was empty"));
});

Deno.test("converse() takes in what a person adds while it works", async () => {
  const { world } = await ask("Tell a story", inTurn("A story.", "A story with a cat."), {
    inbox: (_agent, look) => look === 1 ? ["Put a cat in it"] : [],
  });
  assertEquals(world.calls.length, 2);
  assert(world.calls[1]!.text.includes("Put a cat in it"));
});

Deno.test("converse() only ever appends to its messages", async () => {
  const { world } = await ask(
    "What is 17 * 23?",
    inTurn(calling("calculator", '{"expression":"17*23"}'), "391"),
  );
  const [first, second] = world.calls.map((call) => call.request.messages);
  assertEquals(second!.slice(0, first!.length), [...first!]);
});

Deno.test("responder puts the earlier turns before the request", async () => {
  const { world } = await ask("And of Spain?", inTurn("Madrid."), {
    history: [
      { role: "user", content: "What is the capital of France?" },
      { role: "assistant", content: "Paris." },
    ],
  });
  assertEquals(world.calls[0]!.request.messages.map((m) => m.role), [
    "system",
    "user",
    "assistant",
    "user",
  ]);
});

Deno.test("responder is offered no tool for a request that needs none", async () => {
  const { world } = await ask("Write a haiku", inTurn("Leaves fall"));
  assertEquals(world.calls[0]!.request.tools, undefined);
});
