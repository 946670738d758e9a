/** The models of a workspace as they are now: the catalogue, what servers named, what was added or changed here. */
import type { ModelInfo } from "../../agents/model_port.ts";
import { alsoKnownModel, catalogueModel, catalogueModels, unlistedModel } from "../catalogue.ts";
import type { ProviderNow } from "./providers_now.ts";
import type { StoredModel } from "./records.ts";
import { type ModelPatch, newModel } from "./schema.ts";

export interface ModelNow {
  readonly info: ModelInfo;
  /** `found`: its server named it. */
  readonly origin: "built-in" | "found" | "own";
  readonly enabled: boolean;
  /** Why it cannot be used; absent: it can. */
  readonly problem?: string;
  readonly stored?: StoredModel;
}

const DAY_MS = 86_400_000;

export interface ModelSources {
  readonly providers: readonly ProviderNow[];
  readonly stored: readonly StoredModel[];
  readonly priceStaleDays: number;
  /** Epoch ms. */
  readonly now: number;
}

/** Those that servers named first, then the catalogue, then the workspace's own. */
export function modelsNow(sources: ModelSources): ModelNow[] {
  const { providers, stored } = sources;
  const records = new Map(stored.map((record) => [record.id, record]));
  const found = providers.flatMap((provider) => namedBy(provider));
  const built = catalogueModels();
  const ids = new Set([...found, ...built].map(({ id }) => id));
  const others = stored.filter(({ id, provider }) => provider === undefined && !ids.has(id))
    .map(({ id }) => alsoKnownModel(id)).filter((info) => info !== undefined);
  const own = stored.filter(({ id, provider }) => provider !== undefined && !ids.has(id))
    .map(ownModel);
  const now = (info: ModelInfo, origin: ModelNow["origin"]) =>
    modelNow(info, origin, records.get(info.id), sources);
  return [
    ...found.map((info) => now(info, "found")),
    ...[...built, ...others].map((info) => now(info, "built-in")),
    ...own.map((info) => now(info, "own")),
  ];
}

/** What only its server knows; a name another provider's model has already gets the provider's in front. */
function namedBy(provider: ProviderNow): ModelInfo[] {
  return provider.found
    .filter((id) => catalogueModel(id)?.provider !== provider.id)
    .map((id) => {
      const known = alsoKnownModel(id);
      if (known?.provider === provider.id) return known;
      const info = unlistedModel(id, provider.id, provider.local);
      return catalogueModel(id) ? { ...info, id: `${provider.id}/${id}`, upstreamId: id } : info;
    });
}

function ownModel(record: StoredModel): ModelInfo {
  const { id, provider, changes } = record;
  const defaults = newModel.parse({ id, provider: provider! });
  return {
    id,
    provider: provider!,
    tier: defaults.tier,
    priceInMicrosPerMTok: 0,
    priceOutMicrosPerMTok: 0,
    priced: changes.priceInMicrosPerMTok !== undefined,
    contextTokens: defaults.contextTokens,
    maxOutputTokens: defaults.maxOutputTokens,
    capabilities: defaults.capabilities,
    demonstration: false,
  };
}

function modelNow(
  base: ModelInfo,
  origin: ModelNow["origin"],
  stored: StoredModel | undefined,
  { providers, priceStaleDays, now }: ModelSources,
): ModelNow {
  const changed = stored ? changedBy(base, stored.changes) : base;
  const stale = changed.priced && changed.asOf !== undefined &&
    now - Date.parse(changed.asOf) > priceStaleDays * DAY_MS;
  const info = stale ? { ...changed, stale: true } : changed;
  const enabled = stored?.changes.enabled ?? true;
  const provider = providers.find(({ id }) => id === info.provider);
  const problem = !enabled
    ? "is disabled"
    : info.demonstration
    ? undefined
    : !provider
    ? `belongs to "${info.provider}", which does not exist`
    : provider.problem
    ? `belongs to ${provider.name}, which ${provider.problem}`
    : provider.found.length > 0 && origin === "built-in" &&
        !provider.found.includes(info.upstreamId ?? info.id)
    ? `is not among the models ${provider.name} named`
    : undefined;
  return { info, origin, enabled, problem, stored };
}

function changedBy(base: ModelInfo, changes: ModelPatch): ModelInfo {
  const { enabled: _, ...given } = changes;
  const set = Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== null && value !== undefined),
  ) as Partial<ModelInfo>;
  const priced = base.priced || set.priceInMicrosPerMTok !== undefined;
  return { ...base, ...set, priced };
}
