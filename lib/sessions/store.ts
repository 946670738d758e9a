/** Reads and writes of session records. */
import type { AppContext } from "../kernel/context.ts";
import { AppError } from "../kernel/core/errors.ts";
import { isId } from "../kernel/core/ids.ts";
import type { Page, PageQuery } from "../kernel/core/page.ts";
import { listPage, type Tx } from "../kernel/kv/mod.ts";
import { sessionKey } from "./keys.ts";
import type { Session } from "./schema.ts";

type StoredSession = Session & { readonly v: 1 };

export const sessionStream = (sessionId: string) => `session:${sessionId}`;

/** Throws `not_found`. */
export async function requireSession(
  app: { readonly ctx: Pick<AppContext, "kv"> },
  workspaceId: string,
  sessionId: string,
): Promise<Session> {
  // What cannot be an id must not become a key either.
  if (!isId("session", sessionId)) sessionNotFound(sessionId);
  const { value } = await app.ctx.kv.get<StoredSession>(sessionKey(workspaceId, sessionId));
  return value ? shown(value) : sessionNotFound(sessionId);
}

/** As `requireSession`, checked at commit. */
export async function requireSessionIn(tx: Tx, sessionId: string): Promise<Session> {
  if (!isId("session", sessionId)) sessionNotFound(sessionId);
  const stored = await tx.get<StoredSession>(sessionKey(tx.workspaceId, sessionId));
  return stored ? shown(stored) : sessionNotFound(sessionId);
}

/** The changed record and `session.updated`; `fields` stand beside the session in the event. */
export function stageSession(
  tx: Tx,
  session: Session,
  actor: string,
  fields: Readonly<Record<string, unknown>> = {},
): void {
  tx.set(sessionKey(tx.workspaceId, session.id), { v: 1, ...session });
  tx.emit(sessionStream(session.id), { type: "session.updated", actor, session, ...fields });
}

/** Newest first; `q` is looked for in the title, whatever its case. */
export async function listSessions(
  app: { readonly ctx: Pick<AppContext, "kv"> },
  workspaceId: string,
  query: Partial<PageQuery> & { readonly q?: string | undefined },
): Promise<Page<Session>> {
  const q = query.q?.toLowerCase();
  const page = await listPage<StoredSession>(app.ctx, {
    prefix: sessionKey.prefix(workspaceId),
    query: `sessions:${q ?? ""}`,
    limit: query.limit,
    cursor: query.cursor,
    where: q === undefined
      ? undefined
      : ({ value }) => (value as StoredSession).title.toLowerCase().includes(q),
  });
  return { ...page, items: page.items.map(shown) };
}

function shown({ v: _, ...session }: StoredSession): Session {
  return session;
}

function sessionNotFound(sessionId: string): never {
  throw new AppError("not_found", {
    detail: `There is no session "${sessionId.slice(0, 80)}"`,
  });
}
