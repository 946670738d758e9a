/** Nonsense on /coordinator/tasks, zones, claims and handoffs: 4xx JSON, never 5xx, and nothing odd is stored. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { claimIndexes } from "../../../lib/coordination/claims/mod.ts";
import { claim } from "../../../lib/coordination/claims/schema.ts";
import { handoffIndexes } from "../../../lib/coordination/handoffs/mod.ts";
import { handoff } from "../../../lib/coordination/handoffs/schema.ts";
import { taskIndexes } from "../../../lib/coordination/tasks/mod.ts";
import { task } from "../../../lib/coordination/tasks/schema.ts";
import { zoneIndexes } from "../../../lib/coordination/zones/mod.ts";
import { zone } from "../../../lib/coordination/zones/schema.ts";
import { findIndexDrift } from "../../../lib/kernel/kv/mod.ts";
import { type TestApp, testApp } from "../../harness/test_app.ts";
import { ask } from "./asked.ts";

const strange = fc.oneof(
  fc.constantFrom(
    "",
    " ",
    "..",
    "../../etc/passwd",
    "\u0000",
    "\uD83D",
    "é\u0301/ü",
    "🦉",
    "\u202Eabc",
    "a".repeat(2_000),
    "a/".repeat(1_000),
    "é".repeat(1_000),
    "\u0001".repeat(30_000),
    "x".repeat(200_000),
    "hof_01K9Z3V7Q8R5T2W4X6Y8Z0A1B2",
    "__proto__",
    "constructor",
  ),
  fc.string({ maxLength: 60 }),
  fc.string({ unit: "binary", maxLength: 40 }),
);
const value = fc.oneof(
  { weight: 3, arbitrary: strange },
  { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom<unknown>(
      null,
      -1,
      0,
      1e308,
      2 ** 53,
      0.5,
      true,
      [],
      [null],
      [[]],
      {},
      ["x".repeat(9_000)],
      Array.from({ length: 60 }, (_, i) => `t${i}`),
      Array.from({ length: 50 }, () => "é".repeat(1_000)),
    ),
  },
);

/** Right bodies of each kind; most of what is sent is one of them with something wrong. */
const RIGHT: Record<string, object[]> = {
  tasks: [
    {
      title: "T",
      description: "D",
      tags: ["a"],
      files: ["a.ts"],
      priority: "low",
      createdBy: "ada",
    },
    { id: "known", status: "in-progress", assignee: "ada", dependsOn: [] },
    { id: "known", title: "Again", status: "todo", assignee: null, dependsOn: ["other"] },
  ],
  zones: [
    { action: "claim", zoneId: "z", path: "src/api", owner: "ada", description: "D" },
    { action: "release", zoneId: "z", owner: "ada" },
  ],
  claims: [
    { action: "claim", what: "login", by: "ada", description: "D" },
    { action: "release", what: "login", by: "ada" },
  ],
  handoffs: [
    {
      fromAgent: "ada",
      title: "T",
      context: "C",
      toAgent: "bob",
      code: "x",
      filePath: "a.ts",
      nextSteps: ["n"],
      priority: "high",
    },
    { action: "claim", handoffId: "hof_01K9Z3V7Q8R5T2W4X6Y8Z0A1B2", agentId: "bob" },
    {
      action: "complete",
      handoffId: "hof_01K9Z3V7Q8R5T2W4X6Y8Z0A1B2",
      agentId: "bob",
      token: 1,
      resourcePath: "a.ts",
    },
  ],
};

const resource = fc.constantFrom(...Object.keys(RIGHT));
const body = (of: string) =>
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.constantFrom(...RIGHT[of]!).chain((right) =>
        fc.dictionary(
          fc.constantFrom(...Object.keys(right), "nobodyKnowsThis", "__proto__", "v"),
          value,
          { minKeys: 0, maxKeys: 2 },
        ).map((wrong) => JSON.stringify({ ...right, ...wrong }))
      ),
    },
    { weight: 1, arbitrary: value.map((given) => JSON.stringify(given) ?? "") },
    { weight: 1, arbitrary: fc.constantFrom("", "{", "[]", "7", "null", "\u0000", "{}{}", "[{}]") },
  );
