import { assert, assertEquals, assertRejects } from "@std/assert";
import { systemClock } from "../core/clock.ts";
import { WirePool } from "./http1.ts";
import type { WireReply } from "./http1_reply.ts";

interface RawServer extends AsyncDisposable {
  readonly url: string;
  /** Connections made so far. */
  readonly connections: number;
}

/** Answers each request on a connection with the next of its pieces; a null ends the connection. */
function rawServer(answer: (nth: number) => readonly (string | null)[]): RawServer {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open = new Set<Deno.Conn>();
  let connections = 0;
  let requests = 0;
  const serve = async (socket: Deno.Conn) => {
    const buffer = new Uint8Array(65_536);
    while (await socket.read(buffer) !== null) {
      for (const piece of answer(++requests)) {
        if (piece === null) return open.delete(socket) && socket.close();
        await socket.write(new TextEncoder().encode(piece));
      }
    }
    if (open.delete(socket)) socket.close();
  };
  const over = (async () => {
    for await (const socket of listener) {
      connections++;
      open.add(socket);
      serve(socket).catch(() => {});
    }
  })();
  return {
    url: `http://127.0.0.1:${listener.addr.port}/v1/x`,
    get connections() {
      return connections;
    },
    async [Symbol.asyncDispose]() {
      listener.close();
      await over.catch(() => {});
      for (const socket of open) socket.close();
      open.clear();
    },
  };
}

function openPool(): WirePool & Disposable {
  const pool = new WirePool(systemClock);
  return Object.assign(pool, { [Symbol.dispose]: () => pool.close() });
}

function post(pool: WirePool, url: string, signal = new AbortController().signal) {
  return pool.post({ url, headers: { "content-type": "application/json" }, body: "{}", signal });
}

async function textOf(reply: WireReply): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for (let piece = await reply.read(); piece; piece = await reply.read()) {
    text += decoder.decode(piece, { stream: true });
  }
  return text;
}

const CHUNKED = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nContent-Type: text/x\r\n\r\n" +
  "5;a=b\r\nhello\r\n7\r\n, world\r\n0\r\ntrailer: 1\r\n\r\n";
const BODIES: readonly (readonly [string, string, string])[] = [
  ["chunks", CHUNKED, "hello, world"],
  ["a length", "HTTP/1.1 200 OK\r\ncontent-length: 12\r\n\r\nhello, world", "hello, world"],
  ["nothing", "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", ""],
  [
    "an interim answer before",
    "HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok",
    "ok",
  ],
];

for (const [how, answer, body] of BODIES) {
  Deno.test(`post() reads a body by ${how}, cut anywhere, and keeps the connection`, async () => {
    for (let at = 1; at < answer.length; at += 3) {
      await using server = rawServer(() => [answer.slice(0, at), answer.slice(at)]);
      using pool = openPool();
      for (let i = 0; i < 2; i++) {
        const reply = await post(pool, server.url);
        assertEquals([reply.status, await textOf(reply)], [200, body]);
      }
      assertEquals(server.connections, 1);
    }
  });
}

Deno.test("post() reads a body that ends with its connection", async () => {
  await using server = rawServer(() => ["HTTP/1.1 200 OK\r\n\r\nall of ", "it", null]);
  using pool = openPool();
  assertEquals(await textOf(await post(pool, server.url)), "all of it");
});

const OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

Deno.test("post() leaves an idle connection alone that was closed, or spoke out of turn", async () => {
  for (const after of [null, "HTTP/1.1 408 Request Timeout\r\ncontent-length: 5\r\n\r\nother"]) {
    await using server = rawServer(() => [OK, after]);
    using pool = openPool();
    for (let i = 0; i < 3; i++) {
      const reply = await post(pool, server.url);
      assertEquals([reply.status, await textOf(reply)], [200, "ok"]);
      await heard();
    }
    assertEquals(server.connections, 3);
  }
});

Deno.test("post() does not repeat by itself what a server may have done", async () => {
  let requests = 0;
  await using server = rawServer((nth) => (requests = nth) === 1 ? [OK] : [null]);
  using pool = openPool();
  assertEquals(await textOf(await post(pool, server.url)), "ok");
  await assertRejects(() => post(pool, server.url));
  assertEquals(requests, 2);
});

/** What the server sent of its own accord has arrived: the loop has gone round the network. */
async function heard(): Promise<void> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const [one, other] = await Promise.all([
    Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port }),
    listener.accept(),
  ]);
  for (let i = 0; i < 20; i++) {
    await one.write(new Uint8Array(1));
    await other.read(new Uint8Array(1));
  }
  for (const closing of [one, other, listener]) closing.close();
}

Deno.test("post() fails where the answer is cut, and where it is no HTTP", async () => {
  const broken = [
    "HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\nshort",
    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhel",
    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n",
    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nno length\r\n",
    "HTTP/1.1 200 OK\r\ncontent-length: minus\r\n\r\n",
    "SSH-2.0-OpenSSH\r\n\r\n",
    "",
  ];
  for (const answer of broken) {
    await using server = rawServer(() => [answer, null]);
    using pool = openPool();
    await assertRejects(async () => await textOf(await post(pool, server.url)), Error);
  }
});

Deno.test("post() stops at once when its signal aborts, before the head and in the body", async () => {
  for (const answer of ["", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf"]) {
    await using server = rawServer(() => [answer]);
    using pool = openPool();
    const stop = new AbortController();
    const reading = post(pool, server.url, stop.signal).then(textOf);
    const failed = reading.then(() => null, (error: unknown) => error);
    stop.abort(new Error("enough"));
    const error = await failed;
    assert(error instanceof Error && error.message === "enough", String(error));
  }
});

Deno.test("post() sends no header that holds a line break", async () => {
  using pool = openPool();
  const { signal } = new AbortController();
  const headers = { "x-a": "1\r\nx-b: 2" };
  const sent = () => pool.post({ url: "http://127.0.0.1:9/", headers, body: "", signal });
  await assertRejects(sent, TypeError);
});

Deno.test("finish() lets the connection serve again once the end is there", async () => {
  await using server = rawServer(() => [CHUNKED]);
  using pool = openPool();
  for (let i = 0; i < 3; i++) {
    const reply = await post(pool, server.url);
    await reply.read();
    await reply.read();
    reply.finish();
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  assertEquals(server.connections, 1);
});
