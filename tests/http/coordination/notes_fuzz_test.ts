/** Nonsense on the compatibility routes of chat, inboxes and memory: answered as JSON, never with a 5xx. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type TestApp, testApp } from "../../harness/test_app.ts";

const ROUNDS = 250;
const PATHS = ["/coordinator/chat", "/agent/sage/messages", "/agent/sage/memory"];
const KNOWN = {
  author: "phoenix",
  authorType: "agent",
  message: "@sage hello",
  threadId: "msg_01K9Z3V7Q8R5T2W4X6Y8Z0A1B2",
  from: "phoenix",
  type: "note",
  messageIds: ["msg_01K9Z3V7Q8R5T2W4X6Y8Z0A1B2"],
  category: "learning",
  content: "leases need fences",
  tags: ["kv"],
};
const QUERIES = ["limit", "since", "agentId", "inbox", "unread", "type", "category", "query"];

const text = fc.string({ unit: "binary", maxLength: 40 });
const odd = fc.oneof(
  fc.anything({ maxDepth: 2, withNullPrototype: false }),
  text,
  fc.constantFrom(
    "",
    " ",
    "\u0000",
    "\ud800",
    "__proto__",
    "1e999",
    "-0",
    "🦕",
    "x".repeat(10_001),
  ),
);
const body = fc.oneof(
  { weight: 6, arbitrary: oddBody() },
  { weight: 1, arbitrary: fc.json() },
  { weight: 1, arbitrary: text },
);

/** A valid body with some of its members replaced by nonsense. */
function oddBody(): fc.Arbitrary<string> {
  return fc.dictionary(fc.constantFrom(...Object.keys(KNOWN), "__proto__", "constructor"), odd)
    .map((wrong) => safeJson({ ...KNOWN, ...wrong }));
}

function safeJson(value: unknown): string {
  return JSON.stringify(value, (_, part) => typeof part === "bigint" ? Number(part) : part) ?? "";
}

const query = fc.dictionary(
  fc.constantFrom(...QUERIES),
  fc.oneof(text, fc.constantFrom("true", "-1", "5")),
)
  .map((fields) => new URLSearchParams(fields).toString());

const request = fc.record({
  path: fc.constantFrom(...PATHS),
  method: fc.constantFrom("GET", "POST", "PATCH", "PUT", "DELETE"),
  agent: fc.option(fc.oneof(fc.constant("sage"), fc.stringMatching(/^[ -~]{1,20}$/)), {
    nil: null,
  }),
  query,
  body,
});

async function answered(
  app: TestApp,
  asked: typeof request extends fc.Arbitrary<infer R> ? R : never,
) {
  const { method, path, agent } = asked;
  const response = await app.fetch(`${path}?${asked.query}`, {
    method,
    headers: { "content-type": "application/json", ...(agent && { "x-agent-id": agent }) },
    ...(method !== "GET" && { body: asked.body }),
  });
  const shown = `${method} ${path}?${asked.query} ${asked.body.slice(0, 300)} → ${response.status}`;
  const answer = JSON.parse(await response.text());
  assert(response.status < 500, `${shown}: ${JSON.stringify(answer)}`);
  assert(response.headers.get("content-type")?.startsWith("application/json"), shown);
  assertEquals(typeof answer.error, response.status >= 400 ? "string" : "undefined", shown);
}

Deno.test("fuzzed inputs on /coordinator/chat, /agent/{id}/messages and /memory: 4xx JSON, never 5xx", async () => {
  await using app = await testApp();
  await fc.assert(fc.asyncProperty(request, (asked) => answered(app, asked)), {
    numRuns: ROUNDS * 4,
  });
});

Deno.test("fuzzed agent ids in the path: 4xx JSON, never 5xx", async () => {
  await using app = await testApp();
  // What a client's own URL resolution makes another path is no id.
  const id = fc.oneof(
    text.filter((one) => !/^\.{0,2}$/.test(one)),
    fc.constantFrom("%", "%2f", "a/b", "sage%00", "é", "@all"),
  );
  await fc.assert(
    fc.asyncProperty(id, request, async (agentId, asked) => {
      const path = `/agent/${encodeURIComponent(agentId.toWellFormed())}/memory`;
      await answered(app, {
        ...asked,
        method: asked.method === "PUT" ? "GET" : asked.method,
        path,
      });
    }),
    { numRuns: ROUNDS },
  );
});
