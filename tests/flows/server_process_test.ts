import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { refusedStart, startServer } from "../harness/server.ts";

async function tempKv() {
  const folder = await Deno.makeTempDir({ prefix: "muster-test-" });
  return {
    path: `${folder}/data/muster.kv`,
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

Deno.test("main prints the address and what is configured, and serves", async () => {
  await using kv = await tempKv();
  await using server = await startServer({ kvPath: kv.path });
  assertMatch(server.banner, /Muster \d+\.\d+\.\d+ is at http:\/\/127\.0\.0\.1:\d+/);
  for (const line of ["open to this machine", kv.path, "muster/offline", "keystore   ready"]) {
    assertStringIncludes(server.banner, line);
  }
  const health = await (await fetch(`${server.url}/health`)).json();
  assertEquals(health.status, "ok");
});

Deno.test("main never prints a secret", async () => {
  await using kv = await tempKv();
  const secrets = { MUSTER_ADMIN_KEY: "admin-secret-1", OPENAI_API_KEY: "sk-secret-2" };
  await using server = await startServer({ kvPath: kv.path, env: secrets });
  assert(!/admin-secret-1|sk-secret-2/.test(server.banner), server.banner);
});

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.test(`main ends within 4 s of ${signal}, with an open stream`, async () => {
    await using kv = await tempKv();
    await using server = await startServer({ kvPath: kv.path });
    const stream = await fetch(`${server.url}/api/v1/events`);
    const startedAt = performance.now();
    server.kill(signal);
    const text = await stream.text();
    const { code } = await server.exit;
    assertEquals(code, 0);
    assertStringIncludes(text, '"reason":"closing"');
    assert(performance.now() - startedAt < 4_000);
  });
}

Deno.test("main refuses a store another process holds", async () => {
  await using kv = await tempKv();
  await using _server = await startServer({ kvPath: kv.path });
  const { code, stderr } = await refusedStart({ kvPath: kv.path });
  assertEquals(code, 1);
  assertMatch(stderr, /^Muster cannot start\n/);
  assertStringIncludes(stderr, kv.path);
});

Deno.test("main refuses a configuration it cannot read, naming every mistake", async () => {
  await using kv = await tempKv();
  const env = { MUSTER_ADMINKEY: "x", LOG_LEVEL: "loud" };
  const { code, stderr } = await refusedStart({ kvPath: kv.path, env });
  assertEquals(code, 1);
  assertMatch(stderr, /MUSTER_ADMINKEY .+\n {2}LOG_LEVEL must be one of/);
});
