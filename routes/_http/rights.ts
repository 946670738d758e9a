/**
 * What a request needs the right to do, by its method and path; the policy says which role has it. In
 * the mount table before every route, so that no route can forget it: a write nobody thought of here
 * needs a member. What one path does in several ways (MCP tools, WebSocket frames, `force`) is asked
 * again where it is known: `requireAction`, `requireRole` in acting.ts.
 */
import type { MiddlewareHandler } from "hono";
import type { ActionClass } from "../../lib/identity/mod.ts";
import { requireAction } from "./acting.ts";
import type { Env } from "./env.ts";

const READS = new Set(["GET", "HEAD", "OPTIONS"]);

interface Right {
  readonly path: RegExp;
  /** Default: writes only. */
  readonly reads?: true;
  readonly action: ActionClass;
}

const RIGHTS: readonly Right[] = [
  // They check for themselves: a form's key, a derived secret, each tool.
  { path: /^\/(?:sign-in|sign-out|internal\/drain|mcp)$/, action: "read" },
  // Where would a model call go? Executes nothing.
  { path: /^\/api\/route$/, action: "read" },
  // Would this lock conflict? Writes nothing.
  { path: /^\/api\/v1\/locks\/(?:check|conflicts)$/, action: "read" },
  // Where would this call go? Executes nothing.
  { path: /^\/api\/v1\/gateway\/route$/, action: "read" },
  { path: /^\/api\/v1\/keys(?:\/|$)/, reads: true, action: "administer" },
  {
    path: /^\/api\/v1\/(?:providers|models|settings|budgets|gateway\/cache)(?:\/|$)/,
    action: "administer",
  },
  { path: /^\/api\/v1\/runs\/[^/]+\/steps\/[^/]+\/override$/, action: "override" },
  { path: /^\/(?:coordinator|agent|lock)(?:\/|$)/, action: "coordinate" },
  // Calling a model, within one's budget and rate; an agent as a model starts a run and asks for more.
  { path: /^\/v1\/|^\/api\/(?:chat|batch)$/, action: "coordinate" },
  {
    path:
      /^\/api\/v1\/(?:agents|chat|threads|kudos|digest|tasks|zones|claims|handoffs|locks|work|onboard|session-resume)(?:\/|$)/,
    action: "coordinate",
  },
];

export function neededRight(method: string, path: string): ActionClass {
  const isRead = READS.has(method);
  const right = RIGHTS.find((one) => one.path.test(path) && (!isRead || one.reads));
  return right?.action ?? (isRead ? "read" : "work");
}

/** Throws `forbidden`. Public paths have no caller and are let through by the access guard. */
export function rights(): MiddlewareHandler<Env> {
  return async (c, next) => {
    if (c.get("caller")) requireAction(c, neededRight(c.req.method, c.req.path));
    await next();
  };
}
