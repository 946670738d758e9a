/** The whole log of a run, in order, a thousand events at a time. */
import { runStream } from "../engine/mod.ts";
import type { AppContext } from "../kernel/context.ts";
import { readEvents, type StoredEvent } from "../kernel/events/mod.ts";

const READ_EVENTS = 1_000;

export async function* readLog(
  ctx: Pick<AppContext, "kv">,
  workspaceId: string,
  runId: string,
): AsyncGenerator<StoredEvent> {
  let after: string | undefined;
  let full = true;
  while (full) {
    const events = await readEvents(ctx, workspaceId, runStream(runId), {
      after,
      limit: READ_EVENTS,
    });
    yield* events;
    full = events.length === READ_EVENTS;
    after = events.at(-1)?.id;
  }
}
