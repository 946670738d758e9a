/**
 * Browsers on other sites may not speak MCP (the protocol's own rule against DNS rebinding). Open servers
 * refuse them, and foreign hosts, before this (access.ts); here closed ones do, also with a right key.
 */
import type { Context } from "hono";
import type { App } from "../../lib/app.ts";
import { AppError } from "../../lib/kernel/core/errors.ts";
import type { Env } from "../_http/env.ts";

const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** Throws `forbidden`. A page on this machine, such as the MCP Inspector, may speak if it has a key. */
export function requireKnownOrigin({ ctx }: Pick<App, "ctx">, c: Context<Env>): void {
  const origin = c.req.header("origin");
  if (origin === undefined) return;
  const { host, hostname } = URL.canParse(origin) ? new URL(origin) : { host: "", hostname: "" };
  const { publicUrl } = ctx.config;
  const own = [c.req.header("host"), publicUrl && new URL(publicUrl).host];
  if (LOOPBACK.has(hostname) || (host !== "" && own.includes(host))) return;
  throw new AppError("forbidden", {
    detail: `Origin "${origin.slice(0, 200)}" may not use MCP here`,
  });
}
