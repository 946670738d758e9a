/** Settings of the gateway: read from memory at each call, changed as a merge patch, taken up by every instance. */
import type { AppContext } from "../../kernel/context.ts";
import { AppError } from "../../kernel/core/errors.ts";
import type { JsonObject } from "../../kernel/core/json.ts";
import {
  mergePatch,
  settingsFrom,
  settingsProblems,
  withoutEmpty,
} from "../../kernel/core/settings_patch.ts";
import type { EventHub } from "../../kernel/events/mod.ts";
import { transact } from "../../kernel/kv/mod.ts";
import type { SettingsStage } from "../calls/stages.ts";
import { type GatewaySettings, gatewaySettings } from "../schema.ts";
import { CONFIG_STREAM, KeptFresh } from "./kept_fresh.ts";
import { gatewaySettingsKey } from "./keys.ts";

interface StoredSettings {
  readonly v: 1;
  /** What differs from the defaults. */
  readonly changed: JsonObject;
  /** Counts the changes; 0 before the first. */
  readonly version: number;
}

/** As the API shows them. */
export interface SettingsView {
  readonly settings: GatewaySettings;
  /** What differs from the defaults. */
  readonly changed: JsonObject;
  readonly version: number;
}

export interface SettingsChange {
  readonly workspaceId: string;
  readonly actor: string;
  readonly patch: JsonObject;
  /** Throws `precondition_failed` when the caller knew another version. */
  readonly check?: (version: number) => void;
}

export interface LiveSettings extends SettingsStage {
  read(workspaceId: string): Promise<SettingsView>;
  /** Throws `invalid_input` naming each setting that is unknown or out of its range. */
  update(change: SettingsChange): Promise<SettingsView>;
  close(): void;
}

const NONE: StoredSettings = { v: 1, changed: {}, version: 0 };
const UPDATED = "gateway_settings.updated";

export function createSettings(
  ctx: Pick<AppContext, "kv">,
  options: { readonly hub?: EventHub | undefined } = {},
): LiveSettings {
  const stored = async (workspaceId: string) =>
    (await ctx.kv.get<StoredSettings>(gatewaySettingsKey(workspaceId))).value ?? NONE;
  const live = new KeptFresh<GatewaySettings>(ctx, {
    hub: options.hub,
    types: [UPDATED],
    read: async (workspaceId) => settingsFrom(gatewaySettings, (await stored(workspaceId)).changed),
  });
  return {
    of: (workspaceId) => live.get(workspaceId),
    async read(workspaceId) {
      const { changed, version } = await stored(workspaceId);
      return { settings: settingsFrom(gatewaySettings, changed), changed, version };
    },
    async update(change) {
      const view = await updateSettings(ctx, change);
      live.forget(change.workspaceId);
      return view;
    },
    close: () => live.close(),
  };
}

async function updateSettings(
  ctx: Pick<AppContext, "kv">,
  { workspaceId, actor, patch, check }: SettingsChange,
): Promise<SettingsView> {
  return await transact(ctx, workspaceId, async (tx) => {
    const key = gatewaySettingsKey(workspaceId);
    const before = await tx.get<StoredSettings>(key) ?? NONE;
    check?.(before.version);
    const changed = withoutEmpty(mergePatch(before.changed, patch) as JsonObject);
    const fields = settingsProblems(gatewaySettings, changed);
    if (fields.length > 0) {
      throw new AppError("invalid_input", {
        detail: `The settings are not valid: ${fields[0]!.path}: ${fields[0]!.message}`,
        fields,
      });
    }
    const settings = settingsFrom(gatewaySettings, changed);
    if (JSON.stringify(changed) === JSON.stringify(before.changed)) {
      return { settings, changed, version: before.version };
    }
    const version = before.version + 1;
    tx.set(key, { v: 1, changed, version } satisfies StoredSettings);
    tx.emit(CONFIG_STREAM, { type: UPDATED, actor, settings, changed });
    return { settings, changed, version };
  });
}
