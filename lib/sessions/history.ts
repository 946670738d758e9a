/** What was said before a run, for the models of that run. */
import { answerText } from "../engine/fold.ts";
import type { AppContext } from "../kernel/context.ts";
import { getRuns } from "../runs/mod.ts";
import { type StoredTurn, turnKey } from "./keys.ts";

export interface HistoryTurn {
  readonly role: "user" | "assistant";
  readonly content: string;
}

/** Turns looked back on, and characters given to the models. */
const MAX_TURNS = 20;
const MAX_CHARACTERS = 48_000;

/**
 * Earlier turns of the session, oldest first: as many of the latest as fit, without those rolled back.
 * The engine asks once, when the run begins, and records the answer.
 */
export async function sessionHistory(
  app: { readonly ctx: Pick<AppContext, "kv"> },
  workspaceId: string,
  sessionId: string,
  runId: string,
): Promise<HistoryTurn[]> {
  const turns: StoredTurn[] = [];
  const prefix = turnKey.prefix(workspaceId, sessionId);
  const earlier = app.ctx.kv.list<StoredTurn>(
    { prefix, end: turnKey(workspaceId, sessionId, runId) },
    { reverse: true, limit: MAX_TURNS },
  );
  for await (const { value } of earlier) if (!value.takenBack) turns.push(value);
  const runs = await getRuns(app, workspaceId, turns.map((turn) => turn.runId));
  const history: HistoryTurn[] = [];
  let left = MAX_CHARACTERS;
  for (const turn of turns) {
    const run = runs.get(turn.runId);
    if (!run) continue;
    const answer = answerText({ run, steps: [] });
    left -= run.intent.length + answer.length;
    if (left < 0) break;
    if (answer) history.push({ role: "assistant", content: answer });
    history.push({ role: "user", content: run.intent });
  }
  return history.reverse();
}
