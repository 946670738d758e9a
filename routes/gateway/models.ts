/** `GET /v1/models` and `GET /v1/models/{id}`: what can be asked now, virtual models and agents included. */
import type { Hono } from "hono";
import type { App } from "../../lib/app.ts";
import type { ModelInfo } from "../../lib/agents/mod.ts";
import { VIRTUAL_MODELS } from "../../lib/gateway/directory/mod.ts";
import { type ModelEntry, modelEntry, virtualEntry } from "../../lib/gateway/wire/mod.ts";
import { AppError } from "../../lib/kernel/core/errors.ts";
import { type Env, workspaceOf } from "../_http/env.ts";
import { AGENT_PREFIX, answeringAgents } from "./agent_model.ts";

const MOUNT = "/v1/models/";

export function modelRoutes(app: App, router: Hono<Env>): void {
  router.get("/models", async (c) => {
    return c.json({ object: "list", data: await entries(app, workspaceOf(c)) });
  });
  // Ids hold slashes, and clients send them plain or escaped.
  router.get("/models/:id{.+}", async (c) => {
    const id = decoded(new URL(c.req.url).pathname.slice(MOUNT.length));
    const found = (await entries(app, workspaceOf(c))).find((entry) => entry.id === id);
    if (found) return c.json(found);
    throw new AppError("not_found", {
      detail: `The model '${id.slice(0, 200)}' does not exist`,
      data: { openai: { param: "model", code: "model_not_found" } },
    });
  });
}

/** The default first. */
export async function usableModels(app: App, workspaceId: string): Promise<readonly ModelInfo[]> {
  return (await app.gateway.directory.now(workspaceId)).usable;
}

async function entries(app: App, workspaceId: string): Promise<ModelEntry[]> {
  const ids = new Map<string, ModelEntry>();
  for (const info of await usableModels(app, workspaceId)) ids.set(info.id, modelEntry(info));
  for (const id of VIRTUAL_MODELS) ids.set(id, virtualEntry(id));
  for (const agent of answeringAgents(app)) {
    ids.set(AGENT_PREFIX + agent.id, virtualEntry(AGENT_PREFIX + agent.id));
  }
  return [...ids.values()];
}

export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
