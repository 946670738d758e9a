/**
 * One server object per request, as the protocol of 2026-07-28 has it and any instance can answer. The
 * listing of tools is made once; objects only tie it to the request.
 */
import {
  ProtocolError,
  ProtocolErrorCode,
  Server,
  type ServerContext,
  type Tool as ListedTool,
} from "@modelcontextprotocol/server";
import type { Context } from "hono";
import type { App } from "../../lib/app.ts";
import type { Env } from "../_http/env.ts";
import { callTool } from "./call.ts";
import { INSTRUCTIONS } from "./instructions.ts";
import { listTool } from "./listing.ts";
import { servePrompts } from "./prompts.ts";
import type { Resources } from "./resources.ts";
import type { Tool } from "./tool.ts";

/** Tools change only with the program. */
const LIST_TTL_MS = 3_600_000;
const PRIVATE_LIST = { ttlMs: LIST_TTL_MS, cacheScope: "private" } as const;

const CACHE_HINTS = {
  "tools/list": PRIVATE_LIST,
  "prompts/list": PRIVATE_LIST,
  "resources/templates/list": PRIVATE_LIST,
  "server/discover": PRIVATE_LIST,
};

export interface ServedRequest {
  readonly c: Context<Env>;
  /** Its client can be told of changes by `subscriptions/listen`. */
  readonly listens: boolean;
}

export type ServerFactory = (request: ServedRequest) => Server;

export function serverFactory(
  app: App,
  tools: readonly Tool[],
  resources: Resources,
): ServerFactory {
  const byName = new Map(tools.map((tool) => [tool.name, tool]));
  let listed: ListedTool[] | undefined;
  const info = { name: "muster", title: "Muster", version: app.ctx.config.version };

  return ({ c, listens }) => {
    const server = new Server(info, {
      capabilities: {
        tools: {},
        prompts: {},
        resources: listens ? { subscribe: true, listChanged: true } : {},
      },
      instructions: INSTRUCTIONS,
      cacheHints: CACHE_HINTS,
    });
    server.setRequestHandler("tools/list", () => ({ tools: listed ??= tools.map(listTool) }));
    server.setRequestHandler("tools/call", async ({ params }, context) => {
      const tool = byName.get(params.name);
      if (!tool) {
        throw new ProtocolError(
          ProtocolErrorCode.InvalidParams,
          `There is no tool "${params.name.slice(0, 80)}"; there are ${
            [...byName.keys()].join(", ")
          }`,
        );
      }
      const around = { c, signal: context.mcpReq.signal, progress: progressOf(context) };
      const result = await callTool(app, tool, params.arguments ?? {}, around);
      return server.projectCallToolResult(result, undefined);
    });
    resources.serve(server, c);
    servePrompts(server);
    return server;
  };
}

/** Rising counts, as the protocol wants them; silent for a client that did not ask. */
function progressOf({ mcpReq }: ServerContext): (message: string) => void {
  const progressToken = mcpReq._meta?.progressToken;
  if (progressToken === undefined) return () => {};
  let progress = 0;
  return (message) => {
    const params = { progressToken, progress: ++progress, message };
    // A client that has left hears nothing; the call itself notices by its signal.
    mcpReq.notify({ method: "notifications/progress", params }).catch(() => {});
  };
}
