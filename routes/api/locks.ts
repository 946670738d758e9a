/**
 * Locks. A path in the address may hold slashes, encoded or not; the last segment is `history` or `guard`
 * when a segment precedes it, and a path that ends so is sent percent-encoded as one segment.
 */
import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { App } from "../../lib/app.ts";
import {
  acquireLock,
  checkLocks,
  getLockHistory,
  getLockState,
  guardLock,
  listLocks,
  releaseLock,
} from "../../lib/coordination/locks/mod.ts";
import {
  acquired,
  acquireInput,
  checkInput,
  guardAnswer,
  guardInput,
  lock,
  lockCheck,
  lockHistory,
  lockState,
  released,
  token,
} from "../../lib/coordination/locks/schema.ts";
import { agentId } from "../../lib/coordination/schema.ts";
import { AppError } from "../../lib/kernel/core/errors.ts";
import { actingAgent, callOf, requireActing, requireRole } from "../_http/acting.ts";
import { actorOf, type Env, workspaceOf } from "../_http/env.ts";
import {
  jsonAnswer,
  jsonBody,
  newRouter,
  pageOf,
  pageQuery,
  readProblems,
  writeProblems,
} from "../_http/openapi.ts";
import { lockAddress, type LockVerb } from "../_http/lock_address.ts";

const tags = ["locks"];
const MOUNT = "/api/v1/locks/";
const flag = z.enum(["true", "false"]).transform((text) => text === "true");
const params = z.object({ path: z.string().meta({ example: "src%2Fserver.ts" }) });
const globQuery = z.object({
  /** The path is a pattern. */
  glob: flag.optional(),
});
const releaseQuery = globQuery.extend({
  agentId: agentId.optional(),
  /** Takes it from another; needs role operator. */
  force: flag.optional(),
  token: z.coerce.number().pipe(token).optional(),
});

const list = createRoute({
  method: "get",
  path: "/locks",
  operationId: "listLocks",
  summary: "Locks that are held: globs first, then by path; of one agent",
  tags,
  request: { query: pageQuery.extend({ agentId: agentId.optional() }) },
  responses: { 200: jsonAnswer("A page of locks", pageOf(lock)), ...readProblems() },
});

const acquire = createRoute({
  method: "post",
  path: "/locks",
  operationId: "acquireLocks",
  summary: "Lock a path, several at once (all or none), or a glob; renews what the agent holds",
  tags,
  request: {
    query: z.object({ waitMs: z.coerce.number().int().min(0).max(3_600_000).default(0) }),
    body: jsonBody(acquireInput),
  },
  responses: {
    200: jsonAnswer("Renewed: held by this agent before", acquired),
    201: jsonAnswer("Granted", acquired),
    ...writeProblems(),
  },
});

const check = createRoute({
  method: "post",
  path: "/locks/check",
  operationId: "checkLocks",
  summary: "What would stand in the way of a lock; writes nothing",
  tags,
  request: { body: jsonBody(checkInput) },
  responses: { 200: jsonAnswer("Conflicts", lockCheck), ...writeProblems() },
});

const get = createRoute({
  method: "get",
  path: "/locks/{path}",
  operationId: "getLock",
  summary: "Who holds a path, by itself or through a glob",
  tags,
  request: { params, query: globQuery },
  responses: { 200: jsonAnswer("The state", lockState), ...readProblems() },
});

const release = createRoute({
  method: "delete",
  path: "/locks/{path}",
  operationId: "releaseLock",
  summary: "Release a lock; by force, another's",
  tags,
  request: { params, query: releaseQuery },
  responses: { 200: jsonAnswer("Released, or nobody held it", released), ...writeProblems() },
});

const history = createRoute({
  method: "get",
  path: "/locks/{path}/history",
  operationId: "getLockHistory",
  summary: "Ended grants of a path, newest first",
  tags,
  request: { params, query: globQuery },
  responses: { 200: jsonAnswer("The history", lockHistory), ...readProblems() },
});

const guard = createRoute({
  method: "put",
  path: "/locks/{path}/guard",
  operationId: "guardLock",
  summary: "Whether a token is that of the live lock covering the path; a stale one is a conflict",
  tags,
  request: { params, body: jsonBody(guardInput) },
  responses: { 200: jsonAnswer("The token is good", guardAnswer), ...writeProblems() },
});

