/** The providers of a workspace as they are now: built in, from the environment, changed or added here. */
import type { AppContext } from "../../kernel/context.ts";
import { isLoopbackHost } from "../../kernel/platform/config.ts";
import { OFFLINE_MODEL } from "../catalogue.ts";
import type { ProbeMemory } from "./probe.ts";
import {
  AI_GATEWAY,
  builtInRows,
  OLLAMA_URL,
  openAiPath,
  type ProviderRow,
} from "./provider_rows.ts";
import type { StoredProvider } from "./records.ts";
import type { DirectorySettings } from "./schema.ts";

/** One provider with its key: stays inside the gateway. */
export interface ProviderNow {
  readonly id: string;
  readonly name: string;
  /** Added by the workspace. */
  readonly own: boolean;
  readonly enabled: boolean;
  readonly baseUrl?: string;
  readonly apiKey?: string;
  readonly keyFrom: "environment" | "keystore" | "none";
  /** Not the provider's own address: it may have models and prices of its own. */
  readonly custom: boolean;
  /** On this machine. */
  readonly local: boolean;
  /** Its address may be private; else every request goes through the guard. */
  readonly trusted: boolean;
  /** Reached through the AI Gateway. */
  readonly fronted: boolean;
  /** Sent beside the key. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Model ids the server named when it was asked. */
  readonly found: readonly string[];
  readonly defaultModel?: string;
  /** Why it cannot be used; absent: it can. */
  readonly problem?: string;
  readonly stored?: StoredProvider;
}

/** A key of the keystore by provider id, or null. */
export type KeyLookup = (providerId: string) => Promise<string | null>;

export interface ProviderSources {
  readonly stored: readonly StoredProvider[];
  readonly keyOf: KeyLookup;
  readonly probes: ProbeMemory;
  readonly settings: DirectorySettings;
}

/** In the order in which they are preferred; each asked at most half a second for its models. */
export async function providersNow(
  ctx: Pick<AppContext, "config">,
  sources: ProviderSources,
): Promise<ProviderNow[]> {
  const { defaultModel } = ctx.config;
  const own = sources.stored.filter((one) => one.own).map((one): ProviderRow => ({
    id: one.id,
    name: one.id,
    keyless: true,
    found: [],
  }));
  const token = sources.settings.aiGatewayUrl === "" ? null : await sources.keyOf(AI_GATEWAY);
  const rows = [...builtInRows(ctx.config), await ollamaRow(ctx, sources), ...own];
  return await Promise.all(rows.map(async (row) => {
    const provider = await providerNow(row, sources, token);
    // Only the demonstration leaves servers that are configured alone.
    const asks = provider.custom && !provider.fronted && !provider.problem && row.id !== "ollama" &&
      (provider.own || defaultModel !== OFFLINE_MODEL);
    return asks
      ? {
        ...provider,
        found: await sources.probes.models({ ...provider, baseUrl: provider.baseUrl! }) ?? [],
      }
      : provider;
  }));
}

async function providerNow(
  row: ProviderRow,
  sources: ProviderSources,
  token: string | null,
): Promise<ProviderNow> {
  const { settings, stored, keyOf } = sources;
  const record = stored.find((one) => one.id === row.id);
  const changes = record?.changes ?? {};
  const usual = row.setUrl ?? row.ownUrl;
  const given = changes.baseUrl ?? undefined;
  // The environment's key belongs to its own address: nobody may have it sent elsewhere.
  const elsewhere = given !== undefined && !sameOrigin(given, usual);
  const path = changes.aiGatewayPath ?? (given || row.setUrl ? undefined : row.aiGatewayPath);
  const direct = given ?? usual;
  const local = direct !== undefined && isLoopbackHost(new URL(direct).hostname);
  const fronted = settings.aiGatewayUrl !== "" && path !== undefined && !local;
  const baseUrl = fronted ? `${settings.aiGatewayUrl}/${path}` : direct;
  const envKey = elsewhere ? undefined : row.envKey;
  const apiKey = envKey ?? await keyOf(row.id) ?? undefined;
  const enabled = changes.enabled ?? true;
  const problem = !enabled
    ? "is disabled"
    : row.id === "ollama" && !given && !row.setUrl && row.found.length === 0 && !row.defaultModel
    ? "was not found on its local port"
    : baseUrl === undefined
    ? "has no address; set its account or base URL"
    : !apiKey && !row.keyless && !given && !row.setUrl
    ? "has no key"
    : undefined;
  return {
    id: row.id,
    name: changes.name ?? row.name,
    own: record?.own ?? false,
    enabled,
    baseUrl,
    apiKey,
    keyFrom: envKey ? "environment" : apiKey ? "keystore" : "none",
    custom: direct !== undefined && direct !== row.ownUrl,
    local,
    trusted: fronted || !elsewhere || changes.allowPrivate === true,
    fronted,
    // A gateway that asks callers who they are takes its own token beside the provider's key.
    ...(fronted && token !== null && { headers: { "cf-aig-authorization": `Bearer ${token}` } }),
    found: row.found,
    defaultModel: row.defaultModel,
    problem,
    stored: record,
  };
}

/** On its default port when nothing else is said; not looked for where a default model is set or on Deploy. */
async function ollamaRow(
  { config }: Pick<AppContext, "config">,
  { stored, probes }: ProviderSources,
): Promise<ProviderRow> {
  const detect = config.defaultModel === undefined;
  const set = config.providers.ollama.baseUrl;
  const changes = stored.find(({ id }) => id === "ollama")?.changes;
  const named = config.defaultModel?.startsWith("ollama/") === true;
  const setUrl = set && openAiPath(set);
  const baseUrl = changes?.baseUrl ?? setUrl ?? OLLAMA_URL;
  const looks = (detect && !config.deploy || changes?.baseUrl || set) &&
    changes?.enabled !== false && config.defaultModel !== OFFLINE_MODEL;
  const trusted = !changes?.baseUrl || changes.allowPrivate === true;
  const found = looks ? await probes.models({ baseUrl, trusted }) ?? [] : [];
  return {
    id: "ollama",
    name: "Ollama",
    setUrl: setUrl ?? (named || found.length > 0 ? baseUrl : undefined),
    defaultModel: found[0],
    keyless: true,
    found,
  };
}

function sameOrigin(a: string, b: string | undefined): boolean {
  return b !== undefined && new URL(a).origin === new URL(b).origin;
}
