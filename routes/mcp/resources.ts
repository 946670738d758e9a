/** Resources: the board as it stands, and each run with its steps. */
import { ProtocolError, ResourceNotFoundError, type Server } from "@modelcontextprotocol/server";
import type { Context } from "hono";
import type { App } from "../../lib/app.ts";
import { AppError, ERRORS, toAppError } from "../../lib/kernel/core/errors.ts";
import { getRunView, listRuns } from "../../lib/runs/mod.ts";
import { type Env, requestIdOf, workspaceOf } from "../_http/env.ts";
import { readBoard } from "./board.ts";
import { BOARD_URI, RUN_TEMPLATE, runOf, runUri } from "./uris.ts";

/** The newest runs are listed by name; any other is read by the template. */
const RUNS_LISTED = 20;
const JSON_TYPE = "application/json";

export interface Resources {
  /** Sets the handlers of one request's server. */
  serve(server: Server, c: Context<Env>): void;
}

export function createResources(app: App): Resources {
  return {
    serve(server, c) {
      const workspaceId = workspaceOf(c);
      server.setRequestHandler(
        "resources/list",
        () =>
          translated(app, c, async () => ({
            resources: [BOARD, ...await runResources(app, workspaceId)],
          })),
      );
      server.setRequestHandler("resources/templates/list", () => ({
        resourceTemplates: [RUN_RESOURCE],
      }));
      server.setRequestHandler(
        "resources/read",
        ({ params: { uri } }) =>
          translated(app, c, async () => {
            const text = JSON.stringify(await read(app, workspaceId, uri));
            return { contents: [{ uri, mimeType: JSON_TYPE, text }] };
          }),
      );
    },
  };
}

const BOARD = {
  uri: BOARD_URI,
  name: "board",
  title: "Board",
  description: "Agents here, open tasks, locks, zones, claims and handoffs, as of now",
  mimeType: JSON_TYPE,
};

const RUN_RESOURCE = {
  uriTemplate: RUN_TEMPLATE,
  name: "run",
  title: "Run",
  description: "A run with its covenant, steps and approvals, as of now",
  mimeType: JSON_TYPE,
};

/** Refusals as the protocol's errors; what went wrong inside stays inside. */
async function translated<T>(app: App, c: Context<Env>, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (thrown instanceof ProtocolError) throw thrown;
    const error = toAppError(thrown);
    if (error.code !== "internal") throw new ProtocolError(ERRORS[error.code].rpc, error.detail);
    const requestId = requestIdOf(c);
    app.ctx.log.error("MCP request failed", { requestId, error: error.cause ?? error });
    throw new ProtocolError(
      ERRORS.internal.rpc,
      `${ERRORS.internal.title}; look for ${requestId} in the log`,
    );
  }
}

async function runResources(app: App, workspaceId: string) {
  const { items } = await listRuns(app, workspaceId, { limit: RUNS_LISTED });
  return items.map(({ id, intent, status }) => ({
    uri: runUri(id),
    name: id,
    title: intent.slice(0, 80),
    description: `A run, ${status}`,
    mimeType: JSON_TYPE,
  }));
}

async function read(app: App, workspaceId: string, uri: string): Promise<unknown> {
  if (uri === BOARD_URI) return await readBoard(app, workspaceId);
  const runId = runOf(uri);
  if (runId === undefined) throw new ResourceNotFoundError(uri.slice(0, 200));
  try {
    return await getRunView(app, workspaceId, runId);
  } catch (error) {
    if (error instanceof AppError && error.code === "not_found") {
      throw new ResourceNotFoundError(uri);
    }
    throw error;
  }
}
