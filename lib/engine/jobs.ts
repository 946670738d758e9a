/** Jobs the engine stages: the wake-up of a run, and the news to its session that it ended. */
import { z } from "zod";
import type { Store, WriteSet } from "../kernel/kv/mod.ts";
import { defineJob, type JobDefinition, type RunningJob } from "../kernel/jobs/mod.ts";

export type Wake = { readonly runId: string };

const wakeData = z.object({ runId: z.string() });

/** What the handler of wake-ups is given: the engine. */
export interface Wakes {
  readonly wakeRun: (workspaceId: string, runId: string, job: RunningJob) => Promise<void>;
}

/** Looks at a run: claims it when nobody owns it, or tells its owner to look. */
export const runResume: JobDefinition<Wake, Wakes> = defineJob<Wake, Wakes>("run.resume", {
  schema: wakeData,
  handler: (ctx, data, job) => ctx.wakeRun(job.workspaceId, data.runId, job),
});

export type SessionAdvance = { readonly sessionId: string; readonly runId: string };

/** Staged when a session's run ends; the sessions slice, to the right of this one, carries it out. */
export const sessionAdvance: JobDefinition<
  SessionAdvance,
  { advanceSession(workspaceId: string, data: SessionAdvance): Promise<void> }
> = defineJob("session.advance", {
  schema: z.object({ sessionId: z.string(), runId: z.string() }),
  handler: (ctx, data, job) => ctx.advanceSession(job.workspaceId, data),
});

/** A wake-up now, or at `dueAt`: however often it is asked for, it waits once. */
export function stageWake(
  kv: Store,
  set: WriteSet,
  workspaceId: string,
  runId: string,
  dueAt?: number,
): void {
  set.enqueue(
    runResume.stage({ kv }, workspaceId, { runId }, {
      id: runId,
      ...(dueAt === undefined ? {} : { dueAt }),
    }),
  );
}
