import { assert, assertEquals, assertMatch } from "@std/assert";
import { testApp } from "../harness/test_app.ts";

const KEY = "a-long-enough-admin-key";
const CLOSED = { env: { MUSTER_ADMIN_KEY: KEY } };
const bearer = { authorization: `Bearer ${KEY}` };

/** `fetch` does not let a caller set Host or Origin freely; a raw connection does. */
async function rawStatus(url: string, head: string): Promise<number> {
  const { hostname, port } = new URL(url);
  using connection = await Deno.connect({ hostname, port: Number(port) });
  await connection.write(new TextEncoder().encode(`${head}\r\nConnection: close\r\n\r\n`));
  const chunk = new Uint8Array(64);
  const size = await connection.read(chunk) ?? 0;
  return Number(new TextDecoder().decode(chunk.subarray(0, size)).split(" ")[1]);
}

const OPEN: readonly [string, string, number][] = [
  ["a loopback host", "Host: 127.0.0.1", 200],
  ["localhost with a port", "Host: localhost:8000", 200],
  ["another host", "Host: evil.example", 403],
  ["a loopback origin", "Host: localhost\r\nOrigin: http://localhost:3000", 200],
  ["a foreign origin", "Host: localhost\r\nOrigin: https://evil.example", 403],
  ["an opaque origin", "Host: localhost\r\nOrigin: null", 403],
  ["a forwarded request", "Host: localhost\r\nX-Forwarded-For: 1.2.3.4", 403],
  ["a Forwarded header", "Host: localhost\r\nForwarded: for=1.2.3.4", 403],
];

for (const [what, headers, status] of OPEN) {
  Deno.test(`open mode answers ${what} with ${status}`, async () => {
    await using app = await testApp();
    assertEquals(await rawStatus(app.url, `GET /api/v1/runs HTTP/1.1\r\n${headers}`), status);
  });
}

Deno.test("closed mode answers 401 without a key and says how to send one", async () => {
  await using app = await testApp(CLOSED);
  const response = await app.fetch("/api/v1/runs");
  const problem = await response.json();
  assertEquals(response.status, 401);
  assertMatch(response.headers.get("www-authenticate") ?? "", /^Bearer/);
  assertEquals([problem.code, problem.status], ["unauthorized", 401]);
});

Deno.test("closed mode takes the admin key and no other", async () => {
  await using app = await testApp(CLOSED);
  const good = await app.fetch("/api/v1/runs", { headers: bearer });
  const bad = await app.fetch("/api/v1/runs", { headers: { authorization: "Bearer wrong" } });
  await Promise.all([good.body?.cancel(), bad.body?.cancel()]);
  assertEquals([good.status, bad.status], [200, 401]);
});

Deno.test("closed mode serves probes to anybody", async () => {
  await using app = await testApp(CLOSED);
  for (const path of ["/health", "/ready"]) {
    const response = await app.fetch(path);
    await response.body?.cancel();
    assertEquals(response.status, 200, path);
  }
});

Deno.test("closed mode slows an address down after too many wrong keys", async () => {
  await using app = await testApp(CLOSED);
  const wrong = { headers: { authorization: "Bearer wrong" } };
  for (let i = 0; i < 20; i++) await (await app.fetch("/api/v1/runs", wrong)).body?.cancel();
  const response = await app.fetch("/api/v1/runs", wrong);
  await response.body?.cancel();
  assertEquals(response.status, 429);
  assert(Number(response.headers.get("retry-after")) > 0);
});

Deno.test("a server off loopback without a key is locked, probes excepted", async () => {
  await using app = await testApp({ env: { HOST: "0.0.0.0" } });
  const health = await app.fetch("/health");
  assertEquals([health.status, (await health.json()).service], [200, "muster"]);
  for (const path of ["/", "/api/v1/runs", "/openapi.json", "/sign-in", "/nothing"]) {
    const response = await app.fetch(path);
    assertEquals(response.status, 503, path);
    assertEquals((await response.json()).code, "admin_key_required", path);
  }
});

Deno.test("CORS answers any origin where a key is sent, never with credentials", async () => {
  await using app = await testApp(CLOSED);
  const origin = "https://app.example";
  const response = await app.fetch("/api/v1/runs", { headers: { ...bearer, origin } });
  await response.body?.cancel();
  assertEquals(response.headers.get("access-control-allow-origin"), "*");
  assertEquals(response.headers.get("access-control-allow-credentials"), null);
});

Deno.test("CORS answers a preflight without a key", async () => {
  await using app = await testApp(CLOSED);
  const response = await app.fetch("/api/v1/runs", {
    method: "OPTIONS",
    headers: { origin: "https://app.example", "access-control-request-method": "POST" },
  });
  assertEquals(response.status, 204);
  assertMatch(response.headers.get("access-control-allow-headers") ?? "", /Authorization/);
});

Deno.test("CORS answers nobody who sends no key", async () => {
  await using app = await testApp(CLOSED);
  const response = await app.fetch("/health", { headers: { origin: "https://app.example" } });
  await response.body?.cancel();
  assertEquals(response.headers.get("access-control-allow-origin"), null);
});

Deno.test("CORS in open mode answers loopback origins only", async () => {
  await using app = await testApp();
  const near = await app.fetch("/health", { headers: { origin: "http://localhost:5173" } });
  await near.body?.cancel();
  assertEquals(near.headers.get("access-control-allow-origin"), "http://localhost:5173");
});
