/**
 * A provider that counts: every request it gets, every token it bills. It bills the input as Muster counts it and as
 * much output as was allowed, so that a call costs exactly what was held for it.
 */
import type { ChatBody } from "../../lib/gateway/calls/schema.ts";
import { countInput } from "../../lib/gateway/upstream/outgoing.ts";

/** What becomes of one request: the answer, a status, a stream cut after so many chunks. */
export type Turn = "answer" | { readonly status: number } | { readonly cutAfter: number };

export interface MeteredUpstream extends AsyncDisposable {
  readonly url: string;
  readonly env: Readonly<Record<string, string>>;
  /** Models asked for, in order of arrival. */
  readonly arrivals: string[];
  /** Of whole answers. */
  readonly billed: { inputTokens: number; outputTokens: number };
  /** Requests that are being answered. */
  open: number;
}

const CHUNKS = 10;
const encoder = new TextEncoder();

export function meteredUpstream(
  script: (body: ChatBody, nth: number) => Turn | Promise<Turn> = () => "answer",
): MeteredUpstream {
  const arrivals: string[] = [];
  const billed = { inputTokens: 0, outputTokens: 0 };
  const upstream = { arrivals, billed, open: 0 };
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      if (!request.url.endsWith("/chat/completions")) return new Response(null, { status: 404 });
      const body = await request.json() as ChatBody;
      arrivals.push(body.model ?? "");
      upstream.open++;
      try {
        return answer(body, await script(body, arrivals.length), billed);
      } finally {
        upstream.open--;
      }
    },
  );
  const url = `http://127.0.0.1:${server.addr.port}`;
  return Object.assign(upstream, {
    url,
    env: { OPENAI_API_KEY: "sk-test", OPENAI_BASE_URL: `${url}/v1` },
    [Symbol.asyncDispose]: () => server.shutdown(),
  });
}

function answer(body: ChatBody, turn: Turn, billed: MeteredUpstream["billed"]): Response {
  if (turn !== "answer" && "status" in turn) {
    return Response.json({ error: { message: "no", type: "server_error" } }, turn);
  }
  const usage = {
    prompt_tokens: countInput(body),
    completion_tokens: body.max_tokens ?? body.max_completion_tokens ?? 100,
  };
  if (turn === "answer") {
    billed.inputTokens += usage.prompt_tokens;
    billed.outputTokens += usage.completion_tokens;
  }
  const shown = { id: "chatcmpl-1", created: 1, model: body.model };
  if (!body.stream) {
    const message = { role: "assistant", content: "word ".repeat(CHUNKS) };
    const choices = [{ index: 0, message, finish_reason: "stop" }];
    return Response.json({ ...shown, object: "chat.completion", choices, usage });
  }
  const chunk = (choices: unknown[], more = {}) =>
    `data: ${JSON.stringify({ ...shown, object: "chat.completion.chunk", choices, ...more })}\n\n`;
  const words = turn === "answer" ? CHUNKS : turn.cutAfter;
  const events = Array.from(
    { length: words },
    () => chunk([{ index: 0, delta: { content: "word " }, finish_reason: null }]),
  );
  if (turn === "answer") {
    events.push(chunk([{ index: 0, delta: {}, finish_reason: "stop" }]));
    if (body.stream_options?.include_usage) events.push(chunk([], { usage }));
    events.push("data: [DONE]\n\n");
  }
  const bytes = encoder.encode(events.join(""));
  return new Response(bytes, { headers: { "content-type": "text/event-stream" } });
}
