/** Starts a conversation, renames it, changes its policy. */
import type { AppContext } from "../kernel/context.ts";
import { transact } from "../kernel/kv/mod.ts";
import type { StagedWith } from "../runs/mod.ts";
import { sessionKey } from "./keys.ts";
import type { Session, SessionInput, SessionPatch } from "./schema.ts";
import { requireSessionIn, sessionStream, stageSession } from "./store.ts";

interface SessionsContext {
  readonly ctx: AppContext;
}

/** Without a title it takes one from its first message. */
export async function createSession(
  { ctx }: SessionsContext,
  workspaceId: string,
  input: SessionInput,
  actor: string,
  options: StagedWith<Session> = {},
): Promise<Session> {
  const now = new Date(ctx.clock.now()).toISOString();
  const session: Session = {
    id: ctx.ids.next("session"),
    title: input.title ?? "",
    policy: input.policy ?? "enqueue",
    status: "idle",
    queuedRunIds: [],
    version: 1,
    createdAt: now,
    updatedAt: now,
  };
  await transact(ctx, workspaceId, async (tx) => {
    tx.set(sessionKey(workspaceId, session.id), { v: 1, ...session });
    tx.emit(sessionStream(session.id), { type: "session.created", actor, session });
    await options.staged?.(tx, session);
  });
  return session;
}

export interface PatchSession {
  readonly patch: SessionPatch;
  /** Throws `precondition_failed` when the caller knew another version. */
  readonly check?: (current: Session) => void;
}

export async function patchSession(
  { ctx }: SessionsContext,
  workspaceId: string,
  sessionId: string,
  input: PatchSession,
  actor: string,
): Promise<Session> {
  return await transact(ctx, workspaceId, async (tx) => {
    const before = await requireSessionIn(tx, sessionId);
    input.check?.(before);
    const { title = before.title, policy = before.policy } = input.patch;
    if (title === before.title && policy === before.policy) return before;
    const after: Session = {
      ...before,
      title,
      policy,
      version: before.version + 1,
      updatedAt: new Date(ctx.clock.now()).toISOString(),
    };
    stageSession(tx, after, actor);
    return after;
  });
}
