/** Refused acquires, kept for a day for the digests of who asked and of who held. */
import type { AppContext } from "../../kernel/context.ts";
import { transact } from "../../kernel/kv/mod.ts";
import type { Obstacles } from "./decide.ts";
import { askedLockKey, type StoredConflict } from "./keys.ts";
import { keyPart } from "./paths.ts";
import type { LockRequest } from "./request.ts";
import type { LockConflict } from "./schema.ts";

const KEPT_MS = 86_400_000;
/** Of a refused request; the rest is as good as said. */
const NOTED_MAX = 8;

/** One entry for asker, path and holder, however often it is asked: the time is the last, the count rises. */
export async function noteConflicts(
  ctx: Pick<AppContext, "kv" | "clock" | "log">,
  { workspaceId, input: { agentId } }: LockRequest,
  { held }: Obstacles,
): Promise<void> {
  const others = held.filter((lock) => lock.agentId !== agentId).slice(0, NOTED_MAX);
  if (others.length === 0) return;
  const entries = others.flatMap(({ kind, path, agentId: holder }) => [
    { agent: agentId, role: "asked" as const, other: holder, kind, path },
    { agent: holder, role: "held" as const, other: agentId, kind, path },
  ]);
  const keys = entries.map(({ agent, kind, path, other }) =>
    askedLockKey(workspaceId, agent, kind, keyPart(path), other)
  );
  try {
    await transact(ctx, workspaceId, async (tx) => {
      // Unchecked: two at the same time may count as one.
      const before = await ctx.kv.getMany<StoredConflict>(keys);
      entries.forEach(({ role, other, path }, i) => {
        const at = ctx.clock.now();
        const count = (before[i]!.value?.count ?? 0) + 1;
        const stored: StoredConflict = { v: 1, path, role, other, at, count };
        tx.set(keys[i]!, stored, { expireIn: KEPT_MS });
      });
    });
  } catch (error) {
    // The refusal itself is what the caller must learn.
    ctx.log.warn("A lock conflict was not noted", { error: String(error) });
  }
}

/** Newest first. */
export async function listLockConflicts(
  ctx: Pick<AppContext, "kv">,
  workspaceId: string,
  agentId: string,
  sinceMs: number,
): Promise<LockConflict[]> {
  const found: StoredConflict[] = [];
  const prefix = askedLockKey.prefix(workspaceId, agentId);
  for await (const { value } of ctx.kv.list<StoredConflict>({ prefix })) {
    // A key outlives its `expireIn` for a while.
    if (value.at >= Math.max(sinceMs, ctx.kv.clock.now() - KEPT_MS)) found.push(value);
  }
  return found.sort((a, b) => b.at - a.at).map(({ path, role, other, at, count }) => ({
    resourcePath: path,
    role,
    other,
    at: new Date(at).toISOString(),
    count,
  }));
}
