/** Nonsense on /agent/{id}/checkpoint, trace, escalations, soul and dashboard: 4xx JSON, never 5xx. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { testApp } from "../../harness/test_app.ts";
import { ask } from "./asked.ts";

const strange = fc.oneof(
  fc.constantFrom(
    "phoenix",
    "s",
    "..",
    "",
    "esc_1",
    "\u0000",
    "é/ü",
    "a".repeat(3_000),
    "🦉",
    "{}",
  ),
  fc.string({ maxLength: 60 }),
  fc.string({ unit: "binary", maxLength: 40 }),
);
/** Whatever a URL can carry between two slashes; dot segments would be another path. */
const segment = strange.map((text) => encodeURIComponent(text.toWellFormed()))
  .filter((text) => text !== "" && !/^(\.|%2e)+$/i.test(text));
const agent = fc.oneof(fc.constant("phoenix"), segment);

const path = fc.oneof(
  fc.tuple(agent, fc.constantFrom("checkpoint", "trace", "soul", "dashboard", "escalations"))
    .map(([id, part]) => `/agent/${id}/${part}`),
  fc.tuple(
    agent,
    fc.oneof(fc.constant("s"), segment),
    fc.constantFrom("", "/step", "/complete", "/escalations", "/resolve-escalation"),
  ).map(([id, session, part]) => `/agent/${id}/trace/${session}${part}`),
);

const value = fc.oneof(
  fc.anything({ maxDepth: 2 }),
  strange,
  fc.constantFrom(-1, 1e308, 0.5, null, true, [], [null], {}, ["x".repeat(9_000)]),
);
const body = fc.dictionary(
  fc.constantFrom(
    "task",
    "sessionId",
    "tool",
    "outcome",
    "durationMs",
    "contributionType",
    "knowledgeGained",
    "dependsOn",
    "conversationSummary",
    "accomplishments",
    "pendingWork",
    "filesEdited",
    "token",
    "resourcePath",
    "action",
    "xp",
    "achievementId",
    "traceId",
    "domain",
    "name",
    "personality",
    "escalationId",
    "resolvedBy",
    "resolverAgent",
    "agentId",
    "__proto__",
  ),
  value,
  { maxKeys: 6 },
);
const text = fc.oneof(
  { weight: 5, arbitrary: body.map((given) => JSON.stringify(given) ?? "{}") },
  { weight: 1, arbitrary: fc.constantFrom("", "{", "[]", "7", '"a"', "null", "\u0000", "{}{}") },
  {
    weight: 1,
    arbitrary: fc.constantFrom("add-xp", "unlock-achievement").chain((action) =>
      body.map((given) => JSON.stringify({ ...given, action }))
    ),
  },
);

const headers = fc.dictionary(
  fc.constantFrom("x-agent-id", "x-resource-path", "content-type", "accept"),
  fc.oneof(
    fc.constantFrom("phoenix", "%zz", "a b", "text/html", "src%2Fa.ts"),
    fc.string({ maxLength: 40 }).map((given) => given.replace(/[^\x20-\x7e]/g, "?").trim()),
  ),
  { maxKeys: 2 },
);

Deno.test("Fuzzed inputs on /agent/{id} checkpoint, trace, escalations, soul, dashboard: 4xx JSON, never 5xx", async () => {
  await using app = await testApp();
  await ask(app, "POST", "/agent/phoenix/soul");
  await ask(app, "POST", "/agent/phoenix/trace", { task: "x", sessionId: "s" });
  const method = fc.constantFrom("GET", "POST", "PATCH", "PUT", "DELETE");
  await fc.assert(
    fc.asyncProperty(method, path, text, headers, async (method, path, text, headers) => {
      const init = method === "GET" ? { method, headers } : { method, headers, body: text };
      const response = await app.fetch(path, init);
      const answer = await response.text();
      const shown = `${method} ${path.slice(0, 120)} ${text.slice(0, 300)} → ${response.status}`;
      assert(response.status < 500, `${shown} ${answer.slice(0, 300)}`);
      assertEquals(response.headers.get("content-type")?.split(";")[0], "application/json", shown);
      const parsed = JSON.parse(answer);
      if (response.status >= 400) assert(typeof parsed.error === "string", shown);
    }),
    { seed: 20261121, numRuns: 1_500, endOnFailure: true },
  );
});
