import { assertEquals, assertThrows } from "@std/assert";
import { AppError } from "../../kernel/core/errors.ts";
import { ManualClock } from "../../kernel/core/clock.ts";
import { openStore } from "../../kernel/kv/mod.ts";
import { silentLogger } from "../../kernel/platform/log.ts";
import { createLimits, type Limits } from "./mod.ts";
import { limitsSettings } from "./schema.ts";

const NOON = Date.UTC(2026, 10, 21, 12);
const KEY = { workspaceId: "default", caller: { id: "key:key_a", keyId: "key_a" } };
const usage = (tokens: number) => ({ inputTokens: tokens, outputTokens: 0 });
const withLimits = (given: unknown) => ({ limits: limitsSettings.parse(given) });

async function world() {
  const clock = new ManualClock(NOON);
  const kv = await openStore({ path: ":memory:", clock, log: { warn() {} } });
  const limits = createLimits({ kv, clock, log: silentLogger });
  return { limits, clock, [Symbol.asyncDispose]: () => kv.close() };
}

function refused(limits: Limits, tokens: number, settings: ReturnType<typeof withLimits>) {
  const error = assertThrows(() => limits.enter(KEY, tokens, settings), AppError);
  assertEquals(error.code, "rate_limited");
  return error;
}

Deno.test("enter() without limits says nothing and counts nothing", async () => {
  await using w = await world();
  assertEquals(w.limits.enter(KEY, 1e9, withLimits({})).headers, {});
});

Deno.test("requests a minute: as many pass, the next hears when; fields as the draft and OpenAI write them", async () => {
  await using w = await world();
  w.clock.advance(15_000);
  const settings = withLimits({ eachKey: { requestsPerMinute: 3 } });
  assertEquals(w.limits.enter(KEY, 10, settings).headers, {
    "ratelimit-policy": '"requests";q=3;w=60',
    "ratelimit": '"requests";r=2;t=45',
    "x-ratelimit-limit-requests": "3",
    "x-ratelimit-remaining-requests": "2",
    "x-ratelimit-reset-requests": "45s",
  });
  w.limits.enter(KEY, 10, settings);
  w.limits.enter(KEY, 10, settings);
  const error = refused(w.limits, 10, settings);
  // 45 s to the end of the minute, and a third of the next until one of three has left the window.
  assertEquals(error.retryAfterMs, 65_000);
  assertEquals(error.data!.violatedPolicies, ["requests"]);
  assertEquals((error.data!.headers as Record<string, string>).ratelimit, '"requests";r=0;t=65');
  w.clock.advance(64_999);
  refused(w.limits, 10, settings);
  w.clock.advance(1);
  w.limits.enter(KEY, 10, settings);
});

Deno.test("each key has its own rate; a key's own limits stand in place of each one's", async () => {
  await using w = await world();
  const settings = withLimits({
    eachKey: { requestsPerMinute: 1 },
    keys: { key_vip: { requestsPerMinute: 2 } },
  });
  const vip = { workspaceId: "default", caller: { id: "key:key_vip", keyId: "key_vip" } };
  w.limits.enter(KEY, 1, settings);
  w.limits.enter(vip, 1, settings);
  w.limits.enter(vip, 1, settings);
  w.limits.enter({ ...KEY, workspaceId: "other" }, 1, settings);
  refused(w.limits, 1, settings);
  assertThrows(() => w.limits.enter(vip, 1, settings), AppError);
});

Deno.test("tokens a minute are held at the worst case and corrected when the call is over", async () => {
  await using w = await world();
  const settings = withLimits({ eachKey: { tokensPerMinute: 1_000 } });
  const first = w.limits.enter(KEY, 900, settings);
  assertEquals(first.headers["x-ratelimit-remaining-tokens"], "100");
  assertEquals(first.headers["ratelimit-policy"], '"tokens";q=1000;w=60;qu="tokens"');
  refused(w.limits, 200, settings);
  first.done(usage(300));
  first.done(usage(300));
  const second = w.limits.enter(KEY, 700, settings);
  assertEquals(second.headers["x-ratelimit-remaining-tokens"], "0");
  second.done(null);
  w.limits.enter(KEY, 700, settings);
  const never = refused(w.limits, 1_001, settings);
  assertEquals([never.retryAfterMs, never.retryable], [undefined, false]);
});

Deno.test("calls at once: one more when one is over", async () => {
  await using w = await world();
  const settings = withLimits({ eachKey: { concurrent: 2 } });
  const first = w.limits.enter(KEY, 1, settings);
  const second = w.limits.enter(KEY, 1, settings);
  assertEquals(second.headers, {
    "ratelimit-policy": '"concurrent";q=2;qu="concurrent-requests"',
    "ratelimit": '"concurrent";r=0',
  });
  assertEquals(refused(w.limits, 1, settings).data!.violatedPolicies, ["concurrent"]);
  first.done(usage(1));
  w.limits.enter(KEY, 1, settings);
});

Deno.test("a provider's rate says busy and how long, and is of all callers together", async () => {
  await using w = await world();
  const settings = withLimits({ providers: { groq: { requestsPerMinute: 2 } } });
  const other = { workspaceId: "default", caller: { id: "key:key_b", keyId: "key_b" } };
  w.limits.enterProvider(KEY, "groq", 1, settings);
  w.limits.enterProvider(other, "groq", 1, settings);
  assertEquals(w.limits.enterProvider(KEY, "groq", 1, settings), {
    kind: "busy",
    retryAfterMs: 60_000,
  });
  assertEquals(w.limits.enterProvider(KEY, "openai", 1, settings).kind, "admitted");
});
