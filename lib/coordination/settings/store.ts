/** Reading the settings: from the store at each call, so that no instance acts on old ones. */
import type { AppContext } from "../../kernel/context.ts";
import type { JsonObject } from "../../kernel/core/json.ts";
import { settingsFrom } from "../../kernel/core/settings_patch.ts";
import { settingsKey } from "./keys.ts";
import { type CoordinationSettings, coordinationSettings } from "./schema.ts";

export interface StoredSettings {
  readonly v: 1;
  /** What differs from the defaults. */
  readonly changed: JsonObject;
  /** Counts the changes; 0 before the first. */
  readonly version: number;
}

/** As the API shows them. */
export interface SettingsView {
  readonly settings: CoordinationSettings;
  /** What differs from the defaults. */
  readonly changed: JsonObject;
  readonly version: number;
}

export const SETTINGS_NAME = "coordination";

/** Parsed settings by version of their record, apart for each store. */
const parsed = new WeakMap<AppContext["kv"], Map<string, CoordinationSettings>>();
const PARSED_MAX = 64;

/** What holds now: the defaults and what the workspace changed. */
export async function readSettings(
  ctx: Pick<AppContext, "kv">,
  workspaceId: string,
): Promise<CoordinationSettings> {
  const { value, versionstamp } = await ctx.kv.get<StoredSettings>(
    settingsKey(workspaceId, SETTINGS_NAME),
  );
  const at = value ? `${workspaceId}|${versionstamp}` : "";
  const known = parsed.get(ctx.kv) ?? new Map<string, CoordinationSettings>();
  const found = known.get(at);
  if (found) return found;
  const settings = settingsOf(value?.changed ?? {});
  if (known.size >= PARSED_MAX) known.clear();
  parsed.set(ctx.kv, known.set(at, settings));
  return settings;
}

/** As `readSettings`, with what the workspace changed. */
export async function getSettings(
  ctx: Pick<AppContext, "kv">,
  workspaceId: string,
): Promise<SettingsView> {
  const { value } = await ctx.kv.get<StoredSettings>(settingsKey(workspaceId, SETTINGS_NAME));
  const changed = value?.changed ?? {};
  return { settings: settingsOf(changed), changed, version: value?.version ?? 0 };
}

/** A change that a newer version no longer knows or takes is left out: the default holds. */
export function settingsOf(changed: JsonObject): CoordinationSettings {
  return settingsFrom(coordinationSettings, changed);
}
