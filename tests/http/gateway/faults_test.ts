/**
 * The fault table: what the server does, what the client gets, how often the server was asked, what was charged.
 * Every call is over by its deadline (`outcomeOf` fails otherwise); no broken stream ends as if it were whole.
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { CallsSettings } from "../../../lib/gateway/calls/schema.ts";
import { costMicros } from "../../../lib/gateway/cost.ts";
import {
  closedPort,
  DONE,
  finish,
  frame,
  garbage,
  raw,
  refuse,
  type Script,
  silent,
  streamed,
  text,
  texts,
  upstream,
  usage,
  whole,
} from "../../harness/upstream.ts";
import { faultSite, type Outcome, outcomeOf } from "./fault_site.ts";

const MINI = { priceInMicrosPerMTok: 150_000, priceOutMicrosPerMTok: 600_000 };
/** What the scripted server's own count costs: 1 000 and 2 000 tokens. */
const COUNTED = 1_350;

interface Row {
  readonly fault: string;
  readonly does: Script;
  readonly client: readonly [status: number, code: string | null];
  readonly says?: string;
  /** In seconds. */
  readonly retryAfter?: string;
  readonly calls?: Partial<CallsSettings>;
}

const HTML = { "content-type": "text/html" };
const HUGE = "x".repeat(30_000);

/** Before anything is given on a stream fails as a whole answer does: with a status. */
const BEFORE: readonly Row[] = [
  { fault: "400", does: refuse(400), client: [400, null], says: "refused with 400" },
  { fault: "401", does: refuse(401), client: [502, "upstream_failed"], says: "key" },
  { fault: "403", does: refuse(403), client: [502, "upstream_failed"], says: "key" },
  { fault: "404", does: refuse(404), client: [404, null], says: "refused with 404" },
  { fault: "408", does: refuse(408), client: [504, "upstream_timeout"], says: "408" },
  { fault: "413", does: refuse(413), client: [413, null], says: "refused with 413" },
  { fault: "422", does: refuse(422), client: [422, null], says: "refused with 422" },
  {
    fault: "429 with Retry-After",
    does: refuse(429, { "retry-after": "7" }),
    client: [429, "rate_limit_exceeded"],
    retryAfter: "7",
  },
  {
    fault: "429 without Retry-After",
    does: refuse(429),
    client: [429, "rate_limit_exceeded"],
    retryAfter: "1",
  },
  { fault: "500", does: refuse(500), client: [502, "upstream_failed"], says: "500" },
  { fault: "502", does: refuse(502), client: [502, "upstream_failed"], says: "502" },
  { fault: "503", does: refuse(503), client: [502, "upstream_failed"], says: "503" },
  {
    fault: "a redirect",
    does: () => Response.redirect("http://127.0.0.1:1/"),
    client: [502, "upstream_failed"],
    says: "redirects",
  },
  {
    fault: "silence before headers",
    does: silent(),
    client: [504, "upstream_timeout"],
    says: "no answer within 150 ms",
    calls: { localFirstByteMs: 150 },
  },
  {
    fault: "a wrong content type",
    does: raw("<html>Sign in</html>", HTML),
    client: [502, "upstream_failed"],
    says: "text/html",
  },
];

for (const row of BEFORE) {
  for (const stream of [false, true]) {
    Deno.test(`complete() ${stream ? "stream" : "whole"}: ${row.fault}`, async () => {
      await using server = upstream({ "*": [row.does] });
      await using app = await faultSite(server.url, { calls: row.calls ?? {} });
      const outcome = await outcomeOf(app, { stream });
      const [status, code] = row.client;
      assertEquals([outcome.status, outcome.error?.code ?? null], [status, code]);
      assertStringIncludes(String(outcome.error?.message), row.says ?? "");
      assertEquals(outcome.headers.get("retry-after"), row.retryAfter ?? null);
      assertEquals([server.count(), outcome.call.costMicros], [1, 0]);
      assertEquals([outcome.call.status, outcome.call.attempts.length], ["failed", 1]);
    });
  }
}

Deno.test("complete() passes a 400 on as it came, with what else the server says", async () => {
  const body = { error: { message: "odd", type: "t", param: "p", code: "c", hint: [1] } };
  await using server = upstream({ "*": [() => Response.json(body, { status: 400 })] });
  await using app = await faultSite(server.url);
  const outcome = await outcomeOf(app);
  assertEquals([outcome.status, JSON.parse(outcome.body)], [400, body]);
});

Deno.test("complete() never repeats the provider's key", async () => {
  const said = { error: { message: "wrong key sk-secret-0123456789" } };
  for (const status of [400, 401, 500]) {
    await using server = upstream({ "*": [() => Response.json(said, { status })] });
    await using app = await faultSite(server.url);
    const outcome = await outcomeOf(app);
    assert(!outcome.body.includes("sk-secret-0123456789"));
    assert(!JSON.stringify(outcome.call).includes("sk-secret-0123456789"));
  }
});

