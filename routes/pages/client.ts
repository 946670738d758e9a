/** The client, for whoever has this server's URL: one ES module and its types. Nothing secret is in them. */
import { Hono } from "hono";
import type { App } from "../../lib/app.ts";
import type { Env } from "../_http/env.ts";
import { serveStatic } from "./static.ts";

export function clientRoutes(app: Pick<App, "ctx">): Hono<Env> {
  const serve = async (request: Request, path: string) => {
    const response = await serveStatic(request, path);
    const { headers } = response;
    // Its name stays the same from version to version.
    headers.set("cache-control", "no-cache");
    headers.set("cross-origin-resource-policy", "cross-origin");
    // In open mode the guard says which origins: those of this machine.
    if (app.ctx.config.access === "closed") headers.set("access-control-allow-origin", "*");
    return response;
  };
  return new Hono<Env>()
    .get("/client.js", async (c) => {
      const response = await serve(c.req.raw, "build/client.js");
      response.headers.set("x-typescript-types", "./client.d.ts");
      return response;
    })
    .get("/client.d.ts", (c) => serve(c.req.raw, "client.d.ts"));
}
