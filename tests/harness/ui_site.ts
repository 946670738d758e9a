/** The component page on a real port, without the rest of the application, and a browser to see it. */
import { Hono } from "hono";
import type { Browser } from "playwright-core";
import { notFoundPage } from "../../routes/pages/_layout.tsx";
import { staticRoutes } from "../../routes/pages/static.ts";
import { uiRoutes } from "../../routes/pages/ui.tsx";
import { build } from "../../scripts/build.ts";
import { launchBrowser } from "./browser.ts";

export interface Site extends AsyncDisposable {
  readonly origin: string;
  readonly browser: Browser;
}

export async function openSite(): Promise<Site> {
  await build();
  const app = new Hono();
  app.route("/", staticRoutes());
  app.route("/", uiRoutes());
  app.notFound((c) => notFoundPage(c.req.path));
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, app.fetch);
  const browser = await launchBrowser();
  return {
    origin: `http://127.0.0.1:${server.addr.port}`,
    browser,
    async [Symbol.asyncDispose]() {
      await browser.close();
      await server.shutdown();
    },
  };
}
