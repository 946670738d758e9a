/** Versions of a resource as ETags: RFC 9110 13.1.1. */
import type { Context } from "hono";
import { AppError } from "../../lib/kernel/core/errors.ts";
import type { Env } from "./env.ts";

const quoted = (version: string | number) => `"${version}"`;

export function setEtag(c: Context<Env>, version: string | number): void {
  c.header("etag", quoted(version));
}

/** Throws `precondition_failed` when the caller's `If-Match` names another version. */
export function requireMatch(c: Context<Env>, version: string | number): void {
  const wanted = c.req.header("if-match");
  if (wanted === undefined || wanted.trim() === "*") return;
  // If-Match compares strongly: a weak tag never matches.
  if (wanted.split(",").some((tag) => tag.trim() === quoted(version))) return;
  throw new AppError("precondition_failed", {
    detail: `It is at version ${
      quoted(version)
    }, not ${wanted}; read it again and repeat the change`,
  });
}
