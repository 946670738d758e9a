/** One run of a session ended: the next message that waits gets its turn. */
import { transact, type Tx } from "../kernel/kv/mod.ts";
import type { RunsContext } from "../runs/mod.ts";
import { decideAdvance } from "./decide.ts";
import { type StoredTurn, turnKey } from "./keys.ts";
import { stageMessage, startedAnswer } from "./message_events.ts";
import type { Session } from "./schema.ts";
import { requireSessionIn, stageSession } from "./store.ts";

export type SessionsContext = Pick<RunsContext, "ctx" | "engine">;

/** The handler of `session.advance`; a second delivery finds nothing to do. */
export async function advanceSession(
  app: SessionsContext,
  workspaceId: string,
  ended: { readonly sessionId: string; readonly runId: string },
): Promise<void> {
  await transact(app.ctx, workspaceId, async (tx) => {
    const before = await requireSessionIn(tx, ended.sessionId);
    const after = await stageNext(app, tx, before, ended.runId);
    if (after !== before) stageSession(tx, after, "system");
  });
}

/** Starts what comes next and returns the session as it then is; the caller stages that record. */
export async function stageNext(
  { ctx, engine }: SessionsContext,
  tx: Tx,
  session: Session,
  endedRunId: string,
): Promise<Session> {
  const decided = decideAdvance(session, endedRunId);
  if (!decided) return session;
  const { startRunId } = decided;
  if (startRunId) {
    // Written once with its run, and changed only while that run is active.
    const turn = await tx.peek<StoredTurn>(turnKey(tx.workspaceId, session.id, startRunId));
    if (turn) stageMessage(tx, startedAnswer(ctx, session.id, turn), "system");
    engine.stageRelease(tx, tx.workspaceId, startRunId);
  }
  return { ...decided.session, updatedAt: new Date(ctx.clock.now()).toISOString() };
}
