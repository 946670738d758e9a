/** A kind of job: its data, its handler, how it is retried. */
import type { z } from "zod";
import type { Store } from "../kv/store.ts";
import type { EnqueueOptions, JobKind } from "../kv/transact.ts";
import { encodeJson } from "../kv/values.ts";
import type { StagedJob, WriteSet } from "../kv/write_set.ts";
import { dueHeadKey, dueKey, shardOf } from "./keys.ts";
import { DEFAULT_RETRY, type RetryPolicy } from "./retry.ts";

/** A job as it is stored. */
export interface JobRecord {
  readonly v: 1;
  readonly id: string;
  readonly ws: string;
  readonly name: string;
  readonly data: unknown;
  /** 0: a wake-up without a due time. */
  readonly due: number;
  /** Failed runs so far. */
  readonly attempt: number;
  /** Processes that died holding it. */
  readonly crashes: number;
  /** Epoch ms of the first enqueue. */
  readonly at: number;
}

/** What a handler learns of its job. */
export interface RunningJob {
  readonly id: string;
  readonly workspaceId: string;
  /** From 1. */
  readonly attempt: number;
  /** Aborts when the instance lost its lease or the worker must stop. */
  readonly signal: AbortSignal;
  /**
   * Stages the job's completion, and the instance's fence, into the handler's own commit. What is not
   * completed this way is completed by the worker after the handler returns.
   */
  complete(target: WriteSet | { readonly staged: WriteSet }): void;
}

export interface JobOptions<D, C> {
  readonly schema: z.ZodType<D>;
  readonly handler: (ctx: C, data: D, job: RunningJob) => Promise<void> | void;
  readonly retry?: Partial<RetryPolicy>;
}

export interface JobDefinition<D, C> extends JobKind<D> {
  readonly name: string;
  readonly schema: z.ZodType<D>;
  readonly handler: (ctx: C, data: D, job: RunningJob) => Promise<void> | void;
  readonly retry: RetryPolicy;
}

/** A definition whose data type does not matter, as in a worker's table. */
// deno-lint-ignore no-explicit-any
export type AnyJob = JobDefinition<any, any>;

/** Names are imperative and dotted: "webhook.deliver". */
export function defineJob<D, C>(name: string, options: JobOptions<D, C>): JobDefinition<D, C> {
  return {
    name,
    schema: options.schema,
    handler: options.handler,
    retry: { ...DEFAULT_RETRY, ...options.retry },
    stage: (ctx, workspaceId, data, enqueue) =>
      stageJob(ctx.kv, name, workspaceId, data, enqueue ?? {}),
  };
}

function stageJob(
  kv: Store,
  name: string,
  workspaceId: string,
  data: unknown,
  options: EnqueueOptions,
): StagedJob {
  const now = kv.clock.now();
  const id = options.id ?? kv.newId("job");
  // An id without a due time is a wake-up: however often it is asked for, it waits once.
  const due = options.dueAt ?? (options.id === undefined ? now : 0);
  const job: JobRecord = {
    v: 1,
    id,
    ws: workspaceId,
    name,
    data,
    due,
    attempt: 0,
    crashes: 0,
    at: now,
  };
  return toStaged(job, options.id !== undefined);
}

export function toStaged(job: JobRecord, mergeable: boolean): StagedJob {
  const shard = shardOf(job.ws);
  return {
    // Callers choose ids within their workspace and kind of job; made ids are unique as they are.
    key: dueKey(
      shard,
      job.due,
      job.id.startsWith("job_") ? job.id : `${job.ws}/${job.name}/${job.id}`,
    ),
    headKey: dueHeadKey(shard),
    bytes: encodeJson(job),
    dueAt: job.due,
    mergeable,
  };
}