export function lockRoutes(app: App) {
  const router = newRouter();
  router.openapi(list, async (c) => {
    return c.json(await listLocks(app.ctx, workspaceOf(c), c.req.valid("query")), 200);
  });
  router.openapi(acquire, async (c) => {
    const input = c.req.valid("json");
    const { waitMs } = c.req.valid("query");
    const acting = requireActing(c, { body: input.agentId });
    const done = await acquireLock(app, callOf(c, acting), { ...input, agentId: acting }, {
      waitMs,
      signal: waitMs > 0 ? c.req.raw.signal : undefined,
    });
    return c.json(done, done.renewed ? 200 : 201);
  });
  router.openapi(check, async (c) => {
    const input = c.req.valid("json");
    const acting = actingAgent(c, { body: input.agentId });
    return c.json(await checkLocks(app.ctx, workspaceOf(c), { ...input, agentId: acting }), 200);
  });
  // Described here, served below: a parameter of the router ends at a slash.
  for (const route of [get, release, history, guard]) {
    router.openAPIRegistry.registerPath(route);
  }
  const rest = "/locks/:path{.+}";
  router.get(rest, async (c) => await read(app, c));
  router.delete(rest, async (c) => await unlock(app, c));
  router.put(rest, async (c) => {
    const { path } = addressOf(c, ["guard"]);
    const parsed = parse("body", guardInput, await bodyOf(c));
    const held = await guardLock(app.ctx, workspaceOf(c), {
      resourcePath: path,
      token: parsed.token,
    });
    return c.json({ valid: true, lock: held }, 200);
  });
  return router;
}

async function read(app: App, c: Context<Env>): Promise<Response> {
  const { path, verb } = addressOf(c, [null, "history"]);
  const { glob } = parse("query", globQuery, c.req.query());
  const named = { path, glob };
  return verb === "history"
    ? c.json(await getLockHistory(app.ctx, workspaceOf(c), named), 200)
    : c.json(await getLockState(app.ctx, workspaceOf(c), named), 200);
}

async function unlock(app: App, c: Context<Env>): Promise<Response> {
  const { path } = addressOf(c, [null]);
  const { glob, force, token, agentId } = parse("query", releaseQuery, c.req.query());
  if (force) requireRole(c, "operator");
  // By force a person acts as well, who is no agent.
  const acting = force ? actingAgent(c, { body: agentId }) : requireActing(c, { body: agentId });
  const input = { agentId: acting ?? actorOf(c), force, token };
  const done = await releaseLock(
    app,
    callOf(c, acting),
    glob ? { ...input, glob: path } : { ...input, path },
  );
  return c.json(done, 200);
}

function addressOf(c: Context<Env>, verbs: readonly (LockVerb | null)[]) {
  const address = lockAddress(c, MOUNT);
  if (verbs.includes(address.verb)) return address;
  const allow = ALLOW[address.verb ?? "path"];
  c.header("allow", allow);
  throw new AppError("method_not_allowed", {
    detail: `${c.req.method} is not possible on ${c.req.path}; use ${
      allow || "another path"
    }, or send a path that ends in "/${address.verb}" percent-encoded as one segment`,
  });
}

const ALLOW: Readonly<Record<LockVerb | "path", string>> = {
  path: "GET, DELETE, HEAD, OPTIONS",
  history: "GET, HEAD, OPTIONS",
  guard: "PUT, OPTIONS",
  check: "",
  lock: "",
  unlock: "",
};

async function bodyOf(c: Context<Env>): Promise<unknown> {
  const text = await c.req.text();
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw refused([{ path: "body", message: "is not valid JSON" }], "body", cause);
  }
}

function parse<S extends z.ZodType>(where: string, schema: S, value: unknown): z.infer<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map(({ path, message }) => ({
    path: path.length > 0 ? path.map(String).join(".") : where,
    message,
  }));
  throw refused(fields, where, parsed.error);
}

function refused(
  fields: { path: string; message: string }[],
  where: string,
  cause: unknown,
): AppError {
  const { path, message } = fields[0]!;
  return new AppError("invalid_input", {
    detail: `The ${where} is not valid: ${path}: ${message}`,
    fields,
    cause,
  });
}
