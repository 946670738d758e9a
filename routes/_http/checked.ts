/** A described request, checked against its schemas before its handler runs: every part in one step. */
import type { RouteConfig, z } from "@hono/zod-openapi";
import type { Context, Handler } from "hono";
import { AppError } from "../../lib/kernel/core/errors.ts";
import type { Env } from "./env.ts";

type Described = NonNullable<RouteConfig["request"]>;
type Target = "query" | "param" | "header" | "json";
type Schema = z.ZodObject;

const WHERE: Readonly<Record<Target, string>> = {
  query: "query",
  param: "path",
  header: "header",
  json: "body",
};
const JSON_TYPE = /^application\/([a-z-.]+\+)?json(;\s*[a-zA-Z0-9-]+=([^;]+))*$/i;

/** The handler behind the checks; it reads what they give by `c.req.valid`. */
export function checked(request: Described | undefined, handler: Handler<Env>): Handler<Env> {
  if (!request) return handler;
  const { query, params, headers } = request as { [part in keyof Described]: Schema };
  const names = headers ? Object.keys(headers.shape) : [];
  const json = schemaOf(request.body);
  const isOptional = !request.body?.required;
  return async (c, next) => {
    if (query) keep(c, "query", query, queryOf(c));
    if (params) keep(c, "param", params, c.req.param());
    if (headers) keep(c, "header", headers, headersOf(c, names));
    if (json) {
      const sent = await sentJson(c);
      if (sent === undefined && isOptional) c.req.addValidatedData("json", {});
      else keep(c, "json", json, sent ?? {});
    }
    return await handler(c, next);
  };
}

function schemaOf(body: Described["body"]): z.ZodType | undefined {
  if (!body) return undefined;
  const described = body.content["application/json"];
  if (described && "schema" in described) return described.schema as z.ZodType;
  throw new TypeError("A body is described by its schema as application/json");
}

/** Throws `invalid_input` with the paths of the fields; `not_found` for a path. */
function keep(c: Context<Env>, target: Target, schema: z.ZodType, value: unknown): void {
  const parsed = schema.safeParse(value);
  if (parsed.success) return c.req.addValidatedData(target, parsed.data as object);
  if (target === "param") {
    throw new AppError("not_found", { detail: `There is nothing at ${c.req.path}` });
  }
  const fields = parsed.error.issues.map(({ path, message }) => ({
    path: path.length > 0 ? path.map(String).join(".") : target,
    message,
  }));
  throw new AppError("invalid_input", {
    detail: `The ${WHERE[target]} is not valid: ${fields[0]!.path}: ${fields[0]!.message}`,
    fields,
  });
}

/** One value as text, several as an array. */
function queryOf(c: Context<Env>): Record<string, string | string[]> {
  if (!c.req.url.includes("?")) return {};
  const all = Object.entries(c.req.queries());
  return Object.fromEntries(all.map(([name, values]) => [
    name,
    values.length === 1 ? values[0]! : values,
  ]));
}

function headersOf(c: Context<Env>, names: readonly string[]): Record<string, string | undefined> {
  return Object.fromEntries(names.map((name) => [name, c.req.header(name)]));
}

/** Undefined without a content type, which needs an empty body. */
async function sentJson(c: Context<Env>): Promise<unknown> {
  const type = c.req.header("content-type");
  if (type === undefined ? await c.req.text() !== "" : !JSON_TYPE.test(type)) {
    throw new AppError("unsupported_media_type", {
      detail: `The body has type "${type ?? "unknown"}"; send application/json`,
    });
  }
  if (type === undefined) return undefined;
  try {
    return JSON.parse(await c.req.text());
  } catch (cause) {
    const detail = "Malformed JSON in request body";
    throw new AppError("invalid_input", {
      detail,
      fields: [{ path: "body", message: detail }],
      cause,
    });
  }
}
