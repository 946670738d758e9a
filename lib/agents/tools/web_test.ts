import { assertEquals, assertRejects } from "@std/assert";
import { systemClock } from "../../kernel/core/clock.ts";
import { AppError } from "../../kernel/core/errors.ts";
import type { Json } from "../../kernel/core/json.ts";
import { createOutboundFetch } from "../../kernel/platform/fetch.ts";
import { builtInTools } from "./mod.ts";

type Answer = (url: string, init?: RequestInit) => Response | Promise<Response>;

function run(name: string, args: unknown, answer: Answer) {
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

const hook = { method: "POST", url: "https://example.com/hook" };

Deno.test("http_request says of a request that never left that nothing happened", async () => {
  for (const syscall of ["connect", "getaddrinfo"]) {
    const refused = new AppError("upstream_failed", {
      cause: Object.assign(new Error("refused"), { syscall }),
    });
    const error = await assertRejects(
      () => run("http_request", hook, () => Promise.reject(refused)),
      AppError,
    );
    assertEquals([error.code, error.data], ["upstream_failed", { outcomeUnknown: false }]);
  }
});

Deno.test("http_request leaves open what became of a request that was cut", async () => {
  const cut = new AppError("upstream_failed", {
    cause: Object.assign(new Error("socket hang up"), { code: "ECONNRESET" }),
  });
  const error = await assertRejects(
    () => run("http_request", hook, () => Promise.reject(cut)),
    AppError,
  );
  assertEquals(error, cut);
});

Deno.test("http_request gives the status of an answer that refuses or cannot be read", async () => {
  const refused = await run("http_request", hook, () => new Response("no", { status: 422 }));
  assertEquals([refused.status, refused.text], [422, "no"]);
  const broken = new ReadableStream({ start: (c) => c.error(new AppError("upstream_failed")) });
  const text = { headers: { "content-type": "text/plain" } };
  const image = { headers: { "content-type": "image/png" } };
  for (const response of [new Response(broken, text), new Response("x", image)]) {
    const answer = await run("http_request", hook, () => response);
    assertEquals([answer.status, answer.text, answer.truncated], [200, "", true]);
  }
});

Deno.test("http_request through the guard tells a closed port from an answer", async () => {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  const fetch = createOutboundFetch({ clock: systemClock, isAllowed: () => true });
  const closed = { method: "POST", url: `http://127.0.0.1:${port}/` };
  const error = await assertRejects(() => run("http_request", closed, fetch), AppError);
  assertEquals([error.code, error.data?.outcomeUnknown], ["upstream_failed", false]);
});
