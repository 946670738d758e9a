/** MCP by hand: what a client never sends, and what it never shows. */
import type { TestApp } from "../harness/test_app.ts";

export const CURRENT = "2026-07-28";

export interface RpcAnswer {
  readonly status: number;
  readonly headers: Headers;
  // deno-lint-ignore no-explicit-any -- looked into by tests of every method
  readonly body: any;
}

/** One request of 2026-07-28 with all it needs. */
export function rpc(
  app: Pick<TestApp, "fetch">,
  method: string,
  params: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): Promise<RpcAnswer> {
  const name = params.name ?? params.uri;
  return send(app, {
    jsonrpc: "2.0",
    id: 1,
    method,
    params: {
      ...params,
      _meta: {
        "io.modelcontextprotocol/protocolVersion": CURRENT,
        "io.modelcontextprotocol/clientCapabilities": {},
      },
    },
  }, {
    "mcp-protocol-version": CURRENT,
    "mcp-method": method,
    ...(typeof name === "string" && { "mcp-name": name }),
    ...headers,
  });
}

/** Sends any body; an answer as a stream is read to its last message. */
export async function send(
  app: Pick<TestApp, "fetch">,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<RpcAnswer> {
  const response = await app.fetch("/mcp", {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      ...headers,
    },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: lastMessage(text) };
}

function lastMessage(text: string): unknown {
  const frames = text.split("\n").filter((line) => line.startsWith("data: "));
  const json = frames.at(-1)?.slice("data: ".length) ?? text;
  return json === "" ? undefined : JSON.parse(json);
}
