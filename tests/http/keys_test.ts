import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type Clock, ManualClock, systemClock } from "../../lib/kernel/core/clock.ts";
import { ADMIN_KEY, keyedApp } from "../harness/keyed_app.ts";
import { testApp } from "../harness/test_app.ts";
import { SseReader } from "./sse_reader.ts";

Deno.test("POST /keys shows the key once, with Location", async () => {
  await using app = await keyedApp();
  const made = await app.send(ADMIN_KEY, "POST", "/api/v1/keys", {
    name: "Build server",
    role: "agent",
    agentId: "phoenix",
  });
  const { key, token } = made.body;
  assertEquals([made.status, made.headers.get("location")], [201, `/api/v1/keys/${key.id}`]);
  assertMatch(token, /^mst_[\w-]{43}$/);
  const shown = await app.send(ADMIN_KEY, "GET", `/api/v1/keys/${key.id}`);
  assertEquals([shown.status, shown.body.key], [200, key]);
  const list = await app.send(ADMIN_KEY, "GET", "/api/v1/keys");
  assertEquals([list.status, list.body], [200, { items: [key], nextCursor: null }]);
});

const REFUSED: readonly [string, Record<string, unknown>, number, string][] = [
  ["no name", { role: "member" }, 400, "name"],
  ["an unknown role", { name: "x", role: "boss" }, 400, "role"],
  ["an agent key without its agent", { name: "x", role: "agent" }, 400, "agentId"],
  ["an agentId that is none", { name: "x", role: "agent", agentId: "a b" }, 400, "agentId"],
  [
    "an expiry in the past",
    { name: "x", role: "member", expiresAt: "2020-01-01T00:00:00Z" },
    400,
    "expiresAt",
  ],
  ["an unknown field", { name: "x", role: "member", scope: "all" }, 400, "scope"],
];

for (const [what, body, status, named] of REFUSED) {
  Deno.test(`POST /keys refuses ${what} with ${status}`, async () => {
    await using app = await keyedApp();
    const answer = await app.send(ADMIN_KEY, "POST", "/api/v1/keys", body);
    assertEquals([answer.status, answer.body.code], [status, "invalid_input"]);
    assertStringIncludes(JSON.stringify(answer.body.errors), named);
    assertEquals((await app.send(ADMIN_KEY, "GET", "/api/v1/keys")).body.items, []);
  });
}

Deno.test("POST /keys lets an admin key make admin keys and no owner key", async () => {
  await using app = await keyedApp();
  const { token } = await app.newKey({ role: "admin" });
  const admin = await app.send(token, "POST", "/api/v1/keys", { name: "a", role: "admin" });
  const owner = await app.send(token, "POST", "/api/v1/keys", { name: "o", role: "owner" });
  assertEquals([admin.status, owner.status, owner.body.code], [201, 403, "forbidden"]);
});

Deno.test("POST /keys again with its Idempotency-Key makes no second key and shows none", async () => {
  await using app = await keyedApp();
  const body = { name: "once", role: "viewer" };
  const headers = { "idempotency-key": "one-key" };
  const first = await app.send(ADMIN_KEY, "POST", "/api/v1/keys", body, headers);
  const again = await app.send(ADMIN_KEY, "POST", "/api/v1/keys", body, headers);
  assertEquals([first.status, again.status, again.body.keyId], [201, 409, first.body.key.id]);
  assert(!JSON.stringify(again.body).includes(first.body.token));
  assertEquals((await app.send(ADMIN_KEY, "GET", "/api/v1/keys")).body.items.length, 1);
});

Deno.test("DELETE /keys/{id} refuses the key from the next request on", async () => {
  await using app = await keyedApp();
  const { id, token } = await app.newKey({ role: "viewer" });
  const before = await app.send(token, "GET", "/api/v1/runs");
  const revoked = await app.send(ADMIN_KEY, "DELETE", `/api/v1/keys/${id}`);
  const after = await app.send(token, "GET", "/api/v1/runs");
  assertEquals([before.status, revoked.status, after.status], [200, 200, 401]);
  assertEquals([revoked.body.key.revokedBy, after.body.code], ["key:admin", "unauthorized"]);
});

Deno.test("DELETE /keys/{id} of an unknown key is 404", async () => {
  await using app = await keyedApp();
  for (const id of ["key_01K9Z3V7Q8R5T2W4X6Y8Z0A1B2", "nothing"]) {
    assertEquals((await app.send(ADMIN_KEY, "DELETE", `/api/v1/keys/${id}`)).status, 404, id);
  }
});

Deno.test("a key is refused once it has expired", async () => {
  // The server's timers keep real time; only what it takes for now is moved.
  const hand = new ManualClock(systemClock.now());
  await using app = await keyedApp({ clock: { ...systemClock, now: () => hand.now() } });
  const expiresAt = new Date(hand.now() + 60_000).toISOString();
  const { token } = await app.newKey({ role: "viewer", expiresAt });
  assertEquals((await app.send(token, "GET", "/api/v1/runs")).status, 200);
  hand.advance(60_000);
  assertEquals((await app.send(token, "GET", "/api/v1/runs")).status, 401);
});

