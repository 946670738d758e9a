/**
 * Changes of resources for `subscriptions/listen`, out of the workspace's feed: any instance tells its
 * own listeners, whoever made the change. Many changes shortly after each other are told once.
 */
import type { ServerEvent, ServerEventBus } from "@modelcontextprotocol/server";
import type { App } from "../../lib/app.ts";
import { delay } from "../../lib/kernel/core/clock.ts";
import { FEED, headCursor } from "../../lib/kernel/events/mod.ts";
import { BOARD_URI, runUri } from "./uris.ts";

const TOLD_EVERY_MS = 100;
/** After the log could be followed no more. */
const AGAIN_MS = 1_000;

const TYPES = [
  "agent.*",
  "task.*",
  "zone.*",
  "claim.*",
  "handoff.*",
  "lock.*",
  "run.*",
  "step.*",
  "approval.*",
  "covenant.*",
];

type Listener = (event: ServerEvent) => void;

/** A bus that follows the log only while somebody listens. */
export function changeBus(app: Pick<App, "ctx" | "hub">, workspaceId: string): ServerEventBus {
  const listeners = new Set<Listener>();
  let follower: AbortController | undefined;

  const publish = (event: ServerEvent) => {
    for (const listener of listeners) listener(event);
  };
  return {
    publish,
    subscribe(listener) {
      listeners.add(listener);
      if (!follower) {
        follower = new AbortController();
        void follow(app, workspaceId, follower.signal, publish);
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        follower?.abort();
        follower = undefined;
      };
    },
  };
}

/** Until the signal aborts: whoever listens must not be left waiting for a log that broke. */
async function follow(
  app: Pick<App, "ctx" | "hub">,
  workspaceId: string,
  signal: AbortSignal,
  publish: Listener,
): Promise<void> {
  const { log, clock } = app.ctx;
  for (;;) {
    try {
      await followOnce(app, workspaceId, signal, publish);
    } catch (error) {
      log.warn("Changes are not followed", { error });
    }
    await delay(clock, AGAIN_MS, signal).catch(() => {});
    if (signal.aborted) return;
    // What happened meanwhile was told to nobody.
    publish({ kind: "resource_updated", uri: BOARD_URI });
  }
}

async function followOnce(
  { ctx, hub }: Pick<App, "ctx" | "hub">,
  workspaceId: string,
  signal: AbortSignal,
  publish: Listener,
): Promise<void> {
  const changed = new Set<string>();
  let listChanged = false;
  let stopTimer: (() => void) | undefined;
  const tell = () => {
    stopTimer = undefined;
    const uris = [...changed];
    changed.clear();
    for (const uri of uris) publish({ kind: "resource_updated", uri });
    if (listChanged) publish({ kind: "resources_list_changed" });
    listChanged = false;
  };
  signal.addEventListener("abort", () => stopTimer?.(), { once: true });
  const after = await headCursor(ctx, workspaceId);
  for await (const event of hub.followEvents(workspaceId, FEED, { after, types: TYPES, signal })) {
    changed.add(uriOf(event.stream));
    listChanged ||= event.type === "run.created" || event.type === "run.started";
    stopTimer ??= ctx.clock.timer(TOLD_EVERY_MS, tell);
  }
}

function uriOf(stream: string): string {
  return stream.startsWith("run:") ? runUri(stream.slice("run:".length)) : BOARD_URI;
}
