/** Changes settings by a merge patch (RFC 7396): `null` takes a change back to its default. */
import type { AppContext } from "../../kernel/context.ts";
import { AppError } from "../../kernel/core/errors.ts";
import type { JsonObject } from "../../kernel/core/json.ts";
import { mergePatch, settingsProblems, withoutEmpty } from "../../kernel/core/settings_patch.ts";
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
  const fields = settingsProblems(coordinationSettings, changed);
  if (fields.length === 0) return;
  throw new AppError("invalid_input", {
    detail: `The settings are not valid: ${fields[0]!.path}: ${fields[0]!.message}`,
    fields,
  });
}
