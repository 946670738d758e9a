import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Operation } from "../../routes/ops/openapi.ts";
import { drainToken } from "../../routes/ops/drain.ts";
import { testApp } from "../harness/test_app.ts";

const CLOSED = { env: { MUSTER_ADMIN_KEY: "a-long-enough-admin-key" } };

Deno.test("GET /health tells status, service, version, time, store and workers", async () => {
  await using app = await testApp();
  const health = await app.json<Record<string, unknown>>("GET", "/health");
  assertEquals([health.status, health.service, health.kv], ["ok", "muster", "ok"]);
  assertMatch(String(health.version), /^\d+\.\d+\.\d+$/);
  assertMatch(String(health.timestamp), /^\d{4}-.+Z$/);
  assertEquals(health.workers, { busy: 0, limit: 16 });
});

Deno.test("GET /health is degraded and /ready 503 without the store", async () => {
  await using app = await testApp();
  await app.ctx.kv.close();
  const health = await app.json<{ status: string; kv: string }>("GET", "/health");
  const ready = await app.fetch("/ready");
  assertEquals([health.status, health.kv, ready.status], ["degraded", "unavailable", 503]);
  assertEquals((await ready.json()).code, "unavailable");
});

Deno.test("every answer carries a request id and the security headers", async () => {
  await using app = await testApp();
  for (const path of ["/health", "/nothing", "/docs", "/openapi.json"]) {
    const response = await app.fetch(path);
    await response.body?.cancel();
    const headers = ["x-request-id", "x-content-type-options", "content-security-policy"];
    assertEquals(headers.filter((name) => !response.headers.get(name)), [], path);
    assert(!/unsafe/.test(response.headers.get("content-security-policy")!), path);
  }
});

interface Document {
  openapi: string;
  info: { license?: { name: string } };
  servers?: unknown[];
  security?: unknown[];
  paths: Record<string, Record<string, Operation>>;
}

Deno.test("GET /openapi.json describes every operation with id, summary and problems", async () => {
  await using app = await testApp();
  const document = await app.json<Document>("GET", "/openapi.json");
  const operations = Object.values(document.paths).flatMap((item) => Object.values(item));
  const ids = operations.map((o) => o.operationId);
  assertEquals([document.openapi, document.info.license?.name], ["3.1.0", "MIT"]);
  assert(document.servers?.length && document.security?.length && operations.length > 20);
  assertEquals(ids.filter((id) => !id), []);
  assertEquals(new Set(ids).size, ids.length);
  const silent = operations.filter((o) =>
    !o.summary || !Object.keys(o.responses).some((status) => /^4|default/.test(status))
  );
  assertEquals(silent.map((o) => o.operationId), []);
});

Deno.test("GET /openapi.json refers to nothing it does not define", async () => {
  await using app = await testApp();
  const document = await app.json<Record<string, unknown>>("GET", "/openapi.json");
  const references = JSON.stringify(document).match(/#\/[^"]+/g) ?? [];
  const broken = references.filter((ref) =>
    ref.slice(2).split("/").reduce<unknown>(
      (at, part) => (at as Record<string, unknown> | undefined)?.[part],
      document,
    ) === undefined
  );
  assertEquals(broken, []);
});

Deno.test("GET /docs shows every operation without a script of its own", async () => {
  await using app = await testApp();
  const document = await app.json<Document>("GET", "/openapi.json");
  const page = await (await app.fetch("/docs")).text();
  const paths = Object.keys(document.paths).filter((path) => !page.includes(path));
  assertEquals(paths, []);
  assert(!/https?:\/\/(?!127|localhost)/.test(page.replaceAll("http://www.w3.org", "")));
});

Deno.test("POST /internal/drain streams until there is nothing to do", async () => {
  await using app = await testApp();
  const response = await app.fetch("/internal/drain", { method: "POST" });
  const lines = (await response.text()).trim().split("\n").map((line) => JSON.parse(line));
  assertEquals(lines.at(-1), { busy: 0, runs: 0, due: 0 });
});

Deno.test("POST /internal/drain takes the app's own token, not an old or a made one", async () => {
  await using app = await testApp(CLOSED);
  const drain = async (token: string) => {
    const headers = { "x-muster-drain": token };
    const response = await app.fetch("/internal/drain", { method: "POST", headers });
    await response.text();
    return response.status;
  };
  const now = app.ctx.clock.now();
  const tokens = [await drainToken(app, now), await drainToken(app, now - 61_000), `${now}.x`, ""];
  assertEquals(await Promise.all(tokens.map(drain)), [200, 401, 401, 401]);
});
