/** Starts Muster: configuration, app, cron, server; nothing else happens here. */
import { createApp } from "./lib/app.ts";
import { delay } from "./lib/kernel/core/clock.ts";
import { readConfig } from "./lib/kernel/platform/config.ts";
import { readEnvironment } from "./lib/kernel/platform/env.ts";
import { startTelemetry } from "./lib/kernel/platform/otel.ts";
import { announce, refuseToStart } from "./routes/ops/announce.ts";
import { keepAlive } from "./routes/ops/keep_alive.ts";
import { createRoutes } from "./routes/mod.ts";

const config = await refuseToStart(() => readConfig(readEnvironment()));
if (config.telemetry) await startTelemetry(config.version);
const app = await refuseToStart(() => createApp(config));
const http = createRoutes(app);

// Wakes a sleeping deployment; elsewhere it backs up the app's own timers.
Deno.cron("sweep", "* * * * *", () => app.sweep());

const server = Deno.serve({
  hostname: config.host,
  port: config.port,
  onListen: (address) => announce(app, address),
}, (request, info) => http.fetch(request, info));
keepAlive(app);

// One run's fault must not end the others: it is logged, and what it held is taken up again.
globalThis.addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  app.ctx.log.error("Unhandled rejection", { error: event.reason });
});

async function stop(): Promise<void> {
  app.ctx.clock.timer(4_000, () => Deno.exit(1), true);
  await app.drain(3_500);
  await Promise.race([server.shutdown(), delay(app.ctx.clock, 250, undefined, true)]);
  Deno.exit(0);
}
Deno.addSignalListener("SIGINT", stop);
if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", stop);
