/** `/v1`: OpenAI's surface, one file per part. Errors have OpenAI's shape, see openai_error.ts. */
import { Hono } from "hono";
import type { App } from "../../lib/app.ts";
import type { Env } from "../_http/env.ts";
import { chatRoutes } from "./chat.ts";
import { embeddingsRoutes } from "./embeddings.ts";
import { modelRoutes } from "./models.ts";
import { responsesRoutes } from "./responses.ts";

export function gatewayRoutes(app: App): Hono<Env> {
  const router = new Hono<Env>();
  chatRoutes(app, router); // /chat/completions
  responsesRoutes(app, router); // /responses
  embeddingsRoutes(app, router); // /embeddings
  modelRoutes(app, router); // /models
  return router;
}
