import { assert, assertEquals, assertMatch } from "@std/assert";
import { silentLogger } from "../../lib/kernel/platform/log.ts";
import { testApp } from "../harness/test_app.ts";

type Init = RequestInit & { readonly path: string };
const json = { "content-type": "application/json" };

const TABLE: readonly [string, Init, number, string][] = [
  ["an unknown path", { path: "/nothing" }, 404, "not_found"],
  ["an unknown API path", { path: "/api/v1/nothing" }, 404, "not_found"],
  ["a method the path has not", { path: "/health", method: "DELETE" }, 405, "method_not_allowed"],
  [
    "a body that is no JSON",
    { path: "/api/v1/runs", method: "POST", headers: json, body: "{" },
    400,
    "invalid_input",
  ],
  [
    "a field of another type",
    { path: "/api/v1/runs", method: "POST", headers: json, body: '{"intent":7}' },
    400,
    "invalid_input",
  ],
  [
    "a body of another kind",
    { path: "/api/v1/runs", method: "POST", headers: { "content-type": "text/csv" }, body: "a" },
    415,
    "unsupported_media_type",
  ],
  [
    "a body over 2 MiB",
    { path: "/api/v1/runs", method: "POST", headers: json, body: "x".repeat(2 * 1024 * 1024 + 1) },
    413,
    "payload_too_large",
  ],
  ["a limit of none", { path: "/api/v1/runs?limit=0" }, 400, "invalid_input"],
  ["a limit too high", { path: "/api/v1/runs?limit=101" }, 400, "invalid_input"],
  ["a cursor of nothing", { path: "/api/v1/runs?cursor=abc" }, 400, "invalid_input"],
  ["a feed after nonsense", { path: "/api/v1/events?after=abc" }, 400, "invalid_input"],
];

for (const [what, { path, ...init }, status, code] of TABLE) {
  Deno.test(`${what} is ${status} ${code} as problem+json`, async () => {
    await using app = await testApp();
    const response = await app.fetch(path, init);
    const problem = await response.json();
    assertEquals(response.status, status);
    assertMatch(response.headers.get("content-type")!, /^application\/problem\+json/);
    assertEquals([problem.status, problem.code], [status, code]);
    assertEquals(problem.requestId, response.headers.get("x-request-id"));
    assert(problem.title && problem.detail && problem.type);
  });
}

Deno.test("405 names the methods in Allow", async () => {
  await using app = await testApp();
  const response = await app.fetch("/health", { method: "POST" });
  await response.body?.cancel();
  assertEquals(response.headers.get("allow"), "GET, HEAD, OPTIONS");
});

Deno.test("a wrong field is named with its path and the rule", async () => {
  await using app = await testApp();
  const response = await app.fetch("/api/v1/runs", {
    method: "POST",
    headers: json,
    body: JSON.stringify({ intent: "x", covenant: { budget: { tokens: -1 } } }),
  });
  assertEquals((await response.json()).errors.map((e: { path: string }) => e.path), [
    "covenant.budget.tokens",
  ]);
});

Deno.test("an unknown failure says nothing of its inside", async () => {
  await using app = await testApp();
  await app.ctx.kv.close();
  const response = await app.fetch("/api/v1/runs");
  const text = await response.text();
  assertEquals(response.status, 500);
  assert(!/closed|stack|BadResource/i.test(text), text);
});

Deno.test("a chunked body over 2 MiB is refused, a smaller one is read", async () => {
  await using app = await testApp();
  const send = (size: number) =>
    app.fetch("/api/v1/sessions", {
      method: "POST",
      headers: json,
      body: ReadableStream.from([new TextEncoder().encode(`{"title":"a"${" ".repeat(size)}}`)]),
    });
  const [small, large] = [await send(1_000), await send(2 * 1024 * 1024)];
  await Promise.all([small.body?.cancel(), large.body?.cancel()]);
  assertEquals([small.status, large.status], [201, 413]);
});

Deno.test("a browser that opens a wrong address is shown a page, a program the problem", async () => {
  await using app = await testApp();
  const page = await app.fetch("/nothing", { headers: { accept: "text/html,*/*" } });
  const api = await app.fetch("/api/v1/nothing", { headers: { accept: "text/html" } });
  assertEquals([page.status, api.status], [404, 404]);
  assertMatch(page.headers.get("content-type")!, /^text\/html/);
  assertMatch(api.headers.get("content-type")!, /^application\/problem\+json/);
  assertMatch(await page.text(), /There is nothing at \/nothing/);
  await api.body?.cancel();
});

Deno.test("a caller that hangs up amid its body is no error in the log", async () => {
  const logged: string[] = [];
  const said = Promise.withResolvers<void>();
  const log = {
    ...silentLogger,
    warn: (message: string) => (logged.push(`warn ${message}`), said.resolve()),
    error: (message: string) => (logged.push(`error ${message}`), said.resolve()),
  };
  await using app = await testApp({ log });
  for (const path of ["/coordinator/chat", "/api/v1/chat/messages"]) {
    const head = `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n`;
    const caller = await Deno.connect({
      hostname: "127.0.0.1",
      port: Number(new URL(app.url).port),
    });
    await caller.write(new TextEncoder().encode(`${head}Content-Length: 50\r\n\r\n{`));
    await app.json("GET", "/health");
    caller.close();
  }
  await said.promise;
  await app.json("GET", "/health");
  assertEquals(logged.filter((line) => line.startsWith("error")), []);
});
