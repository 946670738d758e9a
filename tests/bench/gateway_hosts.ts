/**
 * The servers the gateway is measured with, each a process of its own: a model server, a bare Hono pass-through
 * to it, and the whole program before it. `deno run -A tests/bench/gateway_hosts.ts <kind> [<upstream>]`.
 */
import { Hono } from "hono";
import { setBudget } from "../../lib/gateway/budgets/mod.ts";
import { testApp } from "../harness/test_app.ts";

export type HostKind = "upstream" | "bare" | "muster";

export interface Host extends AsyncDisposable {
  readonly url: string;
  /** Resident memory, in bytes. */
  memory(): Promise<number>;
}

/** Starts one and waits until it listens. */
export async function host(kind: HostKind, upstream = ""): Promise<Host> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", import.meta.filename!, kind, upstream],
    env: { MUSTER_DEFAULT_MODEL: "muster/offline", MUSTER_ADMIN_KEY: "" },
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes("\n")) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`the ${kind} server did not start`);
    text += value;
  }
  return {
    url: text.trim(),
    memory: () => residentBytes(child.pid),
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await reader.cancel();
      await child.status;
    },
  };
}

async function residentBytes(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? NaN) * 1_024;
}

const CHUNKS = 20;
const WORDS = "The answer is a sentence of some words. ";
const USAGE = { prompt_tokens: 20, completion_tokens: 200, total_tokens: 220 };
const WHOLE = JSON.stringify({
  id: "chatcmpl-bench",
  object: "chat.completion",
  created: 1,
  model: "gpt-4o-mini",
  choices: [{
    index: 0,
    message: { role: "assistant", content: WORDS.repeat(CHUNKS) },
    finish_reason: "stop",
  }],
  usage: USAGE,
});

function chunk(delta: unknown, finish: string | null): Uint8Array<ArrayBuffer> {
  const choices = [{ index: 0, delta, finish_reason: finish }];
  const value = { id: "chatcmpl-bench", object: "chat.completion.chunk", created: 1, choices };
  return new TextEncoder().encode(`data: ${JSON.stringify(value)}\n\n`);
}

const FRAMES = [
  ...Array.from({ length: CHUNKS }, () => chunk({ content: WORDS }, null)),
  chunk({}, "stop"),
  new TextEncoder().encode(
    `data: ${JSON.stringify({ id: "chatcmpl-bench", choices: [], usage: USAGE })}\n\n`,
  ),
  new TextEncoder().encode("data: [DONE]\n\n"),
];

/** `"user": "d50"` in the request makes it wait 50 ms. */
async function answer(request: Request): Promise<Response> {
  if (request.method !== "POST") return Response.json({ object: "list", data: [] });
  const body = await request.text();
  const delay = /"user":"d(\d+)"/.exec(body)?.[1];
  if (delay && delay !== "0") await new Promise((done) => setTimeout(done, Number(delay)));
  if (!body.includes('"stream":true')) {
    return new Response(WHOLE, { headers: { "content-type": "application/json" } });
  }
  let next = 0;
  const stream = new ReadableStream({
    pull(controller) {
      controller.enqueue(FRAMES[next++]);
      if (next === FRAMES.length) controller.close();
    },
  });
  return new Response(stream, { headers: { "content-type": "text/event-stream" } });
}

/** What a pass-through cannot do without: the request's body there, the answer's back. */
function bare(upstream: string): Hono {
  const app = new Hono();
  app.post("/v1/chat/completions", async (c) => {
    const response = await fetch(`${upstream}/v1/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: "Bearer sk-bench" },
      body: c.req.raw.body,
    });
    return new Response(response.body, {
      status: response.status,
      headers: { "content-type": response.headers.get("content-type") ?? "" },
    });
  });
  return app;
}

/** With a budget, rates, the router, breakers, the cache and the record of calls at work. */
async function muster(upstream: string): Promise<string> {
  const env = { OPENAI_BASE_URL: `${upstream}/v1`, OPENAI_API_KEY: "sk-bench" };
  const app = await testApp({ kv: "file", env });
  const patch = { limits: { eachKey: { requestsPerMinute: 100_000_000, concurrent: 10_000 } } };
  await app.gateway.settings.update({ workspaceId: "default", actor: "bench", patch });
  const admin = { workspaceId: "default", actor: "bench" };
  const name = { scope: "workspace", subject: "default", period: "total" } as const;
  await setBudget(app.ctx, admin, name, { limitMicros: 1_000_000_000_000 });
  await app.gateway.budgets.changed("default");
  return app.url;
}

async function serve(kind: HostKind, upstream: string): Promise<void> {
  if (kind === "muster") return console.log(await muster(upstream));
  const handler = kind === "upstream" ? answer : bare(upstream).fetch;
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, handler);
  console.log(`http://127.0.0.1:${server.addr.port}`);
}

if (import.meta.main) await serve(Deno.args[0] as HostKind, Deno.args[1] ?? "");
