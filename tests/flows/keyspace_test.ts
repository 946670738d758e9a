import { assert, assertEquals } from "@std/assert";
import { testApp } from "../harness/test_app.ts";

Deno.test("every key a run and a session leave behind is in the registry", async () => {
  await using app = await testApp({ kv: "file" });
  const { session } = await app.json<{ session: { id: string } }>("POST", "/api/v1/sessions", {});
  await app.fetch(`/api/v1/sessions/${session.id}/messages`, {
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": "k1" },
    body: JSON.stringify({ content: "Compare three ways to cross a river and recommend one" }),
  }).then((response) => response.body?.cancel());
  for await (const event of app.hub.followEvents("default", "feed")) {
    if (event.type === "run.completed") break;
  }
  const kv = await Deno.openKv(app.kvPath);
  const keys = await Array.fromAsync(kv.list({ prefix: [] }), (entry) => entry.key);
  kv.close();
  assert(keys.length > 20);
  assertEquals(keys.filter((key) => !app.keyspace.describe(key)), []);
});