Deno.test("complete() never repeats the key from a stream or a content type, nor a page of words", async () => {
  const said = frame({ error: { message: "bad key sk-secret-0123456789 " + "x".repeat(9_000) } });
  const type = { "content-type": "text/sk-secret-0123456789" };
  for (const does of [streamed([said]), streamed([text("one "), said]), raw("x", type)]) {
    await using server = upstream({ "*": [does] });
    await using app = await faultSite(server.url);
    const outcome = await outcomeOf(app, { stream: true });
    const told = outcome.body + JSON.stringify(outcome.call);
    assert(!told.includes("sk-secret-0123456789"));
    assert(told.length < 6_000, `${told.length}`);
  }
});

interface WholeRow {
  readonly fault: string;
  readonly does: Script;
  readonly says: string;
  readonly status?: number;
  readonly deadlineMs?: number;
}

/** The server accepted and then went wrong: what was asked is paid, and what came of it. */
const WHOLE: readonly WholeRow[] = [
  { fault: "malformed JSON", does: raw('{"choices": [{"mess'), says: "not JSON" },
  { fault: "JSON without an answer", does: raw("[1, 2]"), says: "no choices" },
  {
    fault: "choices that are none",
    does: raw('{"choices":[null]}'),
    says: "malformed",
  },
  {
    fault: "tool calls that are none",
    does: raw('{"choices":[{"message":{"tool_calls":[null,"x"]}}]}'),
    says: "malformed",
  },
  { fault: "a huge answer", does: whole(HUGE), says: "larger than 20000 bytes" },
  {
    fault: "a huge answer of unknown length",
    does: streamed([HUGE.slice(0, 15_000), HUGE.slice(0, 15_000)], "hang", {
      headers: { "content-type": "application/json" },
    }),
    says: "larger than 20000 bytes",
  },
  {
    fault: "a connection cut in the body",
    does: streamed(['{"choices": ['], "break", { headers: { "content-type": "application/json" } }),
    says: "broke",
  },
  {
    fault: "a slow drip",
    does: streamed(Array(1_000).fill(" "), "hang", {
      everyMs: 20,
      headers: { "content-type": "application/json" },
    }),
    says: "not finished within",
    status: 504,
    deadlineMs: 400,
  },
];

for (const row of WHOLE) {
  Deno.test(`complete() whole: ${row.fault}`, async () => {
    await using server = upstream({ "*": [row.does] });
    await using app = await faultSite(server.url);
    const outcome = await outcomeOf(app, { deadlineMs: row.deadlineMs });
    assertEquals(outcome.status, row.status ?? 502);
    assertStringIncludes(String(outcome.error?.message), row.says);
    const { usage: used, costMicros: charged } = outcome.call;
    assertEquals([server.count(), charged], [1, costMicros(MINI, used!)]);
    assert(used!.inputTokens > 0 && charged! > 0);
  });
}

interface CutRow {
  readonly fault: string;
  readonly does: Script;
  readonly said: string;
  readonly type: string;
  readonly reason: string;
  readonly calls?: Partial<CallsSettings>;
  readonly deadlineMs?: number;
}

/** Something was given on: one error chunk with the reason and the tokens so far, and then nothing. */
const CUT: readonly CutRow[] = [
  {
    fault: "a cut after three chunks",
    does: streamed(texts("one two three"), "break"),
    said: "one two three",
    type: "upstream_error",
    reason: "broke",
  },
  {
    fault: "an end without [DONE]",
    does: streamed(texts("one two ")),
    said: "one two ",
    type: "upstream_error",
    reason: "ended before it was complete",
  },
  {
    fault: "an end without [DONE] after a finish reason",
    does: streamed([...texts("one two "), finish(), usage()]),
    said: "one two ",
    type: "upstream_error",
    reason: "ended before it was complete",
  },
  {
    fault: "silence between chunks",
    does: streamed(texts("one two "), "hang"),
    said: "one two ",
    type: "timeout_error",
    reason: "nothing more arrived within 150 ms",
    calls: { localChunkMs: 150 },
  },
  {
    fault: "a slow drip past the deadline",
    does: streamed(Array(1_000).fill(text("drip ")), "hang", { everyMs: 20 }),
    said: "drip ",
    type: "timeout_error",
    reason: "not finished within",
    deadlineMs: 400,
  },
  {
    fault: "malformed JSON in a chunk",
    does: streamed([text("one "), 'data: {"choices": [{"delta"\n\n', text("two"), DONE]),
    said: "one ",
    type: "upstream_error",
    reason: "malformed",
  },
  {
    fault: "a chunk that is no object",
    does: streamed([text("one "), "data: 7\n\n", DONE]),
    said: "one ",
    type: "upstream_error",
    reason: "malformed",
  },
  {
    fault: "a huge stream",
    does: streamed([text("one "), ...Array(60).fill(text("x".repeat(500)))], "hang"),
    said: "one ",
    type: "upstream_error",
    reason: "larger than 20000 bytes",
  },
  {
    fault: "an error in the stream",
    does: streamed([text("one "), frame({ error: { message: "overloaded" } }), DONE]),
    said: "one ",
    type: "upstream_error",
    reason: "overloaded",
  },
];

