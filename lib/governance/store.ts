/** Reads of approvals. */
import type { AppContext } from "../kernel/context.ts";
import { AppError } from "../kernel/core/errors.ts";
import { type Page, PAGE_LIMIT_DEFAULT, type PageQuery } from "../kernel/core/page.ts";
import { listEntryPage, listPage } from "../kernel/kv/mod.ts";
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

/** Newest first. Open ones and those of a run are found by pointers, others by walking all. */
export async function listApprovals(
  ctx: Pick<AppContext, "kv">,
  workspaceId: string,
  query: Partial<PageQuery> & ApprovalFilter,
): Promise<Page<Approval>> {
  const { status, runId, limit, cursor } = query;
  const name = `approvals:${status ?? ""}:${runId ?? ""}`;
  const fits = (approval: StoredApproval) =>
    (!status || approval.status === status) && (!runId || approval.runId === runId);
  if (!runId && status !== "open") {
    const page = await listPage<StoredApproval>(ctx, {
      prefix: approvalKey.prefix(workspaceId),
      query: name,
      limit,
      cursor,
      where: (entry) => fits(entry.value as StoredApproval),
    });
    return { ...page, items: page.items.map(shownApproval) };
  }
  const prefix = runId
    ? runApprovalKey.prefix(workspaceId, runId)
    : openApprovalKey.prefix(workspaceId);
  return await pointedPage(ctx, workspaceId, { prefix, query: name, limit, cursor }, fits);
}

/** Follows pointers page by page until as many as asked for fit. */
async function pointedPage(
  ctx: Pick<AppContext, "kv">,
  workspaceId: string,
  options: Parameters<typeof listEntryPage>[1],
  fits: (approval: StoredApproval) => boolean,
): Promise<Page<Approval>> {
  const items: Approval[] = [];
  let cursor = options.cursor;
  do {
    const limit = (options.limit ?? PAGE_LIMIT_DEFAULT) - items.length;
    const page = await listEntryPage<1>(ctx, { ...options, cursor, limit });
    const keys = page.items.map(({ key }) => approvalKey(workspaceId, String(key.at(-1))));
    for (const { value } of await ctx.kv.getMany<StoredApproval>(keys)) {
      if (value && fits(value)) items.push(shownApproval(value));
    }
    cursor = page.nextCursor ?? undefined;
  } while (cursor && items.length < (options.limit ?? PAGE_LIMIT_DEFAULT));
  return { items, nextCursor: cursor ?? null };
}
