/**
 * The durable queue and the instances that work it: define a job, enqueue it in a transaction, run it
 * under a fence, retry it, bury it visibly.
 */
export { countDue } from "./count_due.ts";
export { type AnyJob, defineJob, type JobDefinition, type RunningJob } from "./define_job.ts";
export { type DeadLetter, JOBS_STREAM, listDeadLetters, replayDeadLetter } from "./dead_letters.ts";
export { Instance, type InstanceRecord, listInstances } from "./instance.ts";
export { fenceKey, JOB_KEYS } from "./keys.ts";
export { decideRetry, DEFAULT_RETRY, type RetryPolicy } from "./retry.ts";
export { startWorker, type Worker, type WorkerOptions } from "./worker.ts";
