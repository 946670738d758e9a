/** A run from its log: the state to go on with, and the ledger to execute it against. */
import { applyEvent } from "../fold_events.ts";
import { ActiveTime } from "../run/active_time.ts";
import { readEvents } from "../../kernel/events/mod.ts";
import type { Store } from "../../kernel/kv/mod.ts";
import type { RunEvent } from "../events.ts";
import { emptyView } from "../fold.ts";
import { RunState } from "../fold_state.ts";
import { runStream } from "../keys.ts";
import { Ledger } from "./ledger.ts";

const PAGE = 2_000;

export interface LoadedRun {
  readonly state: RunState;
  readonly ledger: Ledger;
  readonly active: ActiveTime;
  readonly lastEventId: string;
}

/** Reads the whole log, up to and with event `until` when one is named. */
export async function loadRun(
  kv: Store,
  workspaceId: string,
  runId: string,
  until?: string,
): Promise<LoadedRun> {
  const state = new RunState(emptyView(runId));
  const ledger = new Ledger();
  const active = new ActiveTime();
  let after: string | undefined;
  for (;;) {
    const page = await readEvents({ kv }, workspaceId, runStream(runId), { after, limit: PAGE });
    for (const stored of page) {
      const event = { id: stored.id, ...JSON.parse(stored.json) } as RunEvent;
      applyEvent(state, event);
      ledger.apply(event, stored.hidden === undefined ? undefined : JSON.parse(stored.hidden));
      active.apply(event);
      after = stored.id;
      if (until !== undefined && stored.id === until) {
        return { state, ledger, active, lastEventId: stored.id };
      }
    }
    if (page.length < PAGE) return { state, ledger, active, lastEventId: after ?? "" };
  }
}