for (const row of CUT) {
  Deno.test(`complete() stream: ${row.fault}`, async () => {
    await using server = upstream({ "*": [row.does] });
    await using app = await faultSite(server.url, { calls: row.calls ?? {} });
    const outcome = await outcomeOf(app, { stream: true, deadlineMs: row.deadlineMs });
    assertEquals([outcome.status, outcome.ended, outcome.call.status], [200, "cut", "cut"]);
    assert(outcome.said.startsWith(row.said), outcome.said);
    assertCut(outcome);
    assertEquals(outcome.error?.type, row.type);
    assertStringIncludes(String(outcome.error?.reason), row.reason);
    assertEquals(server.count(), 1);
  });
}

/** The error chunk is the last, nothing said `stop`, and what it tells is what was charged. */
function assertCut({ data, error, call }: Outcome): void {
  assert(data.at(-1)!.startsWith('{"error":'), "the last chunk is the error");
  assert(!data.some((one) => one.includes('"finish_reason":"stop"')), "nothing ends it cleanly");
  const told = error!.usage as { prompt_tokens: number; completion_tokens: number };
  const used = { inputTokens: told.prompt_tokens, outputTokens: told.completion_tokens };
  assert(used.outputTokens > 0 && error!.tokens === used.outputTokens);
  assertEquals([call.usage, call.costMicros], [used, costMicros(MINI, used)]);
}

/** Nothing of the answer came: it fails as a whole answer does, and only what was accepted is paid. */
const EMPTY: readonly (readonly [string, Script, number])[] = [
  ["a cut before the first chunk", streamed([], "break"), 502],
  ["an empty stream", streamed([]), 502],
  ["nothing but [DONE]", streamed([DONE]), 502],
  ["a malformed first chunk", streamed(["data: nonsense\n\n"]), 502],
  ["malformed SSE", streamed(["no event at all\n\n", "\u0000\n\n"]), 502],
  ["silence before the first chunk", streamed([], "hang"), 504],
];

for (const [fault, does, status] of EMPTY) {
  Deno.test(`complete() stream: ${fault}`, async () => {
    await using server = upstream({ "*": [does] });
    await using app = await faultSite(server.url, { calls: { localChunkMs: 150 } });
    const outcome = await outcomeOf(app, { stream: true });
    assertEquals([outcome.status, outcome.data, server.count()], [status, [], 1]);
    assertEquals(outcome.call.usage?.outputTokens, 0);
    assertEquals(outcome.call.costMicros, costMicros(MINI, outcome.call.usage!));
  });
}

Deno.test("complete() charges what the server counts for an answer that is whole", async () => {
  const does = streamed([...texts("one two"), finish(), usage(), DONE]);
  await using server = upstream({ "*": [does, whole()] });
  await using app = await faultSite(server.url);
  const stream = await outcomeOf(app, { stream: true });
  assertEquals([stream.ended, stream.said, stream.call.costMicros], ["whole", "one two", COUNTED]);
  const one = await outcomeOf(app);
  assertEquals([one.ended, one.call.costMicros], ["whole", COUNTED]);
  assertEquals(server.seen[1]!.headers.get("accept-encoding"), "identity");
  assertEquals(one.headers.get("x-muster-cost-micros"), String(COUNTED));
});

Deno.test("complete() says that the connection was refused", async () => {
  await using app = await faultSite(`http://127.0.0.1:${closedPort()}/v1`);
  const outcome = await outcomeOf(app);
  assertEquals([outcome.status, outcome.error?.code], [502, "upstream_failed"]);
  assertEquals(outcome.call.attempts.map((one) => one.outcome), ["unreachable"]);
  assertStringIncludes(outcome.call.attempts[0]!.reason, "refused");
  assertEquals(outcome.call.costMicros, 0);
});

Deno.test("complete() says that TLS failed", async () => {
  await using server = garbage();
  await using app = await faultSite(`https://127.0.0.1:${server.port}/v1`);
  const outcome = await outcomeOf(app);
  assertEquals([outcome.status, outcome.error?.code], [502, "upstream_failed"]);
  assertStringIncludes(outcome.call.attempts[0]!.reason, "TLS");
  assertEquals(outcome.call.costMicros, 0);
});

Deno.test("complete() says that what answers speaks no HTTP", async () => {
  await using server = garbage();
  await using app = await faultSite(`http://127.0.0.1:${server.port}/v1`);
  const outcome = await outcomeOf(app);
  assertEquals([outcome.status, outcome.call.costMicros], [502, 0]);
});
