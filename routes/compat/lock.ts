/** `/lock/{path}` and its verbs, as clients of the "agent coordination" service speak them. */
import type { Context } from "hono";
import type { App } from "../../lib/app.ts";
import {
  acquireLock,
  getLockHistory,
  getLockState,
  guardLock,
  releaseLock,
} from "../../lib/coordination/locks/mod.ts";
import { guardInput, lockBody, unlockBody } from "../../lib/coordination/locks/schema.ts";
import { AppError } from "../../lib/kernel/core/errors.ts";
import { requireRole } from "../_http/acting.ts";
import { type Env, workspaceOf } from "../_http/env.ts";
import { lockAddress, type LockVerb } from "../_http/lock_address.ts";
import { callOf, compatRouter, readBody, requireActing } from "./_compat.ts";

const MOUNT = "/lock/";
type Served = (app: App, c: Context<Env>, path: string) => Promise<Response>;

const SERVED: Readonly<Record<string, Partial<Record<LockVerb | "path", Served>>>> = {
  GET: { path: check, check, history },
  POST: { lock, unlock, guard },
  PUT: { guard },
};

export function lockRoutes(app: App) {
  const router = compatRouter(app);
  router.all("/:path{.+}", async (c) => {
    const { path, verb } = lockAddress(c, MOUNT);
    const method = c.req.method === "HEAD" ? "GET" : c.req.method;
    const serve = SERVED[method]?.[verb ?? "path"];
    if (serve) return await serve(app, c, path);
    const allow = Object.keys(SERVED).filter((one) => SERVED[one]![verb ?? "path"]);
    if (allow.includes("GET")) allow.push("HEAD");
    allow.push("OPTIONS");
    c.header("allow", allow.join(", "));
    if (method === "OPTIONS") return c.body(null, 204);
    throw new AppError("method_not_allowed", {
      detail: `${method} is not possible on ${c.req.path}; use ${allow.join(", ")}`,
    });
  });
  return router;
}

async function check(app: App, c: Context<Env>, path: string): Promise<Response> {
  return c.json(await getLockState(app.ctx, workspaceOf(c), path));
}

async function history(app: App, c: Context<Env>, path: string): Promise<Response> {
  return c.json(await getLockHistory(app.ctx, workspaceOf(c), path));
}

async function lock(app: App, c: Context<Env>, path: string): Promise<Response> {
  const body = await readBody(c, lockBody);
  const agentId = requireActing(c, { body: body.agentId });
  try {
    const done = await acquireLock(app, callOf(c, agentId), { ...body, path, agentId });
    const held = done.lock!;
    const message = done.renewed
      ? `Lock on "${held.resourcePath}" renewed`
      : `Lock on "${held.resourcePath}" acquired`;
    return c.json({ success: true, lock: held, message });
  } catch (error) {
    throw error instanceof AppError && error.code === "conflict" && error.extension
      ? reworded(error)
      : error;
  }
}

/** These clients know the refusal by this sentence. */
function reworded(error: AppError): AppError {
  return new AppError("conflict", {
    detail: "Resource is locked",
    extension: { ...error.extension, message: error.detail },
    cause: error,
  });
}

async function unlock(app: App, c: Context<Env>, path: string): Promise<Response> {
  const body = await readBody(c, unlockBody);
  const agentId = requireActing(c, { body: body.agentId });
  if (body.force) requireRole(c, "operator");
  const done = await releaseLock(app, callOf(c, agentId), { ...body, path, agentId });
  const { resourcePath, released, releaseReason, previousOwner } = done;
  const message = !released
    ? `"${resourcePath}" was not locked`
    : releaseReason === "stolen"
    ? `Lock on "${resourcePath}" taken from ${previousOwner} by force`
    : `Lock on "${resourcePath}" released`;
  return c.json({ success: true, message, ...(previousOwner && { previousOwner }) });
}

async function guard(app: App, c: Context<Env>, path: string): Promise<Response> {
  const { token } = await readBody(c, guardInput);
  const held = await guardLock(app.ctx, workspaceOf(c), { resourcePath: path, token });
  return c.json({ success: true, valid: true, lock: held });
}