Deno.test("a wrong mst_ key is 401 and counts against its address like any other", async () => {
  await using app = await keyedApp();
  const { token } = await app.newKey({ role: "viewer" });
  const wrong = token.slice(0, -3) + "AAA";
  for (let i = 0; i < 20; i++) {
    assertEquals((await app.send(wrong, "GET", "/api/v1/runs")).status, 401);
  }
  const slowed = await app.send(wrong, "GET", "/api/v1/runs");
  assertEquals(slowed.status, 429);
  assert(Number(slowed.headers.get("retry-after")) > 0);
});

Deno.test("a valid mst_ key is served while its address waits for wrong ones; the admin key waits", async () => {
  await using app = await keyedApp();
  const { token } = await app.newKey({ role: "viewer" });
  for (let i = 0; i < 20; i++) await app.send("mst_wrong", "GET", "/api/v1/runs");
  const statuses = [];
  for (const key of [token, "mst_wrong", ADMIN_KEY]) {
    statuses.push((await app.send(key, "GET", "/api/v1/runs")).status);
  }
  assertEquals(statuses, [200, 429, 429]);
});

Deno.test("a revoked key ends the event streams opened with it, with the next ping", async () => {
  const fast: Clock = {
    ...systemClock,
    timer: (ms, ...rest) => systemClock.timer(ms === 15_000 ? 50 : ms, ...rest),
  };
  await using app = await keyedApp({ clock: fast });
  const { id, token } = await app.newKey({ role: "viewer" });
  const reader = new SseReader(
    await app.fetch("/api/v1/events?after=latest", {
      headers: { authorization: `Bearer ${token}` },
    }),
  );
  const frames = [];
  for (let i = 0; i < 3; i++) frames.push((await reader.next())?.event);
  assertEquals(frames, ["ready", "ping", "ping"]);
  await app.send(ADMIN_KEY, "DELETE", `/api/v1/keys/${id}`);
  let last = await reader.next();
  for (let frame = last; frame; frame = await reader.next()) last = frame;
  assertEquals([last?.event, last?.data], ["closed", '{"reason":"key_revoked"}']);
});

Deno.test("the actor of what a key does is the key", async () => {
  await using app = await keyedApp();
  const { id, token } = await app.newKey({ role: "member" });
  await app.send(token, "POST", "/api/v1/sessions", { title: "hello" });
  const feed = await app.send(ADMIN_KEY, "GET", "/api/v1/events?format=json&types=session.*");
  assertEquals(feed.body.items.map(({ actor }: { actor: string }) => actor), [`key:${id}`]);
});

Deno.test("open mode looks at an mst_ key that is sent, and refuses a wrong one", async () => {
  await using app = await testApp();
  const { token } = await app.json<{ token: string }>("POST", "/api/v1/keys", {
    name: "look",
    role: "viewer",
  });
  const status = async (authorization: string) => {
    const headers = { authorization, "content-type": "application/json" };
    const response = await app.fetch("/api/v1/sessions", { method: "POST", headers, body: "{}" });
    await response.body?.cancel();
    return response.status;
  };
  assertEquals(await status(`Bearer ${token}`), 403);
  assertEquals(await status(`Bearer ${token.slice(0, -3)}AAA`), 401);
  assertEquals(await status("Bearer of-some-other-tool"), 201);
});

Deno.test("a WebSocket of a browser brings its key as a subprotocol", async () => {
  await using app = await keyedApp();
  const { token } = await app.newKey({ role: "viewer" });
  const status = (protocol: string) =>
    rawStatus(app.url, [
      "GET /api/v1/runs HTTP/1.1",
      "Host: 127.0.0.1",
      "Connection: Upgrade",
      "Upgrade: websocket",
      `Sec-WebSocket-Protocol: ${protocol}`,
    ]);
  assertEquals(await status(`muster, bearer.${token}`), 200);
  assertEquals(await status(`muster, bearer.${token.slice(0, -3)}AAA`), 401);
  assertEquals(await status("muster"), 401);
});

/** `fetch` does not let a caller set these headers; a raw connection does. */
async function rawStatus(url: string, head: readonly string[]): Promise<number> {
  const { hostname, port } = new URL(url);
  using connection = await Deno.connect({ hostname, port: Number(port) });
  await connection.write(new TextEncoder().encode(`${head.join("\r\n")}\r\n\r\n`));
  const chunk = new Uint8Array(64);
  const size = await connection.read(chunk) ?? 0;
  return Number(new TextDecoder().decode(chunk.subarray(0, size)).split(" ")[1]);
}
