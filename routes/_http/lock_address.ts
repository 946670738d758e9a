/**
 * The path of a resource inside an address: everything behind the mount, percent-encoded or not, decoded
 * once. Taken from the address as it was sent: the router decodes some of it and cannot tell `%2F` from `/`.
 */
import type { Context } from "hono";
import { AppError } from "../../lib/kernel/core/errors.ts";
import type { Env } from "./env.ts";

export const LOCK_VERBS = ["check", "lock", "unlock", "history", "guard"] as const;
export type LockVerb = typeof LOCK_VERBS[number];

export interface LockAddress {
  readonly path: string;
  /** The last segment, when it is one and a segment precedes it. A path that ends so is sent encoded. */
  readonly verb: LockVerb | null;
}

/** `mount` ends with a slash: `/lock/`. Throws `invalid_input` for what cannot be decoded. */
export function lockAddress(c: Context<Env>, mount: string): LockAddress {
  const { url } = c.req;
  const from = url.indexOf(mount, url.indexOf("//") + 2) + mount.length;
  const rest = url.slice(from).split(/[?#]/, 1)[0]!;
  const slash = rest.lastIndexOf("/");
  const last = rest.slice(slash + 1);
  const isVerb = slash > 0 && (LOCK_VERBS as readonly string[]).includes(last);
  return {
    path: decode(isVerb ? rest.slice(0, slash) : rest),
    verb: isVerb ? last as LockVerb : null,
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new AppError("invalid_input", {
      detail: "path is not percent-encoded UTF-8",
      fields: [{ path: "path", message: "is not percent-encoded UTF-8" }],
      cause,
    });
  }
}
