/** Jobs that were given up: kept with the reason, listed, replayed, dropped. */
import type { Clock } from "../core/clock.ts";
import { AppError } from "../core/errors.ts";
import { type Page, type PageQuery } from "../core/page.ts";
import { listPage } from "../kv/list_page.ts";
import type { Store } from "../kv/store.ts";
import { transact } from "../kv/transact.ts";
import type { WriteSet } from "../kv/write_set.ts";
import { type JobRecord, toStaged } from "./define_job.ts";
import { deadLetterKey } from "./keys.ts";

export interface DeadLetter {
  readonly v: 1;
  readonly job: JobRecord;
  /** An error code, or `crashed`. */
  readonly code: string;
  readonly message: string;
  /** Epoch ms. */
  readonly at: number;
}

/** The stream that tells of dead letters. */
export const JOBS_STREAM = "jobs";

export function stageDeadLetter(
  set: WriteSet,
  clock: Pick<Clock, "now">,
  job: JobRecord,
  code: string,
  message: string,
): void {
  const letter: DeadLetter = { v: 1, job, code, message: message.slice(0, 2_000), at: clock.now() };
  set.set(deadLetterKey(job.ws, job.id), letter);
  set.emit(job.ws, JOBS_STREAM, {
    type: "job.dead_lettered",
    actor: "system",
    jobId: job.id,
    name: job.name,
    code,
    attempts: job.attempt,
  });
}

export function listDeadLetters(
  ctx: { readonly kv: Store },
  workspaceId: string,
  query: PageQuery,
): Promise<Page<DeadLetter>> {
  return listPage<DeadLetter>(ctx, { prefix: deadLetterKey.prefix(workspaceId), ...query });
}

/** Puts the job back with a clean record. Throws `not_found`. */
export async function replayDeadLetter(
  ctx: { readonly kv: Store },
  workspaceId: string,
  jobId: string,
): Promise<JobRecord> {
  return await transact(ctx, workspaceId, async (tx) => {
    const key = deadLetterKey(workspaceId, jobId);
    const letter = await tx.get<DeadLetter>(key);
    if (!letter) throw new AppError("not_found", { detail: `No dead letter "${jobId}"` });
    const job = { ...letter.job, attempt: 0, crashes: 0 };
    tx.delete(key);
    tx.staged.enqueue(toStaged(job, true));
    tx.emit(JOBS_STREAM, { type: "job.replayed", actor: "system", jobId, name: job.name });
    return job;
  });
}
