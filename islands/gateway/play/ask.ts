/** One prompt through the gateway's own OpenAI surface, as any program would send it. */
import { ApiError, type Problem } from "../../_runtime/problem.ts";
import { FrameParser } from "../../_runtime/sse.ts";

export interface Asked {
  readonly prompt: string;
  readonly model: string;
  readonly signal: AbortSignal;
  readonly onText: (text: string) => void;
}

export interface Told {
  /** Of the response's `x-muster-*` fields. */
  readonly model: string;
  readonly route: string;
  readonly cache: string;
  readonly firstTokenMs: number | null;
  readonly tookMs: number;
  readonly tokens: number | null;
}

interface Chunk {
  readonly choices?: readonly { readonly delta?: { readonly content?: string | null } }[];
  readonly usage?: { readonly total_tokens?: number } | null;
  readonly error?: OpenAiError;
}

interface OpenAiError {
  readonly message?: string;
  readonly code?: string | null;
}

export const bodyOf = (prompt: string, model: string) => ({
  model,
  messages: [{ role: "user", content: prompt }],
});

/** Streams the answer's text; rejects with the ApiError of a refusal or of a stream that broke off. */
export async function ask({ prompt, model, signal, onText }: Asked): Promise<Told> {
  const startedAt = performance.now();
  const response = await fetch("/v1/chat/completions", {
    method: "POST",
    credentials: "same-origin",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      ...bodyOf(prompt, model),
      stream: true,
      stream_options: { include_usage: true },
    }),
    signal,
  });
  if (!response.ok || !response.body) {
    const body = await response.json().catch(() => null) as { error?: OpenAiError } | null;
    throw refusal(response.status, body?.error);
  }
  const frames = new FrameParser();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let firstTokenMs: number | null = null;
  let tokens: number | null = null;
  let whole = false;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    for (const { data } of frames.push(value)) {
      if (data === "[DONE]") {
        whole = true;
        continue;
      }
      const chunk = JSON.parse(data) as Chunk;
      if (chunk.error) throw refusal(502, chunk.error);
      tokens = chunk.usage?.total_tokens ?? tokens;
      const text = chunk.choices?.[0]?.delta?.content;
      if (!text) continue;
      firstTokenMs ??= performance.now() - startedAt;
      onText(text);
    }
  }
  if (!whole) throw refusal(502, { message: "The answer broke off", code: "upstream_failed" });
  const field = (name: string) => response.headers.get(name) ?? "";
  return {
    model: field("x-muster-model"),
    route: field("x-muster-route"),
    cache: field("x-muster-cache"),
    firstTokenMs,
    tookMs: performance.now() - startedAt,
    tokens,
  };
}

function refusal(status: number, error: OpenAiError | undefined): ApiError {
  const detail = error?.message ?? `The gateway answered ${status}`;
  const problem: Problem = { status, code: error?.code ?? "internal", title: detail, detail };
  return new ApiError(problem);
}
