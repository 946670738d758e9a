/** Makes an approval and stages its record, from the commit in which a step begins to wait. */
import type { AppContext } from "../kernel/context.ts";
import { digestJson, type Json } from "../kernel/core/json.ts";
import type { WriteSet } from "../kernel/kv/mod.ts";
import { approvalExpire } from "./jobs.ts";
import { approvalKey, openApprovalKey, runApprovalKey } from "./keys.ts";
import type { Approval } from "./schema.ts";

/** Longer arguments are shown by their beginning; the digest is always of all of them. */
const SHOWN_ARGS_LENGTH = 12_000;

export interface NewApproval {
  readonly kind: Approval["kind"];
  readonly runId: string;
  readonly stepId?: string;
  readonly tool?: string;
  readonly question: string;
  readonly args?: Json;
  readonly schema?: Json;
  readonly risk?: Approval["risk"];
  readonly expiresInMs?: number;
  readonly onExpiry?: Approval["onExpiry"];
}

export function newApproval(ctx: Pick<AppContext, "ids" | "clock">, input: NewApproval): Approval {
  const nowMs = ctx.clock.now();
  const { args, expiresInMs, onExpiry = "reject", risk = "medium", ...rest } = input;
  return {
    ...rest,
    id: ctx.ids.next("approval"),
    status: "open",
    ...(args === undefined ? {} : { args: shown(args) }),
    argsDigest: digestJson(args ?? null),
    risk,
    onExpiry,
    createdAt: new Date(nowMs).toISOString(),
    ...(expiresInMs === undefined
      ? {}
      : { expiresAt: new Date(nowMs + expiresInMs).toISOString() }),
  };
}

function shown(args: Json): Json {
  const text = JSON.stringify(args);
  if (text.length <= SHOWN_ARGS_LENGTH) return args;
  const sizeBytes = new TextEncoder().encode(text).length;
  return { preview: `${text.slice(0, SHOWN_ARGS_LENGTH)}…`, sizeBytes };
}

/** The open record, its pointers, and the job that closes it when nobody answers in time. */
export function stageApproval(
  ctx: Pick<AppContext, "kv">,
  set: WriteSet,
  workspaceId: string,
  approval: Approval,
): void {
  set.set(approvalKey(workspaceId, approval.id), { v: 1, ...approval });
  set.set(openApprovalKey(workspaceId, approval.id), 1);
  set.set(runApprovalKey(workspaceId, approval.runId, approval.id), 1);
  if (!approval.expiresAt) return;
  set.enqueue(approvalExpire.stage(ctx, workspaceId, { approvalId: approval.id }, {
    id: `expire-${approval.id}`,
    dueAt: Date.parse(approval.expiresAt),
  }));
}

/** The record once it is no longer open: answered, expired or canceled. */
export function stageClosed(set: WriteSet, workspaceId: string, approval: Approval): void {
  set.set(approvalKey(workspaceId, approval.id), { v: 1, ...approval });
  set.delete(openApprovalKey(workspaceId, approval.id));
}

/**
 * Closes an approval whose run ended or whose step was superseded; returns it as canceled. The commit
 * must also assume the version of the run's signals, which every answer touches: without that a late
 * answer would be overwritten.
 */
export function stageApprovalClosed(
  set: WriteSet,
  workspaceId: string,
  approval: Approval,
  atMs: number,
): Approval {
  const canceled: Approval = {
    ...approval,
    status: "canceled",
    answeredAt: new Date(atMs).toISOString(),
    answeredBy: "system",
    decision: null,
  };
  stageClosed(set, workspaceId, canceled);
  return canceled;
}
