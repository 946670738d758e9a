/**
 * A model server that does as it is told, whatever the protocol says: plain `Deno.serve` and raw TCP, nothing of
 * the program. Requests that name a model are answered by that model's script, one entry for each request in
 * turn, the last one for all that follow.
 */

export type Script = (request: Seen) => Response | Promise<Response>;

export interface Seen {
  readonly path: string;
  readonly model: string;
  readonly body: Record<string, unknown>;
  readonly headers: Headers;
  /** Resolves when the client hangs up before it has all of the answer. */
  readonly gone: Promise<void>;
}

export interface Upstream extends AsyncDisposable {
  /** With `/v1`. */
  readonly url: string;
  readonly seen: Seen[];
  /** Of the model, or of all. */
  count(model?: string): number;
}

const JSON_HEADERS = { "content-type": "application/json" };
const SSE_HEADERS = { "content-type": "text/event-stream" };

/** `scripts`: for each model, `*` for all others. */
export function upstream(scripts: Readonly<Record<string, readonly Script[]>>): Upstream {
  const seen: Seen[] = [];
  const stop = new AbortController();
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    signal: stop.signal,
    onListen: () => {},
    onError: () => new Response("broken on purpose", { status: 500 }),
  }, async (request) => {
    const path = new URL(request.url).pathname;
    if (request.method !== "POST") return Response.json({ object: "list", data: [] });
    const body = await request.json() as Record<string, unknown>;
    const model = String(body.model);
    const gone = new Promise<void>((resolve) =>
      request.signal.addEventListener("abort", () => resolve(), { once: true })
    );
    const one: Seen = { path, model, body, headers: new Headers(request.headers), gone };
    seen.push(one);
    const script = scripts[model] ?? scripts["*"] ?? [];
    const nth = seen.filter((other) => other.model === model).length;
    const answer = script[Math.min(nth, script.length) - 1];
    return answer ? await answer(one) : new Response("no script", { status: 500 });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}/v1`,
    seen,
    count: (model) => seen.filter((one) => model === undefined || one.model === model).length,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await server.finished;
    },
  };
}

/** What the scripted server counts for a call unless a script says otherwise. */
export const USAGE = { prompt_tokens: 1_000, completion_tokens: 2_000, total_tokens: 3_000 };

/** A whole answer. */
export function whole(content = "All is well.", usage: unknown = USAGE): Script {
  return ({ model }) =>
    Response.json({
      id: "chatcmpl-1",
      object: "chat.completion",
      created: 1,
      model,
      choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }],
      usage,
    });
}

/** A whole answer in the form that was asked for. */
export function good(content = "All is well."): Script {
  return (seen) =>
    seen.body.stream === true
      ? streamed([...texts(content), finish(), usage(), DONE])(seen)
      : whole(content)(seen);
}

export function refuse(status: number, headers: Record<string, string> = {}): Script {
  return () =>
    Response.json({
      error: { message: `refused with ${status}`, type: "test_error", param: null, code: null },
    }, { status, headers });
}

/** Answers nothing until the client hangs up. */
export function silent(): Script {
  return async ({ gone }) => {
    await gone;
    return new Response(null, { status: 499 });
  };
}

export function raw(body: string, headers: Record<string, string> = JSON_HEADERS): Script {
  return () => new Response(body, { headers });
}

export type End = "close" | "break" | "hang";

/** Sends the frames at once or, with `everyMs`, one after another, and ends as told. */
export function streamed(
  frames: readonly string[],
  end: End = "close",
  options: { readonly everyMs?: number; readonly headers?: Record<string, string> } = {},
): Script {
  return ({ gone }) =>
    new Response(body(frames, end, gone, options.everyMs), {
      headers: options.headers ?? SSE_HEADERS,
    });
}

function body(
  frames: readonly string[],
  end: End,
  gone: Promise<void>,
  everyMs: number | undefined,
): ReadableStream<Uint8Array> {
  const left = [...frames];
  let canceled = false;
  return new ReadableStream({
    async pull(controller) {
      const next = left.shift();
      if (next !== undefined) {
        if (everyMs !== undefined) await pause(everyMs, gone);
        if (!canceled) controller.enqueue(new TextEncoder().encode(next));
        return;
      }
      if (end === "hang") await gone;
      if (canceled) return;
      if (end === "break") controller.error(new Error("broken on purpose"));
      else controller.close();
    },
    cancel: () => {
      canceled = true;
    },
  }, { highWaterMark: 0 });
}

/** The drip of a slow server; over at once when nobody listens any more. */
function pause(ms: number, gone: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    gone.then(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

export const DONE = "data: [DONE]\n\n";

export function frame(value: unknown): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}

export function text(content: string): string {
  return frame({
    id: "chatcmpl-1",
    object: "chat.completion.chunk",
    choices: [{ index: 0, delta: { content }, finish_reason: null }],
  });
}

/** A chunk for each word. */
export function texts(content: string): string[] {
  return content.split(/(?<= )/).map(text);
}

export function finish(reason = "stop"): string {
  return frame({
    id: "chatcmpl-1",
    object: "chat.completion.chunk",
    choices: [{ index: 0, delta: {}, finish_reason: reason }],
  });
}

export function usage(counted: unknown = USAGE): string {
  return frame({ id: "chatcmpl-1", object: "chat.completion.chunk", choices: [], usage: counted });
}

/** A port that takes connections and answers with what is no TLS and no HTTP. */
export function garbage(): { readonly port: number } & AsyncDisposable {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const over = serveGarbage(listener);
  return {
    port: listener.addr.port,
    async [Symbol.asyncDispose]() {
      listener.close();
      await over;
    },
  };
}

async function serveGarbage(listener: Deno.Listener): Promise<void> {
  try {
    for await (const connection of listener) {
      await connection.read(new Uint8Array(1_024));
      await connection.write(new TextEncoder().encode("neither TLS nor HTTP\r\n\r\n"));
      connection.close();
    }
  } catch {
    // The test is over.
  }
}

/** A port nobody listens on. */
export function closedPort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}
