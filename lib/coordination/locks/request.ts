/** What an acquire asks for, made of its input and the settings. */
import { AppError } from "../../kernel/core/errors.ts";
import type { Call } from "../call.ts";
import type { Target } from "./decide.ts";
import { matchesGlob, normalizeGlob, normalizePath } from "./paths.ts";
import type { StoredLock } from "./keys.ts";
import { type AcquireInput, type LocksSettings, type LockTarget, TTL_MAX_MS } from "./schema.ts";
import type { Terms } from "./stage.ts";

export interface LockRequest {
  readonly workspaceId: string;
  readonly actor: string;
  readonly target: Target;
  readonly input: AcquireInput;
}

/** Events of a request stay below what one commit may append to a stream. */
const PATHS_MAX_CHARS = 12_000;

export function requestOf(call: Call, input: AcquireInput): LockRequest {
  return {
    workspaceId: call.workspaceId,
    actor: call.actor,
    target: targetOf(input),
    input,
  };
}

/** Throws `invalid_input` unless exactly one of path, paths and glob is there. */
export function targetOf({ path, paths, glob }: LockTarget): Target {
  const given = [path, paths, glob].filter((one) => one !== undefined);
  if (given.length !== 1) {
    throw refused("path", `send one of path, paths and glob, not ${given.length || "none"}`);
  }
  if (path !== undefined) return { kind: "path", paths: [normalizePath(path)] };
  if (glob !== undefined) return { kind: "glob", glob: normalizeGlob(glob) };
  const all = [...new Set(paths!.map((one, i) => normalizePath(one, `paths.${i}`)))];
  if (all.length === 1) return { kind: "path", paths: [all[0]!] };
  const chars = all.reduce((sum, one) => sum + one.length, 0);
  if (chars > PATHS_MAX_CHARS) {
    throw refused(
      "paths",
      `${chars} characters together, more than ${PATHS_MAX_CHARS}; use a glob`,
    );
  }
  return { kind: "paths", paths: all };
}

/** Throws `invalid_input` for a time the workspace does not allow. */
export function termsOf({ input, actor }: LockRequest, settings: LocksSettings): Terms {
  const { agentId, resourceType, reason, ttlMs } = input;
  const max = Math.min(settings.maxTtlMs, TTL_MAX_MS);
  if (ttlMs !== undefined && ttlMs > max) throw refused("ttlMs", `${ttlMs} is more than ${max}`);
  return {
    agentId,
    type: resourceType,
    reason: reason || undefined,
    ttlMs: ttlMs ?? Math.min(settings.ttlMs, max),
    actor,
  };
}

/** What a refusal names: of several paths the one in the way. */
export function nameOf(target: Target, held: readonly StoredLock[] = []): string {
  if (target.kind === "glob") return target.glob;
  const covers = ({ kind, path }: StoredLock) => (one: string) =>
    kind === "glob" ? matchesGlob(path, one) : path === one;
  return held[0] && target.paths.find(covers(held[0])) || target.paths[0]!;
}

function refused(field: string, message: string): AppError {
  return new AppError("invalid_input", {
    detail: `${field}: ${message}`,
    fields: [{ path: field, message }],
  });
}
