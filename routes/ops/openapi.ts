/** `/openapi.json`: the routes' own schemas, completed with what holds for all of them. */
import type { OpenAPIHono } from "@hono/zod-openapi";
import { Hono } from "hono";
import type { App } from "../../lib/app.ts";
import type { Env } from "../_http/env.ts";

export interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly security?: readonly unknown[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content?: Content };
  readonly responses: Readonly<Record<string, { description?: string; content?: Content }>>;
}

export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: Schema;
}

export type Content = Readonly<Record<string, { readonly schema?: Schema }>>;
export type Schema = Readonly<Record<string, unknown>>;

export interface ApiDocument {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

const PROBLEM = { $ref: "#/components/responses/Problem" };
const IDEMPOTENCY_KEY = { $ref: "#/components/parameters/IdempotencyKey" };
const WRITES = new Set(["post", "put", "patch", "delete"]);

/** The document of everything mounted on `http`; made once, when first asked for. */
export function createDocument(app: Pick<App, "ctx">, http: OpenAPIHono<Env>): () => ApiDocument {
  let made: ApiDocument | undefined;
  return () => made ??= complete(describe(app, http));
}

export function openApiRoutes(document: () => ApiDocument): Hono<Env> {
  let text: string | undefined;
  return new Hono<Env>().get("/openapi.json", (c) => {
    text ??= JSON.stringify(document());
    return c.body(text, 200, { "content-type": "application/json" });
  });
}

function describe(app: Pick<App, "ctx">, http: OpenAPIHono<Env>): ApiDocument {
  const { config } = app.ctx;
  // `identifier` (SPDX) is of 3.1; the package's types are of 3.0.
  const license: { name: string; url?: string; identifier: string } = {
    name: "MIT",
    identifier: "MIT",
  };
  const document = http.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Muster",
      version: config.version,
      description:
        "State an intent, agree its terms, watch the run. Lists are `{items, nextCursor}`; errors are RFC 9457 problems; writes accept `Idempotency-Key`; streams are server-sent events that resume after `Last-Event-ID`.",
      license,
    },
    servers: [{ url: config.publicUrl ?? "/", description: "This server" }],
    security: config.access === "open"
      ? [{}, { adminKey: [] }, { session: [] }]
      : [{ adminKey: [] }, { session: [] }],
  });
  return document as unknown as ApiDocument;
}

function complete(document: ApiDocument): ApiDocument {
  const paths = Object.fromEntries(
    Object.entries(document.paths).map(([path, item]) => [
      path,
      Object.fromEntries(
        Object.entries(item).map(([method, operation]) => [
          method,
          {
            ...operation,
            parameters: path.startsWith("/api/v1/") && WRITES.has(method)
              ? [...operation.parameters ?? [], IDEMPOTENCY_KEY]
              : operation.parameters,
            responses: { ...operation.responses, default: PROBLEM },
          },
        ]),
      ),
    ]),
  );
  return {
    ...document,
    paths,
    components: { ...document.components, ...COMPONENTS },
  } as ApiDocument;
}

const COMPONENTS = {
  securitySchemes: {
    adminKey: { type: "http", scheme: "bearer", description: "The admin key" },
    session: {
      type: "apiKey",
      in: "cookie",
      name: "muster_session",
      description: "Set at /sign-in",
    },
  },
  responses: {
    Problem: {
      description: "What went wrong, as an RFC 9457 problem",
      content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
    },
  },
  parameters: {
    IdempotencyKey: {
      name: "Idempotency-Key",
      in: "header",
      required: false,
      description:
        "Sent again with the same body it gives the stored answer; with another body 422",
      schema: { type: "string", maxLength: 255 },
    },
  },
};
