/** Saves what an agent needs to go on, under the token of a lock when one is given. */
import type { AppContext } from "../../kernel/context.ts";
import { AppError } from "../../kernel/core/errors.ts";
import { transact, type Tx } from "../../kernel/kv/mod.ts";
import { stageSeen } from "../agents/mod.ts";
import type { Call } from "../call.ts";
import { stageGuard } from "../locks/mod.ts";
import { requireSize } from "../record_size.ts";
import { readSettings } from "../settings/mod.ts";
import { agentStream } from "../streams.ts";
import { decideCheckpoint } from "./decide.ts";
import { checkpointHistoryKey, checkpointKey } from "./keys.ts";
import type { Checkpoint, CheckpointInput } from "./schema.ts";
import { shownCheckpoint, type StoredCheckpoint } from "./store.ts";

/** Its event must fit into what a stream takes in one commit. */
const CHECKPOINT_BYTES = 36_000;
/** Removed at once when the history was made shorter. */
const REMOVED_MAX = 100;

/** Throws `conflict` for a stale token, `payload_too_large`. */
export async function saveCheckpoint(
  ctx: Pick<AppContext, "kv" | "clock" | "ids">,
  call: Call,
  input: CheckpointInput & { readonly agentId: string },
): Promise<Checkpoint> {
  const { agentId } = input;
  const { checkpoints: settings } = await readSettings(ctx, call.workspaceId);
  return await transact(ctx, call.workspaceId, async (tx) => {
    const nowMs = ctx.clock.now();
    await guard(tx, input, nowMs);
    const key = checkpointKey(tx.workspaceId, agentId);
    const before = await tx.get<StoredCheckpoint>(key);
    const number = (before?.number ?? 0) + 1;
    const from = before?.oldest ?? 1;
    const oldest = Math.min(
      Math.max(from, number - settings.historyLength + 1),
      from + REMOVED_MAX,
    );
    const state = decideCheckpoint(before, input);
    const stored: StoredCheckpoint = { v: 1, ...state, atMs: nowMs, number, oldest };
    const checkpoint = shownCheckpoint(agentId, stored);
    requireSize("checkpoint", checkpoint, CHECKPOINT_BYTES);
    tx.set(key, stored);
    tx.set(checkpointHistoryKey(tx.workspaceId, agentId, number), stored);
    for (let n = from; n < oldest; n++) {
      tx.delete(checkpointHistoryKey(tx.workspaceId, agentId, n));
    }
    tx.emit(agentStream(agentId), { type: "checkpoint.saved", actor: call.actor, checkpoint });
    await stageSeen(tx, agentId, nowMs);
    return checkpoint;
  }, { aggregate: `checkpoint of ${agentId}` });
}

async function guard(tx: Tx, { token, resourcePath }: CheckpointInput, nowMs: number) {
  if (token === undefined) return;
  if (resourcePath !== undefined) return void await stageGuard(tx, { resourcePath, token }, nowMs);
  throw new AppError("invalid_input", {
    detail: "resourcePath required: say which locked path the token is for",
    fields: [{ path: "resourcePath", message: "is required with a token" }],
  });
}
