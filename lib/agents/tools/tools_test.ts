import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { AppError } from "../../kernel/core/errors.ts";
import type { Json } from "../../kernel/core/json.ts";
import { calculate } from "./calculator.ts";
import { htmlText } from "./html_text.ts";
import { builtInTools, usefulTools } from "./mod.ts";

const SUMS: readonly (readonly [string, number])[] = [
  ["12*7", 84],
  ["2 + 3 * 4", 14],
  ["(2 + 3) * 4", 20],
  ["-2^2", -4],
  ["2^3^2", 512],
  ["2^-1", 0.5],
  ["0.1 + 0.2", 0.3],
  ["10 % 4", 2],
  ["20% * 250", 50],
  ["200 + 10%", 220],
  ["200 - 10% * 2", 199.8],
  ["100 * 1.5 - 20%", 120],
  ["(20%) + 1", 1.2],
  ["7 × 8 ÷ 2 − 1", 27],
  ["max(3, 7, 5) + sqrt(16)", 11],
  ["round(2.345, 2)", 2.35],
  ["5!", 120],
  ["1.5e3 / 3", 500],
  ["12*7 =?", 84],
  ["mean(1, 2, 6)", 3],
];

for (const [expression, value] of SUMS) {
  Deno.test(`calculate() ${expression} is ${value}`, () =>
    assertEquals(calculate(expression), value));
}

const FAULTS: readonly (readonly [string, string])[] = [
  ["", "ends too early"],
  ["2 +", "ends too early"],
  ["2 3", 'has "3"'],
  ["(2 + 3", 'lacks a ")"'],
  ["1 / 0", "divides by zero"],
  ["constructor(1)", 'uses "constructor"'],
  ["globalThis", 'uses "globalthis"'],
  ["9^9^9", "no finite value"],
  ["sqrt(-1)", "no finite value"],
  ["(".repeat(500), "nested too deeply"],
];

for (const [expression, why] of FAULTS) {
  Deno.test(`calculate() refuses ${expression.slice(0, 20) || "nothing"}: ${why}`, () => {
    const error = assertThrows(() => calculate(expression), AppError);
    assertEquals(error.code, "invalid_input");
    assert(error.detail.includes(why), error.detail);
  });
}

Deno.test("htmlText() keeps what one reads and drops the rest", () => {
  const page = htmlText(`<html><head><title>A &amp; B</title><style>p{}</style></head><body>
    <nav>Menu</nav><h2>Head</h2><p>One<br>two &#8364; &lt;b&gt;</p><ul><li>x</li><li>y</li></ul>
    <table><tr><td>1</td><td>2</td></tr></table><script>alert(1)</script><!-- no --></body></html>`);
  assertEquals(page.title, "A & B");
  assertEquals(page.text, "## Head\n\nOne\ntwo € <b>\n\n- x\n- y\n\n1 | 2 |");
});

function run(name: string, args: unknown, answer: (url: string, init?: RequestInit) => Response) {
  const tool = builtInTools().get(name)!;
  return tool.run({
    idempotencyKey: "key-1",
    signal: new AbortController().signal,
    fetch: (url, init) => Promise.resolve(answer(url, init)),
  }, tool.input.parse(args)) as Promise<Record<string, Json>>;
}

const html = { headers: { "content-type": "text/html; charset=utf-8" } };

Deno.test("web_fetch gives a page's text, title and status", async () => {
  const page = await run(
    "web_fetch",
    { url: "https://example.com/" },
    () => new Response("<title>T</title><p>Hello</p>", html),
  );
  assertEquals([page.title, page.text, page.status, page.truncated], ["T", "Hello", 200, false]);
});

Deno.test("web_fetch reads at most a mebibyte and says that it stopped", async () => {
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new TextEncoder().encode("a".repeat(65_536))),
  });
  const page = await run(
    "web_fetch",
    { url: "https://example.com/" },
    () => new Response(endless, { headers: { "content-type": "text/plain" } }),
  );
  assertEquals([page.truncated, String(page.text).length], [true, 20_000]);
});

Deno.test("web_fetch refuses what is no text", async () => {
  const error = await assertRejects(
    () =>
      run(
        "web_fetch",
        { url: "https://example.com/a.png" },
        () => new Response("x", { headers: { "content-type": "image/png" } }),
      ),
    AppError,
  );
  assertEquals(error.code, "unsupported_media_type");
});

Deno.test("web_fetch takes only http and https addresses", () => {
  const { input } = builtInTools().get("web_fetch")!;
  assertEquals(input.safeParse({ url: "file:///etc/passwd" }).success, false);
  assertEquals(input.safeParse({ url: "https://example.com" }).success, true);
});

Deno.test("web_fetch asks a person in strict mode only, http_request always", () => {
  const tools = builtInTools();
  assertEquals(tools.get("web_fetch")!.needsApproval!({}, { mode: "auto" }), false);
  assertEquals(tools.get("web_fetch")!.needsApproval!({}, { mode: "strict" }), true);
  assertEquals(tools.get("http_request")!.needsApproval!({}, { mode: "auto" }), true);
});

Deno.test("http_request sends the body under the effect's idempotency key", async () => {
  let sent: Request | undefined;
  const args = { method: "POST", url: "https://example.com/hook", body: '{"a":1}' };
  const result = await run("http_request", args, (url, init) => {
    sent = new Request(url, init);
    return Response.json({ ok: true }, { status: 201 });
  });
  assertEquals(result.status, 201);
  assertEquals(sent!.headers.get("idempotency-key"), "key-1");
  assertEquals(sent!.headers.get("content-type"), "application/json");
});

const offered = (text: string) => usefulTools(text).map((tool) => tool.name);

Deno.test("usefulTools() offers only what the text calls for", () => {
  assertEquals(offered("Compare three ways to store a log"), []);
  assertEquals(offered("12*7?"), ["calculator"]);
  assertEquals(offered("What is 18% of 2,450?"), ["calculator"]);
  assertEquals(offered("Was kosten 3 Stühle zu je 49 Euro? Berechne es"), ["calculator"]);
  assertEquals(offered("Summarise https://example.com/post/1"), ["web_fetch"]);
  assertEquals(offered("Send the result to https://example.com/hook"), [
    "web_fetch",
    "http_request",
  ]);
});
