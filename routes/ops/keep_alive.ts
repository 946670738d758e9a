/**
 * On Deno Deploy an instance stops soon after its last answer. While there is work it holds a request to
 * itself open (drain.ts), which also starts further instances under load.
 */
import type { App } from "../../lib/app.ts";
import { DRAIN_HEADER, DRAIN_PATH, drainToken } from "./drain.ts";

const LOOK_MS = 1_000;

/** Does nothing where instances are not stopped, or where the public address is not known. */
export function keepAlive(app: App): void {
  const { config, clock, log } = app.ctx;
  if (!config.deploy) return;
  if (!config.publicUrl) {
    log.warn("Set MUSTER_PUBLIC_URL: without it runs wait for the next request or the next minute");
    return;
  }
  const url = config.publicUrl + DRAIN_PATH;
  const look = async () => {
    try {
      const { busy, runs } = await app.load();
      if (busy + runs > 0) await hold(app, url);
    } catch (error) {
      log.warn("Keeping the instance alive failed", { error });
    }
    if (!app.stopping.aborted) clock.timer(LOOK_MS, look);
  };
  clock.timer(LOOK_MS, look);
}

/** Returns when the drain has ended. */
async function hold(app: App, url: string): Promise<void> {
  const { clock, fetch } = app.ctx;
  const response = await fetch(url, {
    method: "POST",
    trusted: true,
    headers: { [DRAIN_HEADER]: await drainToken(app, clock.now()) },
    signal: app.stopping,
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  await response.body?.pipeTo(new WritableStream());
}
