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
