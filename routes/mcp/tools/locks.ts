/** Locks on files and other resources. */
import { z } from "zod";
import {
  acquireLock,
  checkLocks,
  getLockHistory,
  getLockState,
  guardLock,
  listLocks,
  releaseLock,
} from "../../../lib/coordination/locks/mod.ts";
import {
  acquired,
  acquireInput,
  guardAnswer,
  lock as lockShape,
  lockCheck,
  lockHistory,
  lockState,
  released,
  token,
} from "../../../lib/coordination/locks/schema.ts";
import { agentId as agentIdShape } from "../../../lib/coordination/schema.ts";
import { requireAction } from "../../_http/acting.ts";
import { pageOf } from "../../_http/openapi.ts";
import { bounded, WAIT_MAX_MS } from "../run_wait.ts";
import { counted } from "../outline.ts";
import { type Tool, type ToolCall, verb } from "../tool.ts";
import { pageInput } from "./page_input.ts";

const { paths, glob, reason, resourceType, ttlMs } = acquireInput.shape;
const path = acquireInput.shape.path.unwrap();
const resourcePath = path.describe("Path from the root of the project, as src/app.ts");
/** One path, several or a glob. */
const target = { resourcePath: resourcePath.optional(), paths, glob };

export const resource: Tool = {
  name: "resource",
  title: "Locks",
  description:
    "Lock a file before you edit it, unlock it after. Exactly one agent holds a path; the lock ends by itself at expiresAt. Send its token with checkpoint, task complete and handoff complete. Returns the lock, its state or its history.",
  infer: (given) =>
    ["resourcePath", "path", "paths", "glob"].some((name) => given[name] !== undefined)
      ? "check"
      : "list",
  aliases: { path: "resourcePath" },
  destructive: true,
  verbs: {
    lock: verb({
      does:
        "take resourcePath, all of paths or nothing, or a glob as src/**; waitMs waits in a fair queue; your own lock is renewed",
      who: "actor",
      needs: "coordinate",
      input: z.strictObject({
        ...target,
        reason,
        resourceType,
        ttlMs,
        waitMs: z.int().min(0).max(WAIT_MAX_MS).optional(),
      }),
      output: acquired,
      run: (call, input) => lockWaiting(call, input),
      text: ({ locks, renewed }) =>
        `${renewed ? "Renewed" : "Locked"} ${
          locks.map((one) => `${one.resourcePath} until ${one.expiresAt}, token ${one.token}`).join(
            "; ",
          )
        }`,
      brief: true,
    }),
    unlock: verb({
      does: "give it back; force takes it from its holder and needs role operator",
      who: "actor",
      needs: "coordinate",
      input: z.strictObject({
        resourcePath: resourcePath.optional(),
        glob,
        force: z.boolean().optional(),
        token: token.optional(),
      }),
      output: released,
      run({ app, call, c, agent }, { resourcePath: path, ...input }) {
        if (input.force) requireAction(c, "override");
        return releaseLock(app, call, { ...input, path, agentId: agent() });
      },
      text: ({ resourcePath: path, released: was }) =>
        was ? `${path} is free` : `${path} was not locked`,
      brief: true,
    }),
    check: verb({
      does: "who holds resourcePath; with paths or a glob, what would stand in your way",
      who: "subject",
      input: z.strictObject(target),
      output: z.union([lockState, lockCheck]),
      run: async ({ app, workspaceId, agentId }, { resourcePath: path, ...others }) =>
        path !== undefined && others.paths === undefined && others.glob === undefined
          ? await getLockState(app.ctx, workspaceId, path)
          : await checkLocks(app.ctx, workspaceId, { path, ...others, agentId }),
      text: (state) => checkText(state),
    }),
    history: verb({
      does: "who held it before",
      who: "caller",
      input: z.strictObject({ resourcePath }),
      output: lockHistory,
      run: ({ app, workspaceId }, { resourcePath: path }) =>
        getLockHistory(app.ctx, workspaceId, path),
      text: ({ history, currentLock }) =>
        `${counted(history.length, "grant")} ended; ${
          currentLock ? `held by ${currentLock.lockedBy}` : "free now"
        }`,
    }),
    list: verb({
      does: "all live locks, or those of lockedBy",
      who: "caller",
      input: z.strictObject({ lockedBy: agentIdShape.optional(), ...pageInput }),
      output: pageOf(lockShape),
      run: ({ app, workspaceId }, { lockedBy, ...query }) =>
        listLocks(app.ctx, workspaceId, { ...query, agentId: lockedBy }),
      text: ({ items }) => counted(items.length, "lock"),
    }),
    guard: verb({
      does: "whether your token is still the valid one, before a write of your own",
      who: "caller",
      input: z.strictObject({ resourcePath, token }),
      output: guardAnswer,
      run: async ({ app, workspaceId }, input) => ({
        valid: true as const,
        lock: await guardLock(app.ctx, workspaceId, input),
      }),
      text: ({ lock: { resourcePath: path, expiresAt } }) => `${path} is yours until ${expiresAt}`,
      brief: true,
    }),
  },
};

type LockArguments = {
  readonly resourcePath?: string | undefined;
  readonly paths?: string[] | undefined;
  readonly glob?: string | undefined;
  readonly waitMs?: number | undefined;
};

/** Tells of the wait, and leaves the queue when the client does. */
async function lockWaiting(
  call: ToolCall,
  { resourcePath: path, waitMs, ...input }: LockArguments,
) {
  const { app, agent } = call;
  const wanted = { ...input, path, agentId: agent() };
  if (!waitMs) return await acquireLock(app, call.call, wanted);
  const what = path ?? input.glob ?? input.paths?.join(", ");
  const waiting = bounded(call, WAIT_MAX_MS, () => `Waiting for ${what}`);
  try {
    return await acquireLock(app, call.call, wanted, { waitMs, signal: waiting.signal });
  } finally {
    waiting.end();
  }
}

function checkText(state: z.output<typeof lockState> | z.output<typeof lockCheck>): string {
  if ("free" in state) {
    return state.free
      ? "Nothing stands in the way"
      : `In the way: ${
        state.conflicts.map((one) => `${one.resourcePath} of ${one.lockedBy}`).join(", ")
      }`;
  }
  const { resourcePath: path, lock } = state;
  return lock ? `${path} is locked by ${lock.lockedBy} until ${lock.expiresAt}` : `${path} is free`;
}
