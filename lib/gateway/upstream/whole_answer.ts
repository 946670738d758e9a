/** Reads a whole answer: bounded in size and time, parsed once for its usage and its shape. */
import type { Usage } from "../../agents/model.ts";
import type { WireReply } from "../../kernel/platform/http1_reply.ts";
import { countText } from "../tokens.ts";
import { Unreadable } from "./chunk_source.ts";
import { readUsage } from "./stream_reading.ts";

export interface ReadAnswer {
  readonly text: string;
  readonly usage: Usage | undefined;
  readonly finish: string | undefined;
  /** Counted here, for providers that do not say. */
  readonly outputTokens: () => number;
}

/** Throws Unreadable when it is too large; whatever the connection throws otherwise. */
export async function readText(reply: WireReply, bytesMax: number): Promise<string> {
  if (Number(reply.headers.get("content-length") ?? 0) > bytesMax) {
    reply.cancel();
    throw tooLarge(bytesMax);
  }
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for (let piece = await reply.read(); piece; piece = await reply.read()) {
    size += piece.length;
    if (size > bytesMax) {
      reply.cancel();
      throw tooLarge(bytesMax);
    }
    text += decoder.decode(piece, { stream: true });
  }
  return text + decoder.decode();
}

const tooLarge = (bytesMax: number) =>
  new Unreadable(`the answer is larger than ${bytesMax} bytes`);

interface Whole {
  readonly choices?: readonly {
    readonly message?: { readonly content?: unknown; readonly tool_calls?: unknown } | null;
    readonly finish_reason?: string | null;
  }[];
  readonly data?: unknown;
  readonly usage?: unknown;
}

/** Throws Unreadable for what is not the answer that was asked for. */
export function readWhole(text: string, operation: "chat" | "embeddings"): ReadAnswer {
  let value: Whole;
  try {
    value = JSON.parse(text) as Whole;
  } catch {
    throw new Unreadable("the answer is not JSON");
  }
  const list = operation === "chat" ? "choices" : "data";
  if (typeof value !== "object" || value === null || !Array.isArray(value[list])) {
    throw new Unreadable(`the answer has no ${list}`);
  }
  if (operation === "chat" && !value.choices!.every(isChoice)) {
    throw new Unreadable("a choice of the answer is malformed");
  }
  return {
    text,
    usage: readUsage(value.usage),
    finish: value.choices?.[0]?.finish_reason ?? undefined,
    outputTokens: () => operation === "embeddings" ? 0 : countChoices(value),
  };
}

function isChoice(choice: unknown): boolean {
  if (!isObject(choice)) return false;
  const { message } = choice;
  if (!isObject(message)) return false;
  const calls = message.tool_calls;
  return calls === undefined || calls === null || (Array.isArray(calls) && calls.every(isObject));
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function countChoices({ choices = [] }: Whole): number {
  return choices.reduce((sum, { message }) => {
    const content = typeof message?.content === "string" ? countText(message.content) : 0;
    const calls = message?.tool_calls ? countText(JSON.stringify(message.tool_calls)) : 0;
    return sum + content + calls;
  }, 0);
}
