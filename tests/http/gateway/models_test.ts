/** `GET /v1/models[/id]`. */
import { assert, assertEquals } from "@std/assert";
import { keyedApp } from "../../harness/keyed_app.ts";
import { testApp } from "../../harness/test_app.ts";
import { errorOf } from "./v1.ts";

interface Models {
  readonly object: string;
  readonly data: { readonly id: string; readonly created: number; readonly owned_by: string }[];
}

Deno.test("what can be asked is listed: models, virtual models, agents that answer", async () => {
  await using app = await testApp({ env: { GROQ_API_KEY: "gsk_test" } });
  const { object, data } = await app.json<Models>("GET", "/v1/models");
  assertEquals(object, "list");
  const ids = data.map(({ id }) => id);
  for (
    const id of [
      "muster/offline",
      "muster/auto",
      "muster/fast",
      "muster/cheap",
      "muster/best",
      "muster/agent:full",
      "muster/agent:smart",
      "openai/gpt-oss-120b",
      "llama-3.1-8b-instant",
    ]
  ) assert(ids.includes(id), id);
  assertEquals(new Set(ids).size, ids.length);
  assert(!ids.includes("gpt-4o"), "no key, no model");
  assert(!ids.includes("muster/agent:mediator"), "it takes more than an intent");
  assert(data.every(({ created }) => Number.isInteger(created) && created > 1_700_000_000));
});

for (const path of ["openai/gpt-oss-120b", "openai%2Fgpt-oss-120b"]) {
  Deno.test(`/v1/models/${path} is found`, async () => {
    await using app = await testApp({ env: { GROQ_API_KEY: "gsk_test" } });
    const { id, object, owned_by } = await app.json<Record<string, unknown>>(
      "GET",
      `/v1/models/${path}`,
    );
    assertEquals([id, object, owned_by], ["openai/gpt-oss-120b", "model", "groq"]);
  });
}

for (const path of ["nothing", "%", "%zz", "a/b/c", "%F0%9F%90%B8"]) {
  Deno.test(`/v1/models/${path} is 404 model_not_found`, async () => {
    await using app = await testApp();
    const response = await app.fetch(`/v1/models/${path}`);
    assertEquals([response.status, (await errorOf(response)).code], [404, "model_not_found"]);
  });
}

Deno.test("a viewer may list models; nobody else without a key", async () => {
  await using app = await keyedApp();
  const viewer = await app.newKey({ role: "viewer" });
  assertEquals((await app.send(viewer.token, "GET", "/v1/models")).status, 200);
  const refused = await app.send(undefined, "GET", "/v1/models");
  assertEquals([refused.status, refused.body.error.code], [401, "invalid_api_key"]);
});
