import { assertEquals, assertRejects } from "@std/assert";
import { systemClock } from "../core/clock.ts";
import { AppError, type ErrorCode } from "../core/errors.ts";
import { createOutboundFetch, type OutboundFetch } from "./fetch.ts";

const clock = systemClock;
const guarded = createOutboundFetch({ clock });
/** The guard's transport against this machine. */
const local = createOutboundFetch({ clock, isAllowed: (a) => a === "127.0.0.1" });

async function refuses(work: Promise<unknown>, code: ErrorCode): Promise<AppError> {
  const error = await assertRejects(() => work, AppError);
  assertEquals(error.code, code);
  return error;
}

async function withServer(
  handler: (request: Request) => Response | Promise<Response>,
  test: (base: string) => Promise<void>,
): Promise<void> {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, handler);
  try {
    await test(`http://127.0.0.1:${server.addr.port}`);
  } finally {
    await server.shutdown();
  }
}

const CLOSED = [
  "http://127.0.0.1/",
  "http://2130706433/",
  "http://0x7f.1/",
  "http://0177.0.0.1/",
  "http://[::1]/",
  "http://[::ffff:127.0.0.1]/",
  "http://[::ffff:a9fe:a9fe]/",
  "http://169.254.169.254/latest/meta-data/",
  "http://localhost/",
];

for (const url of CLOSED) {
  Deno.test(`OutboundFetch refuses ${url} as forbidden`, async () => {
    await refuses(guarded(url), "forbidden");
  });
}

for (
  const url of ["file:///etc/passwd", "ftp://example.com/", "not a url", "http://a:b@example.com/"]
) {
  Deno.test(`OutboundFetch refuses ${url} as invalid_input`, async () => {
    await refuses(guarded(url), "invalid_input");
  });
}

Deno.test("OutboundFetch refuses a name when any of its addresses is private", async () => {
  const resolve = () =>
    Promise.resolve([{ address: "8.8.8.8", family: 4 }, { address: "10.0.0.1", family: 4 }]);
  await refuses(createOutboundFetch({ clock, resolve })("http://mixed.example/"), "forbidden");
});

Deno.test("OutboundFetch connects to the address it checked, not to a later answer", async () => {
  let asked = 0;
  const resolve = () =>
    Promise.resolve([{ address: asked++ ? "10.0.0.1" : "127.0.0.1", family: 4 }]);
  const fetch = createOutboundFetch({ clock, resolve, isAllowed: (a) => a === "127.0.0.1" });
  await withServer((request) => new Response(request.headers.get("host")), async (base) => {
    const port = new URL(base).port;
    const response = await fetch(`http://rebind.example:${port}/`);
    assertEquals(await response.text(), `rebind.example:${port}`);
  });
  assertEquals(asked, 1);
});

Deno.test("OutboundFetch sends method, headers and body and reads the answer", async () => {
  const echo = async (request: Request) =>
    new Response(`${request.method} ${request.headers.get("x-a")} ${await request.text()}`, {
      status: 201,
      headers: { "x-b": "2" },
    });
  await withServer(echo, async (base) => {
    const response = await local(base, { method: "POST", headers: { "x-a": "1" }, body: "hello" });
    assertEquals([response.status, response.headers.get("x-b")], [201, "2"]);
    assertEquals(await response.text(), "POST 1 hello");
  });
});

Deno.test("OutboundFetch refuses a redirect unless told to follow it", async () => {
  const handler = (request: Request) =>
    new URL(request.url).pathname === "/end"
      ? new Response("end")
      : new Response(null, { status: 302, headers: { location: "/end" } });
  await withServer(handler, async (base) => {
    await refuses(local(base), "upstream_failed");
    assertEquals(await (await local(base, { redirects: 1 })).text(), "end");
  });
});

