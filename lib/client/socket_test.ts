import { assertEquals, assertRejects } from "@std/assert";
import { keyedApp } from "../../tests/harness/keyed_app.ts";
import { connect } from "./connect.ts";
import { MusterError } from "./error.ts";
import { MusterSocket, type SocketFrame, type SocketOptions } from "./socket.ts";
import { Transport } from "./transport.ts";

interface SocketServer extends AsyncDisposable {
  readonly url: string;
  readonly received: SocketFrame[];
  /** Cuts every connection. */
  cut(): void;
  push(frame: SocketFrame): void;
}

/** Answers pings unless told not to. */
function socketServer({ silent = false } = {}): SocketServer {
  const received: SocketFrame[] = [];
  const sockets = new Set<WebSocket>();
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    if (request.headers.get("upgrade") !== "websocket") return Response.json({});
    const { socket, response } = Deno.upgradeWebSocket(request);
    sockets.add(socket);
    socket.onopen = () => socket.send(JSON.stringify({ type: "hello" }));
    socket.onmessage = ({ data }) => {
      const frame = JSON.parse(data) as SocketFrame;
      if (frame.type !== "ping") received.push(frame);
      else if (!silent) socket.send('{"type":"pong"}');
    };
    socket.onclose = () => sockets.delete(socket);
    return response;
  });
  const cut = () => sockets.forEach((socket) => socket.close(1012));
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    received,
    cut,
    push: (frame) => sockets.forEach((socket) => socket.send(JSON.stringify(frame))),
    async [Symbol.asyncDispose]() {
      cut();
      await server.shutdown();
    },
  };
}

const open = (url: string, options: SocketOptions = {}) =>
  new MusterSocket(new Transport({ url }), { path: "/live", probe: "/" }, options, WebSocket);

async function take(socket: MusterSocket, count: number): Promise<string[]> {
  const types: string[] = [];
  for await (const { type } of socket) {
    types.push(type);
    if (types.length === count) break;
  }
  return types;
}

Deno.test("MusterSocket delivers frames to the loop and to handlers, pongs to neither", async () => {
  await using server = socketServer();
  await using socket = open(server.url, { pingMs: 10 });
  const heard: string[] = [];
  socket.on("news", (frame) => heard.push(frame.payload));
  const taking = take(socket, 2);
  await take(socket, 1);
  server.push({ type: "news", payload: "one" });
  assertEquals([await taking, heard], [["hello", "news"], ["one"]]);
});

Deno.test("MusterSocket connects again when it is cut, and sends what waited", async () => {
  await using server = socketServer();
  const states: string[] = [];
  const reconnecting = Promise.withResolvers<void>();
  await using socket = open(server.url, {
    onState: (state) => {
      states.push(state);
      if (state === "reconnecting") reconnecting.resolve();
    },
  });
  await take(socket, 1);
  server.cut();
  const again = take(socket, 1);
  await reconnecting.promise;
  socket.send("chat", { message: "waited" });
  assertEquals(await again, ["hello"]);
  socket.send("chat", { message: "now" });
  server.push({ type: "end" });
  await take(socket, 1);
  assertEquals(states, ["connecting", "open", "reconnecting", "open"]);
  assertEquals(server.received.map(({ payload }) => payload.message), ["waited", "now"]);
});

Deno.test("MusterSocket takes a connection for dead that answers no pings", async () => {
  await using server = socketServer({ silent: true });
  await using socket = open(server.url, { pingMs: 20 });
  assertEquals(await take(socket, 2), ["hello", "hello"]);
});

Deno.test("MusterSocket.close() ends the loop and refuses what is sent after", async () => {
  await using server = socketServer();
  const socket = open(server.url);
  const all = (async () => {
    const types: string[] = [];
    for await (const { type } of socket) types.push(type);
    return types;
  })();
  await take(socket, 1);
  await socket.close();
  assertEquals([await all, socket.state], [["hello"], "closed"]);
  await assertRejects(async () => await socket.send("chat"), MusterError, "closed");
});

