/** The token of a lock with a change of a task: a holder that lost its lock is refused. */
import { AppError } from "../../kernel/core/errors.ts";
import type { Tx } from "../../kernel/kv/mod.ts";
import { stageGuard } from "../locks/mod.ts";
import type { Task } from "./schema.ts";

export interface TaskGuard {
  readonly token?: number | undefined;
  /** Default: the task's only file. */
  readonly resourcePath?: string | undefined;
}

/** In the commit of the change. Throws `conflict` for a stale token, `invalid_input` when no path is known. */
export async function stageTaskGuard(
  tx: Tx,
  task: Pick<Task, "id" | "files">,
  { token, resourcePath }: TaskGuard,
  nowMs: number,
): Promise<void> {
  if (token === undefined) return;
  const path = resourcePath ?? (task.files.length === 1 ? task.files[0] : undefined);
  if (path !== undefined) return void await stageGuard(tx, { resourcePath: path, token }, nowMs);
  throw new AppError("invalid_input", {
    detail:
      `resourcePath required: task "${task.id}" names ${task.files.length} files, say which one the token is for`,
    fields: [{ path: "resourcePath", message: "is required with a token" }],
  });
}
