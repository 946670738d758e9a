import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { ChatMessage, ModelRequest, ToolSpec } from "../../agents/model.ts";
import { answerOffline, pieces } from "./offline_model.ts";

const say = (content: string): ChatMessage[] => [{ role: "user", content }];
const answer = (content: string) => answerOffline({ messages: say(content) }).text;
const json = (request: ModelRequest) => JSON.parse(answerOffline(request).text);

const CALCULATOR: ToolSpec = {
  name: "calculator",
  description: "Evaluates an arithmetic expression",
  parameters: {
    type: "object",
    properties: { expression: { type: "string" } },
    required: ["expression"],
    additionalProperties: false,
  },
};
const FETCH: ToolSpec = {
  name: "web_fetch",
  description: "Reads the page at a public address",
  parameters: { type: "object", properties: { url: { type: "string" } }, required: ["url"] },
};
const SEND: ToolSpec = {
  name: "http_request",
  description: "Sends one HTTP request",
  parameters: {
    type: "object",
    properties: {
      method: { type: "string", enum: ["POST", "PUT", "DELETE"] },
      url: { type: "string" },
      body: { type: "string" },
    },
    required: ["method", "url"],
  },
};

Deno.test("answerOffline() compares named options by the figures given for them", () => {
  const text = answer(
    "Compare bus and tram for my way to work. The bus takes 40 minutes and costs 2 euros. " +
      "The tram takes 25 minutes and costs 3 euros. Speed matters most. Recommend one.",
  );
  assertStringIncludes(text, "| minutes | 40 | **25** |");
  assertStringIncludes(text, "| euros | **2** | 3 |");
  assertStringIncludes(text, "**tram**");
});

Deno.test("answerOffline() compares as many general approaches as a request asks for without naming them", () => {
  const text = answer(
    "Suggest four ways to keep houseplants alive during a long holiday and recommend one",
  );
  assertStringIncludes(text, "Keep houseplants alive during a long holiday");
  assertEquals(text.match(/^\| \*\*/gm)?.length, 4);
  assertStringIncludes(text, "## Recommendation");
});

Deno.test("answerOffline() summarises a given text by its own sentences", () => {
  const text = answer(
    "Summarise the following in two points:\n\nThe harbour museum opened in 1987. Its glass roof leaked every winter. " +
      "The city will replace the glass roof of the harbour museum for 3 million euros. Visitors come by ferry. " +
      "Work on the roof starts in May 2027.",
  );
  assertEquals(text.match(/^- /gm)?.length, 2);
  assertStringIncludes(text, "replace the glass roof of the harbour museum for 3 million euros");
});

Deno.test("answerOffline() computes arithmetic in several languages", () => {
  assertStringIncludes(answer("What is 17.5% of 2,340 plus 12?"), "421.5");
  assertStringIncludes(answer("Was ist 12 mal (3 + 4)?"), "84");
  assertStringIncludes(answer("Calcula el promedio de 4, 8 y 15"), "9");
});

Deno.test("answerOffline() answers in the language of the request with facts from it", () => {
  const german = answer(
    "Vergleiche drei Wege, bis zum 24.12.2026 ein Baumhaus zu bauen, und empfiehl einen",
  );
  assertStringIncludes(german, "## Empfehlung");
  assertStringIncludes(german, "Baumhaus");
  assertMatch(
    answer("Planifie un voyage de trois jours à Lyon pour 600 euros"),
    /Lyon[\s\S]*600 euros[\s\S]*200 euros/,
  );
  assertStringIncludes(answer("Organiza una fiesta para 20 personas el 3 de mayo"), "3 de mayo");
});

Deno.test("answerOffline() extracts what it is asked for, and nothing else", () => {
  const text = answer(
    "Extract all dates and amounts from: On 3 March 2025 Anna Schmidt paid €1,200 to Acme Corp; the rest of €300 is due on 2025-04-01.",
  );
  for (const value of ["3 March 2025", "€1,200", "€300", "2025-04-01"]) {
    assertStringIncludes(text, value);
  }
  assert(!text.includes("Anna"));
});

