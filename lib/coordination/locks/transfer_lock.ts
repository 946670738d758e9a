/** A live lock from one agent to another, in the commit of a takeover. */
import type { Store, Tx } from "../../kernel/kv/mod.ts";
import { BOARD_STREAM } from "../streams.ts";
import { nextGlobToken, nextPathToken } from "./gate.ts";
import { ringFreed } from "./callers_here.ts";
import { coversPath, EMPTY_GATE } from "./decide.ts";
import { lockSweep } from "./jobs.ts";
import { type Gate, lockGateKey, type LockRecord, type StoredLock } from "./keys.ts";
import type { Lock } from "./schema.ts";
import { shownLock } from "./shown.ts";
import { newRecord, recordKey, stagePast } from "./stage.ts";

/**
 * With a new token, for its whole time again; history `takeover`, event `lock.taken_over`. Records are not
 * checked: the caller checks the holdings fence of the agent it takes from, which it has announced before
 * (`announceHandOver`), and stages its change for both. Null: the agent does not hold it any more. One check for
 * all of them, the gate, which changes when somebody who asks for what overlaps may have read the lock already.
 */
export async function stageLockTransfer(
  ctx: { readonly kv: Store },
  tx: Tx,
  lock: Lock,
  toAgent: string,
  nowMs: number,
): Promise<Lock | null> {
  const kind = lock.glob ? "glob" : "path";
  const gate = await tx.get<Gate>(lockGateKey(tx.workspaceId)) ?? EMPTY_GATE;
  const key = recordKey(tx.workspaceId, kind, lock.resourcePath);
  const record = await tx.peek<LockRecord>(key) ?? newRecord(lock.resourcePath);
  const held = kind === "path"
    ? record.held
    : gate.globs.find(({ path, token }) => path === lock.resourcePath && token === lock.token);
  if (!held || held.token !== lock.token || held.agentId !== lock.lockedBy) return null;
  const { token, ...marks } = kind === "glob"
    ? nextGlobToken(gate)
    : nextPathToken(record.last, gate);
  const taken: StoredLock = {
    ...held,
    id: `${held.id}.${token}`,
    agentId: toAgent,
    at: nowMs,
    until: nowMs + held.ttlMs,
    token,
  };
  const ending = { why: "takeover", actor: `agent:${toAgent}`, by: toAgent } as const;
  const past = stagePast(tx, record, held, ending, nowMs);
  tx.set(key, { ...past, last: token, held: kind === "path" ? taken : null });
  const globs = gate.globs.map((one) => one === held ? taken : one);
  const isPast = kind === "path" && gate.wide.some((ticket) => coversPath(ticket, held.path));
  if (kind === "glob" || marks.high !== gate.high || isPast) {
    tx.set(lockGateKey(tx.workspaceId), { ...gate, ...marks, globs });
  }
  tx.enqueue(lockSweep, {}, { id: String(taken.until), dueAt: taken.until });
  tx.emit(BOARD_STREAM, {
    type: "lock.taken_over",
    actor: ending.actor,
    lock: shownLock(taken, nowMs),
    from: held.agentId,
    by: toAgent,
  });
  tx.afterCommit(() => ringFreed(ctx.kv, tx.workspaceId, kind, held.path, toAgent));
  return shownLock(taken, nowMs);
}
