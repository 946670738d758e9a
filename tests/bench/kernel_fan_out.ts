/**
 * A thousand viewers of one stream over real HTTP, through the hub and bare. The viewers are another
 * process, so that both servers have the same machine.
 */
import { systemClock } from "../../lib/kernel/core/clock.ts";
import { openHub } from "../../lib/kernel/events/mod.ts";
import { transact } from "../../lib/kernel/kv/mod.ts";
import { tempStore } from "../harness/temp_store.ts";
import type { Figure } from "./figure.ts";

export const VIEWERS = 1_000;
const EVENTS = 400;
const BURST = 8;
const TEXT = "x".repeat(160);

export async function benchFanOut(): Promise<Figure[]> {
  let hub = 0;
  let bare = 0;
  for (let round = 0; round < 2; round++) {
    bare = Math.max(bare, await fanOut(bareSource));
    hub = Math.max(hub, await fanOut(hubSource));
  }
  return [{
    name: `SSE fan-out to ${VIEWERS} viewers`,
    value: hub,
    unit: "events/s",
    floor: { name: "bare Deno.serve, encoded once", value: bare },
    target: "≥ 0.6 ×",
    reached: hub >= 0.6 * bare,
  }];
}

export interface Source {
  /** Where the viewers look; default `/`. */
  readonly path?: string;
  respond(
    request: Request,
    info: Deno.ServeHandlerInfo<Deno.NetAddr>,
  ): Response | Promise<Response>;
  viewers(): number;
  /** Sends events `from` to `to`; resolves when they are on their way. */
  send(from: number, to: number): Promise<void>;
  end(): Promise<void>;
}

const headers = { "content-type": "text/event-stream", "cache-control": "no-store" };

export function bareSource(): Promise<Source> {
  const controllers: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>[] = [];
  const encoder = new TextEncoder();
  return Promise.resolve({
    respond: () =>
      new Response(new ReadableStream({ start: (c) => void controllers.push(c) }), { headers }),
    viewers: () => controllers.length,
    send: (from, to) => {
      // As strong a floor as there is: a burst is encoded once and handed to each viewer as one chunk.
      let text = "";
      for (let n = from; n < to; n++) {
        const id = `${String(n).padStart(20, "0")}.0`;
        const data = JSON.stringify({
          id,
          stream: "s",
          at: new Date().toISOString(),
          type: "t",
          n,
          text: TEXT,
        });
        text += `id: ${id}\nevent: t\ndata: ${data}\n\n`;
      }
      const bytes = encoder.encode(text);
      for (const controller of controllers) controller.enqueue(bytes);
      return new Promise((resolve) => setTimeout(resolve, 0));
    },
    end: () => Promise.resolve(),
  });
}

async function hubSource(): Promise<Source> {
  const store = await tempStore({ kind: "file" });
  const hub = openHub({ kv: store.kv, clock: systemClock, log: { warn: console.warn } });
  return {
    respond: () => new Response(hub.sse("w", "s", { maxBufferBytes: 1 << 22 }), { headers }),
    viewers: () => hub.viewers,
    send: async (from, to) => {
      await Promise.all(
        Array.from(
          { length: to - from },
          (_, i) =>
            transact(store, "w", (tx) => tx.emit("s", { type: "t", n: from + i, text: TEXT })),
        ),
      );
    },
    async end() {
      hub.close();
      await store[Symbol.asyncDispose]();
    },
  };
}

/** Delivered events per second, all viewers together. */
export async function fanOut(make: () => Promise<Source>): Promise<number> {
  const source = await make();
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    (request, info) => source.respond(request, info),
  );
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--no-check",
      import.meta.filename!,
      `http://127.0.0.1:${server.addr.port}${source.path ?? "/"}`,
    ],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  await lines.read();
  const started = performance.now();
  for (let n = 0; n < EVENTS; n += BURST) await source.send(n, n + BURST);
  await lines.read();
  const elapsed = performance.now() - started;
  await child.status;
  await server.shutdown();
  await source.end();
  return VIEWERS * EVENTS / elapsed * 1_000;
}

/** The viewers' process: says when all are connected, and when all have seen the last event. */
async function view(url: string): Promise<void> {
  const last = `"n":${EVENTS - 1},`;
  let connected = 0;
  const viewers = Array.from({ length: VIEWERS }, async () => {
    const response = await fetch(url);
    const reader = response.body!.getReader();
    if (++connected === VIEWERS) console.log("connected");
    const decoder = new TextDecoder("latin1");
    for (let tail = "";;) {
      const { value, done } = await reader.read();
      if (done) throw new Error("closed early");
      tail = tail.slice(-400) + decoder.decode(value.subarray(-400));
      if (tail.includes(last)) return await reader.cancel();
    }
  });
  await Promise.all(viewers);
  console.log("done");
  Deno.exit(0);
}

if (import.meta.main) await view(Deno.args[0]!);
