/** The mount table: every prefix, its guards, its file. Read this first. */
import { OpenAPIHono } from "@hono/zod-openapi";
import type { App } from "../lib/app.ts";
import { access } from "./_http/access.ts";
import { limitBody } from "./_http/body_limit.ts";
import type { Env } from "./_http/env.ts";
import { onError, onNotFound } from "./_http/errors.ts";
import { answerHeaders } from "./_http/headers.ts";
import { idempotent } from "./_http/idempotency.ts";
import { rights } from "./_http/rights.ts";
import { apiRoutes } from "./api/mod.ts";
import { compatRoutes } from "./compat/mod.ts";
import { gatewayRoutes } from "./gateway/mod.ts";
import { mcpRoutes } from "./mcp/mod.ts";
import { docsRoutes } from "./ops/docs.tsx";
import { drainRoutes } from "./ops/drain.ts";
import { healthRoutes } from "./ops/health.ts";
import { createDocument, openApiRoutes } from "./ops/openapi.ts";
import { agentPages } from "./pages/agent_page.tsx";
import { gatewayPage } from "./pages/gateway.tsx";
import { boardPage } from "./pages/board.tsx";
import { chatPage } from "./pages/chat.tsx";
import { clientRoutes } from "./pages/client.ts";
import { problemPage } from "./pages/problem_page.ts";
import { signInPage } from "./pages/sign_in.tsx";
import { staticRoutes } from "./pages/static.ts";
import { uiRoutes } from "./pages/ui.tsx";
import { socketRoutes } from "./ws/mod.ts";

export function createRoutes(app: App): OpenAPIHono<Env> {
  const http = new OpenAPIHono<Env>();
  const document = createDocument(app, http);

  http.onError(onError(app.ctx.log, problemPage));
  http.notFound(onNotFound(http));

  // Guards, in this order for every request.
  http.use(answerHeaders(app.ctx)); // request id, security headers
  http.use(access(app)); // open, closed or locked; CORS, CSRF
  http.use(rights()); // what the caller's role may do: one table
  http.use(limitBody()); // 2 MiB
  http.use("/api/v1/*", idempotent(app)); // writes with Idempotency-Key

  // JSON API, one file per resource: see api/mod.ts.
  http.route("/api/v1", apiRoutes(app));

  // WebSockets.
  http.route("/", socketRoutes(app)); // /coordinator /agent/{id}

  // What OpenAI's clients speak, see gateway/mod.ts.
  http.route("/v1", gatewayRoutes(app));

  // What existing clients speak: /coordinator /agent /lock, /api/health … /api/orchestrate: compat/mod.ts.
  http.route("/", compatRoutes(app));

  // Tools and resources for agents.
  http.route("/", mcpRoutes(app)); // /mcp

  // Operations.
  http.route("/", healthRoutes(app)); // /health /ready
  http.route("/", drainRoutes(app)); // /internal/drain
  http.route("/", openApiRoutes(document)); // /openapi.json
  http.route("/", docsRoutes(document)); // /docs

  // Pages.
  http.route("/", chatPage(app)); // /
  http.route("/", boardPage(app)); // /board
  http.route("/", agentPages(app)); // /agents
  http.route("/", gatewayPage(app)); // /ops/gateway
  http.route("/", signInPage(app)); // /sign-in /sign-out
  if (app.ctx.config.dev) http.route("/", uiRoutes()); // /ui
  http.route("/", clientRoutes(app)); // /client.js /client.d.ts
  http.route("/", staticRoutes()); // /static/* /favicon.ico
  return http;
}
