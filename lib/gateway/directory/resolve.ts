/** From a name to a model: exact ids, `provider/id`, virtual names, and the default. */
import type { ModelInfo } from "../../agents/model_port.ts";
import { AppError } from "../../kernel/core/errors.ts";
import { alsoKnownModel, catalogueModel, OFFLINE_MODEL, unlistedModel } from "../catalogue.ts";
import type { ModelNow } from "./models_now.ts";
import type { ProviderNow } from "./providers_now.ts";

export const VIRTUAL_MODELS = [
  "muster/auto",
  "muster/fast",
  "muster/cheap",
  "muster/best",
] as const;
export type VirtualModel = (typeof VIRTUAL_MODELS)[number];

export function isVirtual(name: string): name is VirtualModel {
  return (VIRTUAL_MODELS as readonly string[]).includes(name);
}

/** A workspace's providers and models at one moment. */
export interface Catalogue {
  readonly providers: readonly ProviderNow[];
  readonly models: readonly ModelNow[];
  /** Usable now, the default first. */
  readonly usable: readonly ModelInfo[];
  readonly standard: ModelInfo;
  /** Throws `invalid_input`, with `data.code` `model_not_found` where there is no such model. */
  find(name: string): ModelInfo;
}

/** Throws `invalid_input` when the configured default cannot be used. */
export function createCatalogue(
  providers: readonly ProviderNow[],
  models: readonly ModelNow[],
  configuredDefault: string | undefined,
): Catalogue {
  const open = providers.filter(({ problem }) => problem === undefined);
  const offered = models.filter(({ problem }) => problem === undefined).map(({ info }) => info);
  const world = { open, models, offered };
  const standard = configuredDefault && !isVirtual(configuredDefault)
    ? configured(configuredDefault, world)
    : defaultOf(world);
  return {
    providers,
    models,
    standard,
    usable: [standard, ...offered.filter((model) => model.id !== standard.id)],
    find: (name) => name === standard.id ? standard : findModel(name, world),
  };
}

interface World {
  readonly open: readonly ProviderNow[];
  readonly models: readonly ModelNow[];
  readonly offered: readonly ModelInfo[];
}

/** Whoever configures a default may know more than any list: a server at an own address is asked for it. */
function configured(id: string, world: World): ModelInfo {
  try {
    return findModel(id, world);
  } catch (error) {
    const own = id.startsWith("muster/") || catalogueModel(id)
      ? undefined
      : world.open.find(({ custom }) => custom);
    if (!own) throw error;
    return unlistedModel(id, own.id, own.local);
  }
}

/** The first provider's own default, if its server does not say that it lacks it; else one it named, rather one with a price. */
function defaultOf({ open, offered }: World): ModelInfo {
  for (const provider of open) {
    const its = offered.filter((model) => model.provider === provider.id && speaks(model));
    const own = its.find(({ id }) => id === provider.defaultModel) ??
      its.find((model) => model.priced) ?? its[0];
    if (own) return own;
  }
  return catalogueModel(OFFLINE_MODEL)!;
}

function speaks(model: ModelInfo): boolean {
  return model.capabilities.includes("chat");
}

function findModel(id: string, world: World): ModelInfo {
  const { open, models, offered } = world;
  const exact = offered.find((model) => model.id === id);
  if (exact) return exact;
  const listed = models.find(({ info }) => info.id === id);
  // Disabled by somebody who may: no other way leads to it.
  if (listed && !listed.enabled) throw unusable(id, "is disabled", offered);
  const prefixed = open.find((provider) =>
    id.startsWith(`${provider.id}/`) && id.length > provider.id.length + 1
  );
  if (prefixed) return modelOf(prefixed, id.slice(prefixed.id.length + 1), world);
  const known = listed?.info ?? alsoKnownModel(id);
  if (known) {
    // Named by somebody who may know more than the server's list.
    if (open.some((provider) => provider.id === known.provider)) return known;
    throw unusable(
      id,
      listed?.problem ?? `belongs to ${known.provider}, which has no key`,
      offered,
    );
  }
  throw unusable(id, "is not known", offered);
}

function modelOf(provider: ProviderNow, bare: string, { models }: World): ModelInfo {
  const known = models.find(({ info }) =>
    info.provider === provider.id && (info.upstreamId ?? info.id) === bare
  );
  if (known && !known.enabled) throw unusable(bare, "is disabled", []);
  if (known) return known.info;
  const other = alsoKnownModel(bare);
  if (other?.provider === provider.id) return other;
  const taken = models.some(({ info }) => info.id === bare);
  const info = unlistedModel(bare, provider.id, provider.local);
  return taken ? { ...info, id: `${provider.id}/${bare}`, upstreamId: bare } : info;
}

function unusable(id: string, why: string, usable: readonly ModelInfo[]): AppError {
  const names = usable.slice(0, 8).map((model) => `"${model.id}"`).join(", ");
  return new AppError("invalid_input", {
    detail: `The model "${id}" ${why}${names ? `; choose one of ${names}` : ""}`,
    fields: [{ path: "model", message: "not a model that can be used" }],
    data: {
      code: "model_not_found",
      openai: { param: "model", code: "model_not_found" },
    },
  });
}