Deno.test("answerOffline() answers a question from the text it is given, and says so when there is none", () => {
  const given = answer(
    "Who paid the invoice? It was sent on Monday. Anna Schmidt paid the invoice on 3 March. Bob was away.",
  );
  assert(given.startsWith("**Anna Schmidt paid the invoice on 3 March.**"));
  assertStringIncludes(answer("What is the capital of France?"), "gives no text that answers this");
});

Deno.test("answerOffline() reads the structure of code and sketches code that is asked for", () => {
  const read = answer(
    "Explain this:\n```js\nfunction add(a, b) {\n  var c = a + b;\n  return c;\n}\n```",
  );
  assertStringIncludes(read, "| `add` | `a, b` | 1 |");
  assertStringIncludes(read, "`var`");
  assertStringIncludes(
    answer("Write a Python function that merges two sorted lists"),
    "def merge_sorted_lists(",
  );
});

Deno.test("answerOffline() is the same for the same input and says once, last, what it is", () => {
  for (
    const request of ["Compare tea and coffee", "Plane einen Umzug", "hello", "What is 2 + 2?"]
  ) {
    const text = answer(request);
    assertEquals(answer(request), text);
    assertEquals(text.split("muster/offline").length, 2);
    assertStringIncludes(text.split("\n").at(-1)!, "muster/offline");
  }
});

Deno.test("answerOffline() plans one task for each named option, else three", () => {
  const schema = {
    type: "object",
    properties: {
      tasks: {
        type: "array",
        items: {
          type: "object",
          properties: {
            id: { type: "string" },
            title: { type: "string" },
            instructions: { type: "string" },
            dependsOn: { type: "array", items: { type: "string" } },
          },
          required: ["id", "title", "instructions", "dependsOn"],
        },
      },
    },
    required: ["tasks"],
  };
  const plan = (request: string) =>
    json({
      messages: say(`<request>\n${request}\n</request>`),
      responseFormat: { name: "plan", schema },
    }).tasks;
  assertEquals(
    plan("Compare Lisbon, Porto and Faro for a week in May").map((t: { title: string }) => t.title),
    ["Lisbon", "Porto", "Faro"],
  );
  assertEquals(plan("Show five ways to learn the violin").length, 5);
  const open = plan("Prepare a birthday party for my grandmother");
  assertEquals(open.map((t: { id: string; dependsOn: string[] }) => [t.id, t.dependsOn]), [
    ["t1", []],
    ["t2", []],
    ["t3", []],
  ]);
  assertStringIncludes(open[0].instructions, "birthday party");
});

Deno.test("answerOffline() accepts a result that takes up the request and sends back one that does not", () => {
  const score = { type: "number", minimum: 0, maximum: 10 };
  const schema = {
    type: "object",
    properties: { score, accept: { type: "boolean" }, feedback: { type: "string" } },
    required: ["score", "accept", "feedback"],
  };
  const judged = (draft: string) =>
    json({
      messages: say(
        `<request>Describe the lighthouse of Alexandria and its height</request>\n<draft>${draft}</draft>`,
      ),
      responseFormat: { name: "verdict", schema },
    });
  const good = judged(
    "- The lighthouse of Alexandria had a height of about 100 metres, in three storeys, and a fire at its top. "
      .repeat(2),
  );
  const bad = judged("I like trains.");
  assert(good.accept && good.score >= 8);
  assert(!bad.accept && bad.score < 5);
  assertStringIncludes(bad.feedback, "lighthouse");
});

