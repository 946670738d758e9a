/** Rates of a key and of a provider, as programs meet them. */
import { assert, assertEquals } from "@std/assert";
import type { LimitsSettings } from "../../../lib/gateway/limits/schema.ts";
import { meteredUpstream } from "../../harness/metered_upstream.ts";
import { type TestApp, testApp } from "../../harness/test_app.ts";

const ask = async (app: TestApp, n: number, model = "gpt-4o-mini") => {
  const response = await app.fetch("/v1/chat/completions", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      model,
      max_tokens: 20,
      messages: [{ role: "user", content: `Say word number ${n}` }],
    }),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
};

const limit = (app: TestApp, limits: Partial<LimitsSettings>) =>
  app.json("PATCH", "/api/v1/settings/gateway", { limits });

Deno.test("a caller hears of its rate with every answer, and when to come again", async () => {
  await using upstream = meteredUpstream();
  await using app = await testApp({ env: upstream.env });
  await limit(app, { eachKey: { requestsPerMinute: 2, tokensPerMinute: 100_000 } });
  const first = await ask(app, 1);
  assertEquals(first.status, 200);
  assertEquals(
    first.headers.get("ratelimit-policy"),
    '"requests";q=2;w=60, "tokens";q=100000;w=60;qu="tokens"',
  );
  assertEquals(first.headers.get("x-ratelimit-remaining-requests"), "1");
  assertEquals((await ask(app, 2)).status, 200);
  const third = await ask(app, 3);
  assertEquals(third.status, 429);
  assertEquals(third.body.error.code, "rate_limit_exceeded");
  const retryAfter = Number(third.headers.get("retry-after"));
  assert(retryAfter > 0 && retryAfter <= 120, `${retryAfter}`);
  assertEquals(third.headers.get("x-ratelimit-remaining-requests"), "0");
  assert(third.headers.get("ratelimit")?.includes(`"requests";r=0;t=${retryAfter}`));
  assertEquals(upstream.arrivals.length, 2);
});

Deno.test("a provider whose rate is used up is not asked; 429 says when", async () => {
  await using upstream = meteredUpstream();
  await using app = await testApp({ env: upstream.env });
  await limit(app, { providers: { openai: { requestsPerMinute: 1 } } });
  assertEquals((await ask(app, 1)).status, 200);
  const second = await ask(app, 2);
  assertEquals(second.status, 429);
  assert(Number(second.headers.get("retry-after")) > 0);
  assertEquals(upstream.arrivals.length, 1);
});

Deno.test("calls at once: the one too many is refused, and passes when another is over", async () => {
  const gate = Promise.withResolvers<"answer">();
  await using upstream = meteredUpstream(() => gate.promise);
  await using app = await testApp({ env: upstream.env });
  await limit(app, { eachKey: { concurrent: 1 } });
  const first = ask(app, 1);
  while (upstream.open === 0) await app.fetch("/health").then((answer) => answer.body?.cancel());
  assertEquals((await ask(app, 2)).status, 429);
  gate.resolve("answer");
  assertEquals((await first).status, 200);
  assertEquals((await ask(app, 2)).status, 200);
});
