/** Changes settings by a merge patch (RFC 7396): `null` takes a change back to its default. */
import type { AppContext } from "../../kernel/context.ts";
import { AppError } from "../../kernel/core/errors.ts";
import type { Json, JsonObject } from "../../kernel/core/json.ts";
import { transact } from "../../kernel/kv/mod.ts";
import type { Call } from "../call.ts";
import { settingsKey } from "./keys.ts";
import { coordinationSettings } from "./schema.ts";
import { SETTINGS_NAME, settingsOf, type SettingsView, type StoredSettings } from "./store.ts";

const STREAM = "settings";
const NONE: StoredSettings = { v: 1, changed: {}, version: 0 };

export interface UpdateSettings {
  readonly patch: JsonObject;
  /** Throws `precondition_failed` when the caller knew another version. */
  readonly check?: (version: number) => void;
}

/** Throws `invalid_input` naming each setting that is unknown or out of its range. */
export async function updateSettings(
  ctx: Pick<AppContext, "kv">,
  call: Call,
  { patch, check }: UpdateSettings,
): Promise<SettingsView> {
  const { workspaceId, actor } = call;
  return await transact(ctx, workspaceId, async (tx) => {
    const key = settingsKey(workspaceId, SETTINGS_NAME);
    const before = await tx.get<StoredSettings>(key) ?? NONE;
    check?.(before.version);
    const changed = withoutEmpty(mergePatch(before.changed, patch) as JsonObject);
    requireValid(changed);
    const settings = settingsOf(changed);
    if (JSON.stringify(changed) === JSON.stringify(before.changed)) {
      return { settings, changed, version: before.version };
    }
    const version = before.version + 1;
    tx.set(key, { v: 1, changed, version } satisfies StoredSettings);
    tx.emit(STREAM, { type: "settings.updated", actor, settings, changed });
    return { settings, changed, version };
  });
}

function requireValid(changed: JsonObject): void {
  const result = coordinationSettings.safeParse(changed);
  if (result.success) return;
  const fields = result.error.issues.flatMap((issue) => {
    const at = issue.path.map(String);
    return issue.code === "unrecognized_keys"
      ? issue.keys.map((name) => ({ path: [...at, name].join("."), message: "no such setting" }))
      : [{ path: at.join(".") || "body", message: issue.message }];
  });
  throw new AppError("invalid_input", {
    detail: `The settings are not valid: ${fields[0]!.path}: ${fields[0]!.message}`,
    fields,
  });
}

export function mergePatch(target: Json, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const merged = new Map(isObject(target) ? Object.entries(target) : []);
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) merged.delete(name);
    else merged.set(name, mergePatch(merged.get(name) ?? {}, value));
  }
  return Object.fromEntries(merged);
}

function withoutEmpty(changed: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(changed).filter(([, part]) => !isObject(part) || Object.keys(part).length > 0),
  );
}

function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
