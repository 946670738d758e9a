/** A provider that answers with what it was told last, in small pieces when streamed, and remembers what it got. */

export interface EchoUpstream extends AsyncDisposable {
  readonly env: Readonly<Record<string, string>>;
  /** Bodies of chat and embedding requests, as text, in order of arrival. */
  readonly got: string[];
  /** Holds answers back until the promise resolves. */
  hold: Promise<void> | null;
  /** Holds streams back after so many chunks. */
  pause: { readonly after: number; readonly until: Promise<void> } | null;
}

interface Asked {
  readonly model: string;
  readonly stream?: boolean;
  readonly messages?: readonly { readonly content: string }[];
  readonly tools?: readonly unknown[];
}

const PIECE = 3;
const USAGE = { prompt_tokens: 500, completion_tokens: 100, total_tokens: 600 };

export function echoUpstream(): EchoUpstream {
  const upstream: Pick<EchoUpstream, "got" | "hold" | "pause"> = {
    got: [],
    hold: null,
    pause: null,
  };
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      if (request.method !== "POST") return new Response(null, { status: 404 });
      const text = await request.text();
      upstream.got.push(text);
      await upstream.hold;
      const asked = JSON.parse(text) as Asked;
      return asked.messages ? chat(asked, upstream) : embedding();
    },
  );
  return Object.assign(upstream, {
    env: {
      OPENAI_API_KEY: "sk-test",
      OPENAI_BASE_URL: `http://127.0.0.1:${server.addr.port}/v1`,
      MUSTER_DEFAULT_MODEL: "gpt-4o-mini",
    },
    [Symbol.asyncDispose]: () => server.shutdown(),
  });
}

function embedding(): Response {
  const data = [{ object: "embedding", index: 0, embedding: [0.1, 0.2] }];
  return Response.json({ object: "list", data, usage: { prompt_tokens: 1, total_tokens: 1 } });
}

function chat(
  { model, stream, messages, tools }: Asked,
  { got, pause }: Pick<EchoUpstream, "got" | "pause">,
): Response {
  const said = messages!.at(-1)!.content;
  const head = { id: `chatcmpl-${got.length}`, created: 1, model };
  const args = JSON.stringify({ to: said });
  const [text, finish] = tools ? [args, "tool_calls"] : [said, "stop"];
  const part = (piece: string, first: boolean) =>
    tools
      ? {
        tool_calls: [{
          index: 0,
          ...(first && { id: "call_1", type: "function" }),
          function: { ...(first && { name: "send" }), arguments: piece },
        }],
      }
      : { content: piece };
  if (!stream) {
    const message = { role: "assistant", content: null, ...part(text, true) };
    return Response.json({
      ...head,
      object: "chat.completion",
      choices: [{ index: 0, message, finish_reason: finish }],
      usage: USAGE,
    });
  }
  const chunk = (delta: object, finish_reason: string | null = null, more: object = {}) =>
    `data: ${
      JSON.stringify({
        ...head,
        object: "chat.completion.chunk",
        choices: [{ index: 0, delta, finish_reason }],
        ...more,
      })
    }\n\n`;
  const pieces = text.match(new RegExp(`[^]{1,${PIECE}}`, "g")) ?? [];
  const frames = [
    chunk({ role: "assistant" }),
    ...pieces.map((piece, i) => chunk(part(piece, i === 0))),
    chunk({}, finish),
    `data: ${JSON.stringify({ ...head, choices: [], usage: USAGE })}\n\n`,
    "data: [DONE]\n\n",
  ];
  const body = new ReadableStream({
    async start(controller) {
      for (const [i, frame] of frames.entries()) {
        if (i === pause?.after) await pause.until;
        controller.enqueue(new TextEncoder().encode(frame));
      }
      controller.close();
    },
  });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}
