/** The client, for whoever has this server's URL: one ES module and its types. Nothing secret is in them. */
import { Hono } from "hono";
import type { StatusCode } from "hono/utils/http-status";
import type { App } from "../../lib/app.ts";
import type { Env } from "../_http/env.ts";
import { serveStatic } from "./static.ts";

export function clientRoutes(app: Pick<App, "ctx">): Hono<Env> {
  const router = new Hono<Env>();
  for (const [path, file] of [["/client.js", "build/client.js"], ["/client.d.ts", "client.d.ts"]]) {
    router.get(path!, async (c) => {
      const { body, status, headers } = await serveStatic(c.req.raw, file!);
      for (const [name, value] of headers) c.header(name, value);
      // Its name stays the same from version to version.
      c.header("cache-control", "no-cache");
      c.header("cross-origin-resource-policy", "cross-origin");
      // In open mode the guard says which origins: those of this machine.
      if (app.ctx.config.access === "closed") c.header("access-control-allow-origin", "*");
      if (file!.endsWith(".js")) c.header("x-typescript-types", "./client.d.ts");
      return c.newResponse(body, status as StatusCode);
    });
  }
  return router;
}
