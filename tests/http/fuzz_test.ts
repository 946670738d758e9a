/** Nonsense on every operation of the OpenAPI document: refused as a problem, and nothing changed. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { ERRORS } from "../../lib/kernel/core/errors.ts";
import { digestJson } from "../../lib/kernel/core/json.ts";
import { workspacePrefix } from "../../lib/kernel/kv/mod.ts";
import { type TestApp, testApp } from "../harness/test_app.ts";
import {
  type FuzzRequest,
  invalidRequests,
  isAlwaysValid,
  type Operation,
  operationsOf,
  strayRequests,
} from "./fuzz_requests.ts";
import { runEnd } from "./sse_reader.ts";

const WS = "default";
const REQUESTS_PER_OPERATION = 60;
/** Reads that mark who asked: an agent's hot start makes it active, its first onboarding its soul. */
const MARKING_READS = new Set(["/api/v1/work", "/api/v1/onboard"]);

/** Digest and count of every key of the workspace. */
async function snapshot(app: TestApp): Promise<{ count: number; digest: string }> {
  const entries: string[] = [];
  for await (const entry of app.ctx.kv.listBytes({ prefix: workspacePrefix(WS) })) {
    entries.push(digestJson([entry.key.map(String), entry.versionstamp]));
  }
  return { count: entries.length, digest: digestJson(entries) };
}

async function refused(app: TestApp, request: FuzzRequest): Promise<void> {
  const { method, path, headers, body } = request;
  const response = await app.fetch(path, {
    method,
    headers,
    ...(body === undefined ? {} : { body }),
  });
  const shown = `${method} ${path.slice(0, 200)} ${JSON.stringify(headers).slice(0, 300)} ${
    body?.slice(0, 300)
  } → ${response.status}`;
  if (request.mayBeValid && response.status < 300) {
    await response.body?.cancel();
    return;
  }
  const text = await response.text();
  assert(response.status >= 400 && response.status < 500, `${shown}: ${text.slice(0, 500)}`);
  assertEquals(
    response.headers.get("content-type")?.split(";")[0],
    "application/problem+json",
    shown,
  );
  const problem = JSON.parse(text);
  assertEquals(problem.status, response.status, shown);
  assert(Object.keys(ERRORS).includes(problem.code), shown);
  assert(typeof problem.detail === "string" && typeof problem.requestId === "string", shown);
}

async function fuzz(
  app: TestApp,
  operation: Operation,
  knownIds: Readonly<Record<string, readonly string[]>>,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(invalidRequests(operation, knownIds), (request) => refused(app, request)),
    { seed: 20261121, numRuns: REQUESTS_PER_OPERATION, endOnFailure: true },
  );
}

Deno.test("every operation refuses nonsense with 4xx problem+json and changes nothing", async (t) => {
  await using app = await testApp();
  const { session } = await app.json<{ session: { id: string } }>("POST", "/api/v1/sessions", {});
  const { run } = await app.json<{ run: { id: string; covenantId: string } }>(
    "POST",
    "/api/v1/runs",
    { intent: "Say hello" },
  );
  await runEnd(app, run.id);
  // What its model calls left to be written a moment later.
  await Promise.all([app.gateway.ledger.flush(), app.gateway.cache.flush()]);
  // Who lists the decisions waits for those that are not written yet.
  await app.json("GET", "/api/v1/gateway/decisions");
  const document = await app.json<Parameters<typeof operationsOf>[0]>("GET", "/openapi.json");
  const known = { sessions: [session.id], runs: [run.id], covenants: [run.covenantId] };
  for (const operation of operationsOf(document)) {
    await t.step(`${operation.method} ${operation.path}`, async () => {
      const before = await snapshot(app);
      await fuzz(app, operation, known);
      if (MARKING_READS.has(operation.path) || isAlwaysValid(operation)) return;
      assertEquals(await snapshot(app), before);
    });
  }
});

Deno.test("paths nobody described never break the server and change nothing", async () => {
  await using app = await testApp();
  const before = await snapshot(app);
  await fc.assert(
    fc.asyncProperty(strayRequests, async ({ method, path, headers }) => {
      const response = await app.fetch(path, { method, headers });
      const text = await response.text();
      const shown = `${method} ${path} ${JSON.stringify(headers)} → ${response.status} ${text}`;
      assert(response.status < 500, shown);
      if (response.status < 400 || method === "HEAD") return;
      const type = response.headers.get("content-type")?.split(";")[0];
      assert(type === "application/problem+json" || !path.startsWith("/api/"), shown);
    }),
    { seed: 20261121, numRuns: 600, endOnFailure: true },
  );
  assertEquals(await snapshot(app), before);
});
