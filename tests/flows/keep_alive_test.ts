import { assertEquals } from "@std/assert";
import { z } from "zod";
import { type Agent, defineAgent } from "../../lib/agents/mod.ts";
import { DRAIN_HEADER } from "../../routes/ops/drain.ts";
import { keepAlive } from "../../routes/ops/keep_alive.ts";
import { testApp } from "../harness/test_app.ts";

const KEY = "a-long-enough-admin-key";

/** Stands for the deployment's public address; answers the first call when asked to. */
function publicAddress() {
  const called = Promise.withResolvers<Request>();
  const release = Promise.withResolvers<void>();
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, async (r) => {
    called.resolve(r);
    await release.promise;
    return new Response("{}\n");
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    called: called.promise,
    async [Symbol.asyncDispose]() {
      release.resolve();
      await server.shutdown();
    },
  };
}

Deno.test("keepAlive() holds a request to the deployment open while a run is at work", async () => {
  await using address = publicAddress();
  const gate = Promise.withResolvers<string>();
  const slow = defineAgent({
    id: "full",
    name: "Slow",
    role: "worker",
    description: "Waits for the test",
    input: z.any(),
    output: z.string(),
    run: () => gate.promise,
  }) as unknown as Agent;
  await using app = await testApp({
    agents: new Map([["full", slow]]),
    env: { DENO_DEPLOY: "true", MUSTER_ADMIN_KEY: KEY, MUSTER_PUBLIC_URL: address.url },
  });
  keepAlive(app);
  await app.fetch("/api/v1/runs", {
    method: "POST",
    headers: { authorization: `Bearer ${KEY}`, "content-type": "application/json" },
    body: JSON.stringify({ intent: "Wait" }),
  }).then((response) => response.body?.cancel());
  const request = await address.called;
  assertEquals([request.method, new URL(request.url).pathname], ["POST", "/internal/drain"]);
  const token = request.headers.get(DRAIN_HEADER)!;
  const drain = app.fetch("/internal/drain", {
    method: "POST",
    headers: { [DRAIN_HEADER]: token },
  });
  gate.resolve("Done");
  assertEquals(
    (await (await drain).text()).trim().split("\n").at(-1),
    '{"busy":0,"runs":0,"due":0}',
  );
});
