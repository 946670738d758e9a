/** Reads of approvals. */
import type { AppContext } from "../kernel/context.ts";
import { AppError } from "../kernel/core/errors.ts";
import type { Page, PageQuery } from "../kernel/core/page.ts";
import { listPage } from "../kernel/kv/mod.ts";
import { approvalKey, openApprovalKey, runApprovalKey } from "./keys.ts";
import type { Approval, ApprovalStatus } from "./schema.ts";

export type StoredApproval = Approval & { readonly v: 1 };

export interface ApprovalFilter {
  readonly status?: ApprovalStatus | undefined;
  readonly runId?: string | undefined;
}

export function shownApproval({ v: _, ...approval }: StoredApproval): Approval {
  return approval;
}

export async function getApproval(
  ctx: Pick<AppContext, "kv">,
  workspaceId: string,
  approvalId: string,
): Promise<Approval | null> {
  const { value } = await ctx.kv.get<StoredApproval>(approvalKey(workspaceId, approvalId));
  return value && shownApproval(value);
}

/** Throws `not_found`. */
export async function requireApproval(
  ctx: Pick<AppContext, "kv">,
  workspaceId: string,
  approvalId: string,
): Promise<Approval> {
  return await getApproval(ctx, workspaceId, approvalId) ?? approvalNotFound(approvalId);
}

export function approvalNotFound(approvalId: string): never {
  throw new AppError("not_found", { detail: `There is no approval "${approvalId}"` });
}
