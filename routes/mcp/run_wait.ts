/** Waiting for a run, bounded: until it has ended, or needs a person, or the time is up. */
import { isFinalRun } from "../../lib/engine/mod.ts";
import type { RunView } from "../../lib/engine/schema.ts";
import { getRunView } from "../../lib/runs/mod.ts";
import type { ToolCall } from "./tool.ts";

/** Clients give a call up after a minute unless they are told of progress; longer waits are asked anew. */
export const WAIT_MAX_MS = 300_000;

/** Told of now and then, so that a client that counts silence does not give up. */
const PROGRESS_EVERY_MS = 5_000;

const TURNS = ["run.*", "approval.*", "covenant.*"];
const STEPS = ["step.started", "step.completed", "step.failed"];

/** The run as it is then. Leaves as soon as the client cancels. */
export async function waitForRun(
  call: Pick<ToolCall, "app" | "workspaceId" | "signal" | "progress">,
  runId: string,
  waitMs: number,
): Promise<RunView> {
  const { app, workspaceId } = call;
  const view = await getRunView(app, workspaceId, runId);
  if (waitMs === 0 || isSettled(view)) return view;
  const stop = bounded(call, waitMs, () => `Run ${runId} is at work`);
  try {
    const options = {
      after: view.cursor || undefined,
      types: [...TURNS, ...STEPS],
      signal: stop.signal,
    };
    for await (const event of app.hub.followEvents(workspaceId, `run:${runId}`, options)) {
      if (event.type.startsWith("step.")) {
        call.progress(event.type);
        continue;
      }
      const now = await getRunView(app, workspaceId, runId);
      if (isSettled(now)) return now;
    }
    return await getRunView(app, workspaceId, runId);
  } finally {
    stop.end();
  }
}

/** Nothing more will happen by itself: ended, paused, or all that is left waits for a person. */
function isSettled({ run, approvals }: RunView): boolean {
  return isFinalRun(run.status) || run.status === "paused" ||
    (run.status === "waiting" && approvals.some(({ status }) => status === "open"));
}

/** A signal for the client's cancellation or the time limit, with progress told meanwhile. */
export function bounded(
  { app: { ctx }, signal, progress }: Pick<ToolCall, "app" | "signal" | "progress">,
  waitMs: number,
  message: () => string,
): { readonly signal: AbortSignal; end(): void } {
  const stop = new AbortController();
  const onAbort = () => stop.abort();
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) stop.abort();
  const stopLimit = ctx.clock.timer(waitMs, () => stop.abort());
  let stopTick = () => {};
  const tick = () => {
    stopTick = ctx.clock.timer(PROGRESS_EVERY_MS, () => {
      progress(message());
      tick();
    });
  };
  tick();
  return {
    signal: stop.signal,
    end() {
      signal.removeEventListener("abort", onAbort);
      stopLimit();
      stopTick();
    },
  };
}
