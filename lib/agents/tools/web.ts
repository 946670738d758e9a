/** The web as tools: reading a page, and sending a request that may change something. */
import { z } from "zod";
import { AppError } from "../../kernel/core/errors.ts";
import type { Json } from "../../kernel/core/json.ts";
import { defineTool } from "../define_tool.ts";
import { htmlText } from "./html_text.ts";

const MAX_BYTES = 1_048_576;
const MAX_CHARS = 20_000;

const url = z.url({ protocol: /^https?$/ }).max(2_000).describe("full address with https://");

export const webFetch = defineTool({
  name: "web_fetch",
  description: "Reads the page or file at a public address and gives its text. Changes nothing.",
  input: z.object({ url }),
  effect: "read",
  idempotent: true,
  risk: "low",
  needsApproval: (_args, { mode }) => mode === "strict",
  async run({ fetch, signal }, { url }) {
    const response = await fetch(url, {
      signal,
      headers: { accept: "text/html, text/*;q=0.9, application/json;q=0.9, */*;q=0.1" },
    });
    return await describe(response, url);
  },
});

export const httpRequest = defineTool({
  name: "http_request",
  description:
    "Sends one HTTP request that may change something at the receiver. A person approves it first.",
  input: z.object({
    method: z.enum(["POST", "PUT", "PATCH", "DELETE"]),
    url,
    headers: z.record(z.string().regex(/^[A-Za-z0-9-]+$/), z.string().max(2_000)).optional(),
    body: z.string().max(100_000).optional().describe("JSON or text, as the receiver expects it"),
  }),
  effect: "write",
  idempotent: false,
  risk: "high",
  needsApproval: () => true,
  async run({ fetch, signal, idempotencyKey }, { method, url, headers, body }) {
    const sent = new Headers(headers);
    if (body !== undefined && !sent.has("content-type")) {
      sent.set(
        "content-type",
        looksLikeJson(body) ? "application/json" : "text/plain; charset=utf-8",
      );
    }
    if (!sent.has("idempotency-key")) sent.set("idempotency-key", idempotencyKey);
    const response = await fetch(url, { method, headers: sent, body, signal }).catch((error) => {
      throw neverSent(error) ?? error;
    });
    return await describeAnswer(response, url);
  },
});

/** The error of a request that never left, as one that says so; null when it may have arrived. */
function neverSent(error: unknown): AppError | null {
  if (!(error instanceof AppError)) return null;
  const { syscall } = (error.cause ?? {}) as { readonly syscall?: string };
  if (syscall !== "connect" && syscall !== "getaddrinfo") return null;
  const { code, detail, retryable, cause } = error;
  return new AppError(code, { detail, retryable, cause, data: { outcomeUnknown: false } });
}

/** The receiver has answered, so what it did is known, also when its words cannot be read. */
async function describeAnswer(response: Response, url: string): Promise<Json> {
  try {
    return await describe(response, url);
  } catch {
    const contentType = response.headers.get("content-type") ?? "";
    return { url, status: response.status, contentType, text: "", truncated: true };
  }
}

function looksLikeJson(body: string): boolean {
  return /^\s*[{[]/.test(body);
}

/** What came back as text: HTML reduced to what one would read, binary refused, size bounded. */
async function describe(response: Response, url: string): Promise<Json> {
  const type = response.headers.get("content-type") ?? "";
  const base = { url: response.url || url, status: response.status, contentType: type };
  if (!isText(type)) {
    await response.body?.cancel();
    throw new AppError("unsupported_media_type", {
      detail: `${url} is ${type}, which cannot be read as text`,
    });
  }
  const { text, truncated } = await readText(response, type);
  const page = /html/i.test(type) || /^\s*<(?:!doctype html|html)/i.test(text)
    ? htmlText(text)
    : { title: "", text };
  return {
    ...base,
    ...(page.title === "" ? {} : { title: page.title }),
    text: page.text.slice(0, MAX_CHARS),
    truncated: truncated || page.text.length > MAX_CHARS,
  };
}

function isText(type: string): boolean {
  return type === "" ||
    /^(?:text\/|application\/(?:[\w.+-]*(?:json|xml|yaml|javascript)))/i.test(type);
}

async function readText(
  response: Response,
  type: string,
): Promise<{ text: string; truncated: boolean }> {
  const decoder = decoderFor(type);
  let text = "";
  let bytes = 0;
  if (!response.body) return { text, truncated: false };
  for await (const chunk of response.body) {
    const room = MAX_BYTES - bytes;
    text += decoder.decode(chunk.subarray(0, room), { stream: true });
    bytes += chunk.length;
    // Leaving the loop cancels the body.
    if (bytes > MAX_BYTES) return { text, truncated: true };
  }
  return { text: text + decoder.decode(), truncated: false };
}

function decoderFor(type: string): TextDecoder {
  const charset = /charset=["']?([\w-]+)/i.exec(type)?.[1] ?? "utf-8";
  try {
    return new TextDecoder(charset);
  } catch {
    return new TextDecoder();
  }
}
