import { assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { type Came, problem, scriptedServer } from "../../tests/harness/scripted_server.ts";
import { isMusterError, MusterError } from "./error.ts";
import { fillPath, queryText, Transport } from "./transport.ts";

const ok = () => Response.json({ fine: true });
const keysOf = (requests: readonly Came[]) =>
  requests.map(({ headers }) => headers.get("idempotency-key"));

Deno.test("send() sends key, agent and JSON", async () => {
  await using server = scriptedServer(async (request) => Response.json(await request.json()));
  const transport = new Transport({ url: `${server.url}/`, key: "mst_a", agentId: "phoenix" });
  assertEquals(await transport.send("POST", "/api/v1/x", { body: { a: 1 } }), { a: 1 });
  const { headers, method } = server.requests[0]!;
  assertEquals(method, "POST");
  assertEquals(headers.get("authorization"), "Bearer mst_a");
  assertEquals(headers.get("x-agent-id"), "phoenix");
  assertEquals(headers.get("content-type"), "application/json");
});

Deno.test("send() repeats a POST under the key of the first try", async () => {
  await using server = scriptedServer(() => problem(503, "unavailable"), ok);
  const transport = new Transport({ url: server.url });
  assertEquals(await transport.send("POST", "/", { body: {} }), { fine: true });
  const [first, second] = keysOf(server.requests);
  assertEquals([first, first?.length], [second, 32]);
});

Deno.test("send() makes a new key for each POST, none for reads and updates", async () => {
  await using server = scriptedServer(ok);
  const transport = new Transport({ url: server.url });
  await transport.send("POST", "/");
  await transport.send("POST", "/");
  await transport.send("GET", "/");
  await transport.send("PATCH", "/", { body: {} });
  await transport.send("POST", "/", { idempotencyKey: "mine" });
  await transport.send("POST", "/", { idempotencyKey: null });
  const [a, b, ...rest] = keysOf(server.requests);
  assertNotEquals(a, b);
  assertEquals(rest, [null, null, "mine", null]);
});

const REPEATED: readonly [string, () => Response, Parameters<Transport["send"]>, number][] = [
  ["a read that is refused for now", () => problem(503, "unavailable"), ["GET", "/"], 3],
  ["a read behind a broken gateway", () => new Response("Bad gateway", { status: 502 }), [
    "GET",
    "/",
  ], 3],
  [
    "a conflict that names a time",
    () => problem(409, "conflict", { headers: { "retry-after": "0" } }),
    ["POST", "/"],
    3,
  ],
  ["a conflict that does not", () => problem(409, "conflict"), ["POST", "/"], 1],
  ["what is not there", () => problem(404, "not_found"), ["GET", "/"], 1],
  ["a server without its key", () => problem(503, "admin_key_required"), ["GET", "/"], 1],
  ["a mistake inside", () => problem(500, "internal"), ["GET", "/"], 1],
  ["a POST without a key", () => problem(503, "unavailable"), ["POST", "/", {
    idempotencyKey: null,
  }], 1],
  ["an update of no version", () => problem(503, "unavailable"), ["PATCH", "/", { body: {} }], 1],
  [
    "an update of a version",
    () => problem(503, "unavailable"),
    ["PATCH", "/", { ifMatch: '"1"' }],
    3,
  ],
];

for (const [what, answer, call, tries] of REPEATED) {
  Deno.test(`send() tries ${tries === 1 ? "once" : "again"} for ${what}`, async () => {
    await using server = scriptedServer(answer);
    const transport = new Transport({ url: server.url, retries: 2 });
    await assertRejects(() => transport.send(...call), MusterError);
    assertEquals(server.requests.length, tries);
  });
}

Deno.test("send() throws the problem with its own members", async () => {
  await using server = scriptedServer(() => problem(409, "conflict", { lockedBy: "atlas" }));
  const error = await assertRejects(() => new Transport({ url: server.url }).send("POST", "/"));
  assertEquals(isMusterError(error, "conflict") && error.problem.lockedBy, "atlas");
  assertEquals([(error as MusterError).status, (error as Error).message], [409, "It is conflict"]);
});

Deno.test("send() waits as long as Retry-After asks", async () => {
  await using server = scriptedServer(
    () => problem(429, "rate_limited", { headers: { "retry-after": "1" } }),
    ok,
  );
  const startedAt = performance.now();
  await new Transport({ url: server.url }).send("GET", "/");
  assertEquals(performance.now() - startedAt >= 1_000, true);
});

Deno.test("send() gives up an answer that does not come, as timeout", async () => {
  const open: (() => void)[] = [];
  await using server = scriptedServer(() =>
    new Promise((resolve) => open.push(() => resolve(ok())))
  );
  const transport = new Transport({ url: server.url, retries: 0, timeoutMs: 20 });
  const error = await assertRejects(() => transport.send("GET", "/"), MusterError);
  assertEquals([error.code, error.status], ["timeout", 0]);
  for (const answer of open) answer();
});

Deno.test("send() says that no server answers", async () => {
  const transport = new Transport({ url: "http://127.0.0.1:1", retries: 0 });
  const error = await assertRejects(() => transport.send("GET", "/"), MusterError);
  assertEquals([error.code, error.status], ["unreachable", 0]);
});

Deno.test("send() ends with the caller's own reason, also between two tries", async () => {
  const stop = new AbortController();
  await using server = scriptedServer(() => {
    queueMicrotask(() => stop.abort(new Error("enough")));
    return problem(503, "unavailable", { headers: { "retry-after": "60" } });
  });
  const transport = new Transport({ url: server.url });
  await assertRejects(() => transport.send("GET", "/", { signal: stop.signal }), Error, "enough");
  assertEquals(server.requests.length, 1);
});

Deno.test("fillPath() and queryText() encode what they are given", () => {
  assertEquals(
    fillPath("/locks/{path}/guard", { path: "src/ä b.ts" }),
    "/locks/src%2F%C3%A4%20b.ts/guard",
  );
  assertEquals(queryText({ a: 1, b: undefined, c: "x&y" }), "?a=1&c=x%26y");
  assertEquals(queryText({}), "");
});
