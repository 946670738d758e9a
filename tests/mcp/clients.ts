/** The official clients: the one of this protocol and the one of the handshake before it. */
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { Client as OldSdkClient } from "@modelcontextprotocol/sdk/client";
import { StreamableHTTPClientTransport as OldTransport } from "@modelcontextprotocol/sdk/client/streamableHttp";

export interface ToolResult {
  readonly isError?: boolean;
  readonly content: readonly { readonly type: string; readonly text?: string }[];
  // deno-lint-ignore no-explicit-any -- tests look into results of every shape
  readonly structuredContent?: any;
}

export interface McpClient extends AsyncDisposable {
  readonly protocol: string;
  listTools(): Promise<{ tools: ListedTool[] }>;
  listResources(): Promise<{ resources: { uri: string; name: string }[] }>;
  readResource(uri: string): Promise<{ contents: { uri: string; text?: string }[] }>;
  callTool(name: string, args: Record<string, unknown>, options?: CallOptions): Promise<ToolResult>;
  readonly instructions: string | undefined;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly onprogress?: (progress: { progress: number; message?: string }) => void;
}

export interface ListedTool {
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
  readonly inputSchema: {
    type: "object";
    properties?: Record<string, unknown>;
    required?: string[];
  };
  readonly outputSchema?: { type: string };
  readonly annotations?: Record<string, unknown>;
}

const INFO = { name: "test", version: "1.0.0" };

/** 2026-07-28, every request by itself. */
export async function newClient(
  url: string,
  headers: Record<string, string> = {},
): Promise<McpClient> {
  const client = new Client(INFO, { versionNegotiation: { mode: { pin: "2026-07-28" } } });
  const transport = new StreamableHTTPClientTransport(new URL("/mcp", url), {
    requestInit: { headers },
  });
  await client.connect(transport);
  return wrap(client as unknown as AnyClient, "2026-07-28");
}

/** 2025-11-25, with `initialize`. */
export async function oldClient(
  url: string,
  headers: Record<string, string> = {},
): Promise<McpClient> {
  const client = new OldSdkClient(INFO);
  const transport = new OldTransport(new URL("/mcp", url), { requestInit: { headers } });
  await client.connect(transport as Parameters<typeof client.connect>[0]);
  return wrap(client as unknown as AnyClient, "2025-11-25", true);
}

interface AnyClient {
  listTools(): Promise<{ tools: ListedTool[] }>;
  listResources(): Promise<{ resources: { uri: string; name: string }[] }>;
  readResource(params: { uri: string }): Promise<{ contents: { uri: string; text?: string }[] }>;
  callTool(
    params: { name: string; arguments: Record<string, unknown> },
    ...rest: unknown[]
  ): Promise<
    ToolResult
  >;
  getInstructions(): string | undefined;
  close(): Promise<void>;
}

/** The old client takes a result schema before the options. */
function wrap(client: AnyClient, protocol: string, old = false): McpClient {
  return {
    protocol,
    instructions: client.getInstructions(),
    listTools: () => client.listTools(),
    listResources: () => client.listResources(),
    readResource: (uri) => client.readResource({ uri }),
    callTool: (name, args, options = {}) =>
      client.callTool({ name, arguments: args }, ...(old ? [undefined, options] : [options])),
    [Symbol.asyncDispose]: () => client.close(),
  };
}
