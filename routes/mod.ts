/** The mount table: every prefix, its guards, its file. Read this first. */
import { OpenAPIHono } from "@hono/zod-openapi";
import type { App } from "../lib/app.ts";
import { access } from "./_http/access.ts";
import { limitBody } from "./_http/body_limit.ts";
import type { Env } from "./_http/env.ts";
import { onError, onNotFound } from "./_http/errors.ts";
import { answerHeaders } from "./_http/headers.ts";
import { idempotent } from "./_http/idempotency.ts";
import { approvalRoutes } from "./api/approvals.ts";
import { covenantRoutes } from "./api/covenants.ts";
import { effectRoutes } from "./api/effects.ts";
import { runRoutes } from "./api/runs.ts";
import { sessionRoutes } from "./api/sessions.ts";
import { docsRoutes } from "./ops/docs.tsx";
import { drainRoutes } from "./ops/drain.ts";
import { healthRoutes } from "./ops/health.ts";
import { createDocument, openApiRoutes } from "./ops/openapi.ts";
import { chatPage } from "./pages/chat.tsx";
import { signInPage } from "./pages/sign_in.tsx";
import { staticFiles } from "./pages/static.ts";
import { uiPage } from "./pages/ui.tsx";

export function createRoutes(app: App): OpenAPIHono<Env> {
  const http = new OpenAPIHono<Env>();
  const document = createDocument(app, http);

  http.onError(onError(app.ctx.log));
  http.notFound(onNotFound(http));

  // Guards, in this order for every request.
  http.use(answerHeaders(app.ctx)); // request id, security headers
  http.use(access(app)); // open, closed or locked; CORS, CSRF
  http.use(limitBody()); // 2 MiB
  http.use("/api/v1/*", idempotent(app)); // writes with Idempotency-Key

  // JSON API.
  http.route("/api/v1", runRoutes(app));
  http.route("/api/v1", effectRoutes(app));
  http.route("/api/v1", covenantRoutes(app));
  http.route("/api/v1", approvalRoutes(app));
  http.route("/api/v1", sessionRoutes(app));

  // Operations.
  http.route("/", healthRoutes(app)); // /health /ready
  http.route("/", drainRoutes(app)); // /internal/drain
  http.route("/", openApiRoutes(document)); // /openapi.json
  http.route("/", docsRoutes(document)); // /docs

  // Pages.
  http.route("/", chatPage(app)); // /
  http.route("/", signInPage(app)); // /sign-in /sign-out
  http.route("/", uiPage(app)); // /ui, outside Deno Deploy
  http.route("/", staticFiles()); // /static/* /favicon.ico
  return http;
}
