/** What becomes of a message and of a session when a run ends: pure rules. */
import type { Session } from "./schema.ts";

/** More than this many waiting messages is a mistake of the sender. */
const MAX_QUEUED = 50;
const TITLE_LENGTH = 60;

export type PostDecision =
  | { readonly kind: "start" }
  | { readonly kind: "wait"; readonly first: boolean }
  | { readonly kind: "replace"; readonly runId: string; readonly takeBack: boolean }
  | { readonly kind: "refuse"; readonly reason: string };

/** An idle session starts at once; a busy one does what its policy says. */
export function decidePost(session: Session): PostDecision {
  if (!session.activeRunId) return { kind: "start" };
  if (session.policy === "reject") {
    return {
      kind: "refuse",
      reason: `Session "${session.id}" is busy with run "${session.activeRunId}" and its policy ` +
        "is reject; wait for the run or change the policy",
    };
  }
  if (session.queuedRunIds.length >= MAX_QUEUED) {
    return {
      kind: "refuse",
      reason: `Session "${session.id}" already has ${MAX_QUEUED} messages waiting`,
    };
  }
  if (session.policy === "enqueue") return { kind: "wait", first: false };
  return {
    kind: "replace",
    runId: session.activeRunId,
    takeBack: session.policy === "rollback",
  };
}

/** The session after one of its runs ended, and the run to start now; null when nothing changes. */
export function decideAdvance(
  session: Session,
  endedRunId: string,
): { readonly session: Session; readonly startRunId: string | null } | null {
  if (session.queuedRunIds.includes(endedRunId)) {
    const queuedRunIds = session.queuedRunIds.filter((id) => id !== endedRunId);
    return { session: { ...session, queuedRunIds }, startRunId: null };
  }
  if (session.activeRunId !== endedRunId) return null;
  const [next, ...rest] = session.queuedRunIds;
  const { activeRunId: _, ...free } = session;
  return next
    ? { session: { ...session, activeRunId: next, queuedRunIds: rest }, startRunId: next }
    : { session: { ...free, status: "idle" }, startRunId: null };
}

/** A title for a session that was given none: the first line of its first message, cut at a word. */
export function titleFrom(content: string): string {
  const line = content.trim().split(/\r?\n/, 1)[0]!.replace(/\s+/g, " ").trim();
  const characters = [...line];
  if (characters.length <= TITLE_LENGTH) return line;
  const cut = characters.slice(0, TITLE_LENGTH - 1).join("");
  const space = cut.lastIndexOf(" ");
  return `${space > TITLE_LENGTH / 2 ? cut.slice(0, space) : cut}…`;
}
