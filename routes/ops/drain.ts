/**
 * `POST /internal/drain` keeps a serverless instance alive while it has work: the answer is a stream of
 * heartbeats, one a second, that ends when queue and runs are empty. The app calls itself (keep_alive.ts);
 * an operator's scheduler may call it with the admin key.
 */
import { Hono } from "hono";
import type { App } from "../../lib/app.ts";
import { AppError } from "../../lib/kernel/core/errors.ts";
import { equalSecret, sign } from "../../lib/kernel/platform/crypto.ts";
import type { Env } from "../_http/env.ts";

export const DRAIN_PATH = "/internal/drain";
export const DRAIN_HEADER = "x-muster-drain";

const HEARTBEAT_MS = 1_000;
/** A drain ends by then in any case; the next one goes on. */
const LONGEST_MS = 15 * 60_000;
/** A token older than this is refused. */
const TOKEN_MS = 60_000;

/** `<epoch ms>.<signature>`, for the app's call to itself on any instance. */
export async function drainToken(app: Pick<App, "secrets">, nowMs: number): Promise<string> {
  return `${nowMs}.${await sign(await app.secrets.derive("drain"), `drain.${nowMs}`)}`;
}

export function drainRoutes(app: App): Hono<Env> {
  const router = new Hono<Env>();
  router.post(DRAIN_PATH, async (c) => {
    const token = c.req.header(DRAIN_HEADER);
    if (!c.get("caller") && !(token !== undefined && await isToken(app, token))) {
      throw new AppError("unauthorized", { detail: "Draining needs the admin key" });
    }
    return new Response(heartbeats(app), {
      headers: { "content-type": "application/x-ndjson", "cache-control": "no-store" },
    });
  });
  return router;
}

async function isToken(app: App, token: string): Promise<boolean> {
  const at = Number(token.match(/^(\d{1,15})\./)?.[1] ?? NaN);
  if (!(Math.abs(app.ctx.clock.now() - at) <= TOKEN_MS)) return false;
  return await equalSecret(token, await drainToken(app, at));
}

function heartbeats(app: App): ReadableStream<Uint8Array> {
  const { clock } = app.ctx;
  const endAt = clock.mono() + LONGEST_MS;
  const encoder = new TextEncoder();
  let cancelTimer = () => {};
  let ended = false;
  return new ReadableStream({
    async start(controller) {
      await app.sweep();
      const beat = async () => {
        const load = await app.load();
        if (ended) return;
        controller.enqueue(encoder.encode(`${JSON.stringify(load)}\n`));
        const idle = load.busy === 0 && load.due === 0 && load.runs === 0;
        if (idle || app.stopping.aborted || clock.mono() >= endAt) {
          ended = true;
          return controller.close();
        }
        cancelTimer = clock.timer(HEARTBEAT_MS, () => void beat());
      };
      await beat();
    },
    cancel() {
      ended = true;
      cancelTimer();
    },
  });
}