Deno.test("answerOffline() puts results side by side on their common points", () => {
  const result = (id: string, title: string, strength: string) =>
    `<result id="${id}" title="${title}">\n### ${title}\n\n- **Strength:** ${strength}\n- **Limit:** none known of ${title}\n</result>`;
  const text = answerOffline({
    messages: say(
      `<request>Compare oak and pine for a table</request>\n<results>\n${
        result("t1", "oak", "hard")
      }\n${
        result("t2", "pine", "light")
      }\n<result id="t3" title="ash" status="failed">\nNo result: timeout\n</result>\n</results>`,
    ),
  }).text;
  assertStringIncludes(text, "| **oak** | Hard |");
  assertStringIncludes(text, "| **pine** | Light |");
  assertStringIncludes(text, "Missing: ash");
});

Deno.test("answerOffline() calls the tools a request needs, once, and answers with their results", () => {
  const tools = [CALCULATOR, FETCH, SEND];
  const first = answerOffline({ messages: say("What is 12 * 8 + 4?"), tools });
  assertEquals(first.finishReason, "tool_calls");
  assertEquals(first.toolCalls.map((call) => [call.name, JSON.parse(call.arguments)]), [[
    "calculator",
    { expression: "12 * 8 + 4" },
  ]]);
  const after: ChatMessage[] = [
    ...say("What is 12 * 8 + 4?"),
    { role: "assistant", content: "", toolCalls: first.toolCalls },
    {
      role: "tool",
      toolCallId: first.toolCalls[0]!.id,
      content:
        '<tool_result name="calculator">\n{"expression":"12 * 8 + 4","value":100}\n</tool_result>',
    },
  ];
  const last = answerOffline({ messages: after, tools });
  assertEquals(last.toolCalls, []);
  assert(last.text.startsWith("12 * 8 + 4 = **100**"));
});

Deno.test("answerOffline() reads addresses but sends only when told to send", () => {
  const tools = [CALCULATOR, FETCH, SEND];
  const calls = (text: string) =>
    answerOffline({ messages: say(text), tools }).toolCalls.map((
      call,
    ) => [call.name, JSON.parse(call.arguments)]);
  assertEquals(calls("Summarise https://example.com/a"), [["web_fetch", {
    url: "https://example.com/a",
  }]]);
  const sent = calls('POST {"n":1} to https://example.com/hook with http_request');
  assertEquals(sent, [
    ["http_request", { body: '{"n":1}', method: "POST", url: "https://example.com/hook" }],
  ]);
  assertEquals(calls("Write a greeting for the team"), []);
});

Deno.test("answerOffline() goes on where a cut answer stopped", () => {
  const request = "<request>\nCompare three ways to cross a river\n</request>";
  const whole = answer(request);
  const rest = answerOffline({
    messages: [...say(request), { role: "assistant", content: whole.slice(0, 100) }, {
      role: "user",
      content: "Go on.",
    }],
  }).text;
  assertEquals(whole.slice(0, 100) + rest, whole);
});

Deno.test("answerOffline() reads hostile text in bounded time", () => {
  const seeds = [
    "(",
    "<a>",
    "1 ",
    "a, ",
    "- ",
    "a:",
    "A ",
    '"',
    "1+",
    "[{",
    "e.g. A ",
    "a@",
    "1,",
    "http://",
    "<request>",
    "\n\n",
    "x".repeat(50),
  ];
  const schema = {
    type: "object",
    properties: { amount: { type: "number" }, tasks: { type: "array", items: { type: "string" } } },
  };
  for (const seed of seeds) {
    const text = `Compare ${seed.repeat(Math.ceil(60_000 / seed.length))}`;
    const started = performance.now();
    answer(text);
    json({
      messages: say(`<request>${text}</request>\n<results>${text}</results>`),
      responseFormat: { name: "x", schema },
    });
    assert(performance.now() - started < 5_000, `${seed}: ${performance.now() - started} ms`);
  }
});

Deno.test("pieces() cuts a text without losing or breaking a character", () => {
  const text = "Ein längerer Text mit 😀😀😀😀😀😀😀😀😀😀😀😀😀😀 Zeichen, der in Stücke geht. "
    .repeat(5);
  const cut = [...pieces(text)];
  assertEquals(cut.join(""), text);
  assert(cut.length > 5 && cut.every((piece) => piece.isWellFormed()));
});