const query = fc.dictionary(
  fc.constantFrom(
    "status",
    "assignee",
    "owner",
    "path",
    "what",
    "includeStale",
    "id",
    "toAgent",
    "fromAgent",
    "limit",
  ),
  fc.oneof(fc.constantFrom("ada", "todo", "pending", "true", "5", "src/api/x"), strange)
    .map((text) => text.slice(0, 3_000).toWellFormed()),
  { maxKeys: 3 },
).map((given) => `?${new URLSearchParams(given)}`);
const headers = fc.dictionary(
  fc.constantFrom("x-agent-id", "x-resource-path", "content-type", "idempotency-key"),
  fc.oneof(
    fc.constantFrom("ada", "%zz", "a b", "text/html", "src%2Fa.ts"),
    fc.string({ maxLength: 40 }).map((given) => given.replace(/[^\x20-\x7e]/g, "?").trim()),
  ),
  { maxKeys: 1 },
);

async function send(app: TestApp, path: string, init: RequestInit): Promise<number> {
  const response = await app.fetch(path, init);
  const answer = await response.text();
  const shown = `${init.method} ${path.slice(0, 200)} ${
    String(init.body ?? "").slice(0, 300)
  } → ${response.status} ${answer.slice(0, 300)}`;
  assert(response.status < 500, shown);
  assertEquals(response.headers.get("content-type")?.split(";")[0], "application/json", shown);
  const parsed = JSON.parse(answer);
  if (response.status >= 400) assert(typeof parsed.error === "string", shown);
  return response.status;
}

const RUNS = { seed: 20261121, endOnFailure: true };

Deno.test("Fuzzed inputs on /coordinator/tasks, zones, claims, handoffs: 4xx JSON, never 5xx", async () => {
  await using app = await testApp();
  await ask(app, "POST", "/coordinator/tasks", { id: "known", title: "T" });
  await ask(app, "POST", "/coordinator/tasks", { id: "other", title: "T" });
  const seen = new Set<number>();
  const request = resource.chain((of) => fc.tuple(fc.constant(of), body(of), headers));
  await fc.assert(
    fc.asyncProperty(request, async ([of, body, headers]) => {
      seen.add(await send(app, `/coordinator/${of}`, { method: "POST", body, headers }));
    }),
    { ...RUNS, numRuns: 2_000 },
  );
  for (const status of [200, 400, 403, 404, 409, 413]) {
    assert(seen.has(status), `no answer was ${status}`);
  }
  await noDriftAndRightShapes(app);
});

Deno.test("Fuzzed queries and methods on /coordinator/tasks, zones, claims, handoffs: 4xx JSON, never 5xx", async () => {
  await using app = await testApp();
  const method = fc.constantFrom("GET", "GET", "GET", "PUT", "PATCH", "DELETE");
  await fc.assert(
    fc.asyncProperty(resource, method, query, headers, async (of, method, query, headers) => {
      const status = await send(app, `/coordinator/${of}${query}`, { method, headers });
      if (method !== "GET") assertEquals(status === 405 || status === 400, true, `${status}`);
    }),
    { ...RUNS, numRuns: 600 },
  );
});

/** Shapes are strict here: what nobody knows is never stored. */
async function noDriftAndRightShapes(app: TestApp): Promise<void> {
  const none = { missing: [], extra: [] };
  assertEquals(await findIndexDrift(app.ctx, taskIndexes, "default"), none);
  assertEquals(await findIndexDrift(app.ctx, zoneIndexes, "default"), none);
  assertEquals(await findIndexDrift(app.ctx, claimIndexes, "default"), none);
  assertEquals(await findIndexDrift(app.ctx, handoffIndexes, "default"), none);
  for (
    const [of, shape] of Object.entries({
      tasks: task,
      zones: zone,
      claims: claim,
      handoffs: handoff,
    })
  ) {
    const { body } = await ask(app, "GET", `/coordinator/${of}?limit=500`);
    for (const record of body[of]) assertEquals(shape.strict().safeParse(record).error, undefined);
  }
}
