import { assertEquals } from "@std/assert";
import { type TestApp, testApp } from "../harness/test_app.ts";

const create = (app: TestApp, key: string, body: unknown, path = "/api/v1/sessions") =>
  app.fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": key },
    body: JSON.stringify(body),
  });

async function titles(app: TestApp): Promise<string[]> {
  const page = await app.json<{ items: { title: string }[] }>("GET", "/api/v1/sessions");
  return page.items.map((s) => s.title);
}

Deno.test("Idempotency-Key gives the first answer again and does nothing twice", async () => {
  await using app = await testApp();
  const first = await create(app, "k1", { title: "One" });
  const second = await create(app, "k1", { title: "One" });
  assertEquals([first.status, second.status], [201, 201]);
  assertEquals(second.headers.get("idempotency-replayed"), "true");
  assertEquals(await second.json(), await first.json());
  assertEquals(await titles(app), ["One"]);
});

Deno.test("Idempotency-Key with another body or path is 422", async () => {
  await using app = await testApp();
  await (await create(app, "k1", { title: "One" })).body?.cancel();
  const body = await create(app, "k1", { title: "Two" });
  const path = await create(app, "k1", { title: "One" }, "/api/v1/runs");
  assertEquals([body.status, path.status], [422, 422]);
  assertEquals((await body.json()).code, "idempotency_mismatch");
  await path.body?.cancel();
});

Deno.test("Idempotency-Key does not keep a refusal", async () => {
  await using app = await testApp();
  const refused = await create(app, "k1", { title: 7 });
  const repeated = await create(app, "k1", { title: 7 });
  assertEquals([refused.status, repeated.status], [400, 400]);
  assertEquals(repeated.headers.get("idempotency-replayed"), null);
  await Promise.all([refused.body?.cancel(), repeated.body?.cancel()]);
  const other = await create(app, "k1", { title: "One" });
  await other.body?.cancel();
  assertEquals(other.status, 201);
});

Deno.test("Idempotency-Key used by many at once does the work once", async () => {
  await using app = await testApp();
  const all = await Promise.all(
    Array.from({ length: 8 }, () => create(app, "k1", { title: "One" })),
  );
  await Promise.all(all.map((response) => response.body?.cancel()));
  assertEquals(all.every((r) => r.status === 201 || r.status === 409), true);
  assertEquals(await titles(app), ["One"]);
});

Deno.test("Idempotency-Key holds over a restart", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/muster.kv`;
  const answers: unknown[] = [];
  for (let start = 0; start < 2; start++) {
    await using app = await testApp({ path });
    answers.push(await (await create(app, "k1", { title: "One" })).json());
  }
  await Deno.remove(folder, { recursive: true });
  assertEquals(answers[1], answers[0]);
});

for (const [what, key] of [["too long", "x".repeat(256)], ["with a space", "a b"]]) {
  Deno.test(`Idempotency-Key ${what} is 400`, async () => {
    await using app = await testApp();
    const response = await create(app, key!, { title: "One" });
    assertEquals(response.status, 400);
    assertEquals((await response.json()).errors[0].path, "Idempotency-Key");
  });
}
