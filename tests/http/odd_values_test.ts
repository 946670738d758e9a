/** Valid requests with odd values: taken as they are, given back as they came. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Json } from "../../lib/kernel/core/json.ts";
import { scriptedApp, send, start, until, viewOf } from "./scripted.ts";

const SEED = 20261121;

const text = fc.oneof(
  fc.string({ unit: "binary", minLength: 1, maxLength: 60 }),
  fc.constantFrom(
    "\u0000",
    "\uD800",
    "\uDC00x",
    "‮abc",
    "🧭",
    "a\tb\nc",
    "__proto__",
    '"\\',
    "</script>",
  ),
).filter((value) => value.trim() !== "");

const json = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<Json>,
  fc.constantFrom<Json>(
    { $blob: "nothing", sizeBytes: 3 },
    { $blob: 7 },
    JSON.parse('{"__proto__":{"admin":true},"constructor":1}'),
    { text: "shown" },
    "x".repeat(60_000),
    { long: "ü".repeat(40_000) },
    Array.from({ length: 5_000 }, (_, i) => i),
  ),
);

Deno.test("titles, contents and reasons of any characters are stored as they came", async () => {
  await using app = await scriptedApp({ full: (_, { intent }) => Promise.resolve(intent) });
  await fc.assert(
    fc.asyncProperty(text, async (value) => {
      const created = await send(app, "POST", "/api/v1/sessions", { title: value });
      assertEquals(created.status, 201);
      const { session } = await created.json();
      assertEquals(session.title, value.trim());
      const posted = await send(app, "POST", `/api/v1/sessions/${session.id}/messages`, {
        content: value,
      });
      assertEquals(posted.status, 202);
      const { run } = await posted.json();
      assertEquals((await until(app, run.id, "run.completed")).output, value.trim());
      const refused = await send(app, "POST", `/api/v1/runs/${run.id}/cancel`, { reason: value });
      assertEquals((await refused.json()).code, "conflict");
    }),
    { seed: SEED, numRuns: 40 },
  );
});

Deno.test("an overriding output of any JSON value is what the run shows", async () => {
  await using app = await scriptedApp({
    full: (ctx) => ctx.spawn("part", {}),
    part: () => Promise.resolve("first"),
  });
  await fc.assert(
    fc.asyncProperty(json, async (output) => {
      const { id } = await start(app, "x");
      await until(app, id, "run.completed");
      const part = (await viewOf(app, id)).steps.find(({ agent }) => agent === "part")!;
      const path = `/api/v1/runs/${id}/steps/${part.id}/override`;
      const answer = await send(app, "POST", path, { output });
      assert(answer.status === 202, `${answer.status} for ${JSON.stringify(output).slice(0, 200)}`);
      await answer.body?.cancel();
      const view = await viewOf(app, id);
      const step = view.steps.find((step) => step.id === part.id)!;
      assertEquals(JSON.stringify(step.output), JSON.stringify(output));
    }),
    { seed: SEED, numRuns: 40 },
  );
});
