/** From a name to a model: exact ids, `provider/id`, virtual names, and the default. */
import type { ModelInfo } from "../agents/model_port.ts";
import { AppError } from "../kernel/core/errors.ts";
import { catalogueModel, catalogueModels, OFFLINE_MODEL, unlistedModel } from "./catalogue.ts";
import type { Provider } from "./providers.ts";

export const VIRTUAL_MODELS = [
  "muster/auto",
  "muster/fast",
  "muster/cheap",
  "muster/best",
] as const;
export type VirtualModel = (typeof VIRTUAL_MODELS)[number];

/** Chooses among usable models for a virtual name; the router takes this place. */
export type Route = (
  name: VirtualModel,
  usable: readonly ModelInfo[],
  fallback: ModelInfo,
) => ModelInfo;

export interface Directory {
  resolve(model?: string): ModelInfo;
  list(): ModelInfo[];
}

/** Throws `invalid_input` when the configured default cannot be used. */
export function createDirectory(
  providers: readonly Provider[],
  configuredDefault: string | undefined,
  route: Route = simpleRoute,
): Directory {
  const usable = usableModels(providers);
  const find = (id: string) => findModel(id, providers, usable);
  const standard = configuredDefault && !isVirtual(configuredDefault)
    ? find(configuredDefault)
    : defaultOf(providers, usable);
  const choose = (name: VirtualModel) => route(name, usable, standard);
  return {
    resolve(model) {
      const name = model ?? configuredDefault ?? standard.id;
      return isVirtual(name) ? choose(name) : name === standard.id ? standard : find(name);
    },
    list: () => [standard, ...usable.filter((model) => model.id !== standard.id)],
  };
}

function isVirtual(name: string): name is VirtualModel {
  return (VIRTUAL_MODELS as readonly string[]).includes(name);
}

function usableModels(providers: readonly Provider[]): ModelInfo[] {
  const models = catalogueModels().filter((model) =>
    model.demonstration ||
    providers.some((provider) => provider.id === model.provider && offers(provider, model.id))
  );
  const found = providers.flatMap((provider) =>
    provider.found.filter((id) => !catalogueModel(id)).map((id) =>
      unlistedModel(id, provider.id, provider.local)
    )
  );
  return [...found, ...models];
}

/** Unless its server named its models and this is none of them. */
function offers(provider: Provider, id: string): boolean {
  return provider.found.length === 0 || provider.found.includes(id);
}

/** The first provider's own default, if its server does not say that it lacks it; else one it named, rather one with a price. */
function defaultOf(providers: readonly Provider[], usable: readonly ModelInfo[]): ModelInfo {
  for (const provider of providers) {
    const own = provider.defaultModel;
    const id = own && offers(provider, own)
      ? own
      : provider.found.find((one) => catalogueModel(one)?.provider === provider.id) ??
        provider.found[0] ?? own;
    if (!id) continue;
    return modelOf(provider, id, usable);
  }
  return catalogueModel(OFFLINE_MODEL)!;
}

function findModel(
  id: string,
  providers: readonly Provider[],
  usable: readonly ModelInfo[],
): ModelInfo {
  const exact = usable.find((model) => model.id === id);
  if (exact) return exact;
  const prefixed = providers.find((provider) =>
    id.startsWith(`${provider.id}/`) && id.length > provider.id.length + 1
  );
  if (prefixed) {
    const bare = id.slice(prefixed.id.length + 1);
    return modelOf(prefixed, bare, usable);
  }
  const listed = catalogueModel(id);
  if (listed) {
    // Named by somebody who may know more than the server's list.
    if (providers.some((provider) => provider.id === listed.provider)) return listed;
    throw unknown(id, `belongs to ${listed.provider}, which has no key; set one or choose`, usable);
  }
  const open = id.startsWith("muster/") ? undefined : providers.find((provider) => provider.custom);
  if (open) return unlistedModel(id, open.id, open.local);
  throw unknown(id, "is not known; choose", usable);
}

function modelOf(provider: Provider, id: string, usable: readonly ModelInfo[]): ModelInfo {
  const listed = catalogueModel(id);
  return usable.find((model) => model.id === id && model.provider === provider.id) ??
    (listed?.provider === provider.id ? listed : unlistedModel(id, provider.id, provider.local));
}

function unknown(id: string, why: string, usable: readonly ModelInfo[]): AppError {
  const names = usable.slice(0, 8).map((model) => `"${model.id}"`).join(", ");
  return new AppError("invalid_input", {
    detail: `The model "${id}" ${why} one of ${names}`,
    fields: [{ path: "model", message: "not a model that can be used" }],
  });
}

/** Without a router: the default, the fastest, the cheapest, the strongest tier – demonstration last. */
export const simpleRoute: Route = (name, usable, fallback) => {
  const real = usable.filter((model) =>
    !model.demonstration && model.capabilities.includes("chat")
  );
  const least = (value: (model: ModelInfo) => number) =>
    real.reduce<ModelInfo | undefined>(
      (best, model) => !best || value(model) < value(best) ? model : best,
      undefined,
    ) ?? fallback;
  switch (name) {
    case "muster/auto":
      return fallback;
    case "muster/fast":
      return least((model) => -(model.tokensPerSecond ?? 0));
    case "muster/cheap":
      return least((model) =>
        model.priced ? model.priceInMicrosPerMTok + model.priceOutMicrosPerMTok : Infinity
      );
    case "muster/best":
      return least((model) =>
        model.tier === "flagship"
          ? -model.priceOutMicrosPerMTok - 1e12
          : -model.priceOutMicrosPerMTok
      );
  }
};