Deno.test("MusterSocket ends with its signal, also one aborted before", async () => {
  await using server = socketServer();
  const socket = open(server.url, { signal: AbortSignal.abort() });
  for await (const frame of socket) throw new Error(`Unexpected ${frame.type}`);
  assertEquals(socket.state, "closed");
});

Deno.test("Muster.socket() with a wrong key throws why instead of trying for ever", async () => {
  await using app = await keyedApp();
  const socket = await connect({ url: app.url, key: "mst_wrong", agentId: "phoenix" }).socket();
  const error = await assertRejects(() => take(socket, 1), MusterError);
  assertEquals([error.code, socket.state], ["unauthorized", "closed"]);
});

/** Timers fire at once; what they were to wait is noted. */
function hurried(): { readonly waits: number[] } & Disposable {
  const { setTimeout } = globalThis;
  const waits: number[] = [];
  globalThis.setTimeout = ((fn: () => void, ms: number) => {
    waits.push(ms);
    return setTimeout(fn, 0);
  }) as typeof setTimeout;
  return { waits, [Symbol.dispose]: () => void (globalThis.setTimeout = setTimeout) };
}

/** A far end that behaves so with each connection, until there were `count`. */
function farEnd(count: number, behave: (socket: WebSocket, n: number) => void) {
  const all = Promise.withResolvers<void>();
  const sent: (readonly [n: number, type: string])[] = [];
  let made = 0;
  class FarEnd {
    readonly n = ++made;
    constructor() {
      queueMicrotask(() => behave(this as unknown as WebSocket, this.n));
      if (made >= count) all.resolve();
    }
    send(text: string) {
      sent.push([this.n, (JSON.parse(text) as SocketFrame).type]);
    }
    close() {
      const { onclose } = this as unknown as WebSocket;
      queueMicrotask(() => onclose?.call(this as unknown as WebSocket, new CloseEvent("close")));
    }
  }
  return { all: all.promise, sent, Socket: FarEnd as unknown as typeof WebSocket };
}

function accept(socket: WebSocket): void {
  socket.onopen?.(new Event("open"));
  socket.onmessage?.(new MessageEvent("message", { data: '{"type":"state-sync"}' }));
}

function refuse(socket: WebSocket): void {
  socket.onopen?.(new Event("open"));
  const data = '{"type":"error","payload":{"code":"rate_limited"}}';
  socket.onmessage?.(new MessageEvent("message", { data }));
  socket.onclose?.(new CloseEvent("close", { code: 1013 }));
}

const transport = new Transport({
  url: "http://muster.test",
  fetch: () => Promise.resolve(Response.json({})),
});
const target = { path: "/live", probe: "/" };

Deno.test("MusterSocket waits longer each time for a server that takes the connection and refuses it", async () => {
  using time = hurried();
  const { all, Socket } = farEnd(8, refuse);
  await using _ = new MusterSocket(transport, target, {}, Socket);
  await all;
  // Seven waits between eight connections, each twice as long as the one before, up to 10 s.
  assertEquals(time.waits.filter((ms) => ms >= 5_000 && ms <= 10_000).length >= 1, true);
});

Deno.test("MusterSocket gives up a handshake that nobody answers, and tries again", async () => {
  using _time = hurried();
  const { all, Socket } = farEnd(2, () => {});
  await using _ = new MusterSocket(transport, target, {}, Socket);
  await all;
});

Deno.test("MusterSocket keeps what waits from a server that takes the connection and refuses it", async () => {
  using _time = hurried();
  const { sent, Socket } = farEnd(2, (socket, n) => n === 1 ? refuse(socket) : accept(socket));
  await using socket = new MusterSocket(transport, target, {}, Socket);
  socket.send("chat", { message: "waited" });
  assertEquals(await take(socket, 2), ["error", "state-sync"]);
  assertEquals(sent, [[2, "chat"]]);
});