Deno.test("OutboundFetch checks the target of a redirect too", async () => {
  const away = () =>
    new Response(null, { status: 302, headers: { location: "http://127.0.0.2/" } });
  await withServer(away, async (base) => {
    await refuses(local(base, { redirects: 3 }), "forbidden");
  });
});

async function untilHeadersOrBody(fetch: OutboundFetch, url: string, trusted: boolean) {
  const error = await assertRejects(async () => {
    await (await fetch(url, { timeoutMs: 60, trusted })).text();
  }, AppError);
  assertEquals(error.code, "upstream_timeout");
}

for (const trusted of [false, true]) {
  const kind = trusted ? "trusted" : "guarded";
  Deno.test(`OutboundFetch ends a ${kind} answer that never starts, or never ends`, async () => {
    const stop = new AbortController();
    const never = (request: Request) =>
      new URL(request.url).pathname === "/body"
        ? new Response(new ReadableStream({ start: (c) => c.enqueue(new Uint8Array(3)) }))
        : new Promise<Response>((resolve) =>
          stop.signal.addEventListener("abort", () => resolve(new Response()))
        );
    await withServer(never, async (base) => {
      await untilHeadersOrBody(local, `${base}/head`, trusted);
      await untilHeadersOrBody(local, `${base}/body`, trusted);
      stop.abort();
    });
  });
}

Deno.test("OutboundFetch stops reading past maxBytes", async () => {
  await withServer(() => new Response(new Uint8Array(5_000)), async (base) => {
    const response = await local(base, { maxBytes: 4_000 });
    await refuses(response.text(), "upstream_failed");
    assertEquals((await (await local(base, { maxBytes: 5_000 })).arrayBuffer()).byteLength, 5_000);
  });
});

Deno.test("OutboundFetch reads a gzip answer and bounds what it unpacks to", async () => {
  const gzip = () => {
    const body = new Blob([new Uint8Array(50_000)]).stream();
    const packed = body.pipeThrough(new CompressionStream("gzip"));
    return new Response(packed, { headers: { "content-encoding": "gzip" } });
  };
  await withServer(gzip, async (base) => {
    assertEquals((await (await local(base)).arrayBuffer()).byteLength, 50_000);
    await refuses((await local(base, { maxBytes: 49_999 })).arrayBuffer(), "upstream_failed");
  });
});

Deno.test("OutboundFetch passes the caller's own abort through", async () => {
  const stop = new AbortController();
  const reason = new Error("mine");
  const error = await withAborted(stop, reason);
  assertEquals(error, reason);
});

async function withAborted(stop: AbortController, reason: Error): Promise<unknown> {
  let seen: unknown;
  await withServer((request) => {
    stop.abort(reason);
    return new Promise<Response>((done) =>
      request.signal.addEventListener("abort", () => done(new Response()))
    );
  }, async (base) => {
    seen = await local(base, { signal: stop.signal }).catch((e) => e);
  });
  return seen;
}

Deno.test("OutboundFetch reports a closed port as upstream_failed", async () => {
  let base = "";
  await withServer(() => new Response(), (url) => {
    base = url;
    return Promise.resolve();
  });
  await refuses(local(base), "upstream_failed");
  await refuses(local(base, { trusted: true }), "upstream_failed");
});

Deno.test("OutboundFetch lets a trusted URL be private", async () => {
  await withServer(() => new Response("ok"), async (base) => {
    assertEquals(await (await guarded(base, { trusted: true })).text(), "ok");
  });
});

Deno.test("a name server that never answers is not waited for past the caller's end", async () => {
  const asked = Promise.withResolvers<void>();
  const outbound = createOutboundFetch({
    clock: { timer: () => () => {} },
    resolve: () => {
      asked.resolve();
      return new Promise(() => {});
    },
  });
  const stop = new AbortController();
  const answer = outbound("https://models.example/v1", { signal: stop.signal });
  await asked.promise;
  stop.abort(new Error("enough"));
  await assertRejects(() => answer);
});
