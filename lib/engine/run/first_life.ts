/** The first execution of a run: what it is told about its session is recorded before its root begins. */
import type { Packed } from "../journal/journal.ts";
import type { LiveRun } from "./live_run.ts";
import { isStoreFault, pack, unpack } from "../values.ts";
import type { HistoryLine } from "../journal/journal.ts";
import type { Json } from "../../kernel/core/json.ts";
import { toAppError } from "../../kernel/core/errors.ts";

export async function firstLife(run: LiveRun, rootId: string, input: Packed): Promise<void> {
  try {
    const { sessionId } = run.state.run;
    const { history } = run.deps;
    let packed: Packed | undefined;
    if (sessionId !== undefined && history) {
      run.history = await history(run.workspaceId, sessionId, run.id);
      if (run.history.length > 0) packed = await pack(run.scope, run.history as unknown as Json);
    }
    if (run.over) return;
    run.emit(
      { type: "run.started", at: run.at(), actor: "system" },
      packed ? { history: packed } : undefined,
      packed ? 14_000 : undefined,
    );
    run.active.start(run.deps.ctx.clock.now());
    await run.begin(rootId, input);
  } catch (error) {
    await givenUp(run, error, rootId);
  }
}

/** A store that stumbles fails no run: it is taken up again. */
async function givenUp(run: LiveRun, error: unknown, rootId: string): Promise<void> {
  if (isStoreFault(error)) return run.lose(error);
  run.deps.ctx.log.error("run cannot begin", { run: run.id, error: String(error) });
  await run.fail(toAppError(error), rootId, rootId);
}

/** A later one: the journal tells what was done. */
export async function laterLife(run: LiveRun): Promise<void> {
  const { ledger } = run;
  const root = ledger!.root!;
  const { status } = run.state.run;
  try {
    if (status === "pending") return await firstLife(run, root.id, root.input);
    if (ledger!.history) {
      run.history = await unpack(run.scope, ledger!.history) as unknown as HistoryLine[];
    }
    if (status === "waiting") run.emit({ type: "run.resumed", at: run.at(), actor: "system" });
    run.active.start(run.deps.ctx.clock.now());
    await run.beginAgain();
  } catch (error) {
    await givenUp(run, error, root.id);
  }
}
