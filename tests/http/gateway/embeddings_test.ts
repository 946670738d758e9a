/** `POST /v1/embeddings`. */
import { assert, assertEquals } from "@std/assert";
import { clientScene } from "../../clients/scene.ts";
import { testApp } from "../../harness/test_app.ts";
import { errorOf, post } from "./v1.ts";

const MODEL = "text-embedding-3-small";

Deno.test("a known provider's embedding model goes to its base URL", async () => {
  await using scene = await clientScene((server) =>
    server.onEmbedding(/.*/, { embedding: [0.25, -0.5] })
  );
  const body = { model: MODEL, input: ["one", "two"] };
  const response = await post(scene.app, "/v1/embeddings", body);
  assertEquals(response.status, 200);
  assert(response.headers.get("x-muster-cost-micros") !== null);
  const answer = await response.json();
  assertEquals([answer.object, answer.model], ["list", MODEL]);
  assertEquals(answer.data.map((one: { index: number }) => one.index), [0, 1]);
});

const cosine = (a: number[], b: number[]) => a.reduce((sum, value, at) => sum + value * b[at]!, 0);

Deno.test("the demonstration embeds too: like words lie near, each vector of length one", async () => {
  await using app = await testApp();
  const input = ["The river floods the valley", "The valley floods", "Quarterly tax forms"];
  const answer = await (await post(app, "/v1/embeddings", { model: "muster/offline", input }))
    .json();
  const [a, b, c] = answer.data.map((one: { embedding: number[] }) => one.embedding);
  assert(Math.abs(cosine(a, a) - 1) < 1e-4);
  assert(cosine(a, b) > 0.5 && cosine(a, c) < 0.3);
  assert(answer.usage.total_tokens > 0);
});

for (
  const [body, param] of [
    [{}, "model"],
    [{ model: MODEL }, "input"],
    [{ model: MODEL, input: "" }, "input"],
    [{ model: MODEL, input: [] }, "input"],
    [{ model: MODEL, input: ["a", ""] }, "input"],
    [{ model: MODEL, input: "a", dimensions: 0 }, "dimensions"],
    [{ model: MODEL, input: "a", encoding_format: "hex" }, "encoding_format"],
    [{ model: "nobody/none", input: "a" }, "model"],
  ] as const
) {
  Deno.test(`embeddings refuse ${JSON.stringify(body)} and name ${param}`, async () => {
    await using app = await testApp();
    const response = await post(app, "/v1/embeddings", body);
    assert(response.status === 400 || response.status === 404);
    assertEquals((await errorOf(response)).param?.split("[")[0], param);
  });
}
