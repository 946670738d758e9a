/** A message and the run that answers it, in one commit; a busy session does what its policy says. */
import { checkInputs } from "../agents/mod.ts";
import type { Run } from "../engine/schema.ts";
import type { AppContext } from "../kernel/context.ts";
import { AppError } from "../kernel/core/errors.ts";
import { transact, type Tx } from "../kernel/kv/mod.ts";
import { isFinalRun } from "../engine/mod.ts";
import { getRuns, type StagedWith } from "../runs/mod.ts";
import { type SessionsContext, stageNext } from "./advance.ts";
import { decidePost, titleFrom } from "./decide.ts";
import { stageMessage, startedAnswer } from "./message_events.ts";
import { type StoredTurn, turnKey } from "./keys.ts";
import type { Message, MessageInput, Session } from "./schema.ts";
import { requireSessionIn, stageSession } from "./store.ts";

/**
 * Throws `not_found`, `invalid_input` for an unknown model and for inputs that do not fit the pattern, or
 * `conflict` when the session refuses messages while it is busy.
 */
export async function postMessage(
  app: SessionsContext,
  workspaceId: string,
  sessionId: string,
  input: MessageInput,
  actor: string,
  options: StagedWith<{ message: Message; run: Run }> = {},
): Promise<{ message: Message; run: Run }> {
  const { ctx, engine } = app;
  if (input.pattern) checkInputs(input.pattern, input.inputs);
  const posted = await transact(ctx, workspaceId, async (tx) => {
    const session = await freed(app, tx, await requireSessionIn(tx, sessionId));
    const decided = decidePost(session);
    if (decided.kind === "refuse") {
      throw new AppError("conflict", {
        detail: decided.reason,
        data: { runId: session.activeRunId },
      });
    }
    const turn = newTurn(ctx);
    const { content, ...rest } = input;
    const run = await engine.stageStart(tx, workspaceId, {
      ...rest,
      intent: content,
      sessionId,
      runId: turn.runId,
      hold: decided.kind !== "start",
    }, actor);
    const message = userMessage(ctx, sessionId, turn, content);
    stageMessage(tx, message, actor, session.activeRunId);
    if (decided.kind === "start") stageMessage(tx, startedAnswer(ctx, sessionId, turn), "system");
    tx.set(turnKey(workspaceId, sessionId, turn.runId), turn);
    const takenBack = decided.kind === "replace" && decided.takeBack ? decided.runId : null;
    if (takenBack) await stageTakenBack(tx, sessionId, takenBack);
    stageSession(
      tx,
      {
        ...withRun(session, decided.kind, turn.runId),
        title: session.title || titleFrom(content),
        updatedAt: message.createdAt,
      },
      actor,
      takenBack ? { takenBackRunId: takenBack } : {},
    );
    await options.staged?.(tx, { message, run });
    return { message, run, replaced: decided.kind === "replace" ? decided.runId : null };
  });
  if (posted.replaced) await stopReplaced(app, workspaceId, posted.replaced, actor);
  return { message: posted.message, run: posted.run };
}

/** A run that ended a moment ago may not have been followed up yet; nobody has to wait for that. */
async function freed(app: SessionsContext, tx: Tx, session: Session): Promise<Session> {
  const { activeRunId } = session;
  if (!activeRunId) return session;
  const run = (await getRuns(app, tx.workspaceId, [activeRunId])).get(activeRunId);
  return run && isFinalRun(run.status) ? await stageNext(app, tx, session, activeRunId) : session;
}

function withRun(session: Session, kind: "start" | "wait" | "replace", runId: string): Session {
  if (kind === "start") return { ...session, status: "busy", activeRunId: runId };
  const queued = session.queuedRunIds;
  return { ...session, queuedRunIds: kind === "wait" ? [...queued, runId] : [runId, ...queued] };
}

async function stageTakenBack(tx: Tx, sessionId: string, runId: string): Promise<void> {
  const key = turnKey(tx.workspaceId, sessionId, runId);
  const turn = await tx.get<StoredTurn>(key);
  if (turn) tx.set(key, { ...turn, takenBack: true });
}

/**
 * Apart from the commit that queued the newer message: if the process dies between the two, the older
 * run goes on to its end and the newer message follows it.
 */
async function stopReplaced(
  { engine }: SessionsContext,
  workspaceId: string,
  runId: string,
  actor: string,
): Promise<void> {
  try {
    await engine.cancelRun(workspaceId, runId, { reason: "a newer message took its place" }, actor);
  } catch (error) {
    // It ended by itself in the meantime.
    if (!(error instanceof AppError && error.code === "conflict")) throw error;
  }
}

function newTurn(ctx: Pick<AppContext, "ids">): StoredTurn {
  return {
    v: 1,
    runId: ctx.ids.next("run"),
    userMessageId: ctx.ids.next("message"),
    assistantMessageId: ctx.ids.next("message"),
  };
}

function userMessage(
  ctx: Pick<AppContext, "clock">,
  sessionId: string,
  turn: StoredTurn,
  content: string,
): Message {
  return {
    id: turn.userMessageId,
    sessionId,
    role: "user",
    content,
    status: "done",
    runId: turn.runId,
    createdAt: new Date(ctx.clock.now()).toISOString(),
  };
}
