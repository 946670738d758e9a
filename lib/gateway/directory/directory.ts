/**
 * The directory: which providers and models a workspace has. From memory at each call; read again after a change
 * here or, through the hub, on another instance.
 */
import type { ModelInfo } from "../../agents/model_port.ts";
import type { Keystore } from "../../identity/mod.ts";
import type { AppContext } from "../../kernel/context.ts";
import { AppError } from "../../kernel/core/errors.ts";
import type { EventHub } from "../../kernel/events/mod.ts";
import type { DirectoryStage, MaybePromise, SettingsStage } from "../calls/stages.ts";
import { HealthBook, type ProviderHealth } from "../health.ts";
import { KeptFresh } from "../settings/kept_fresh.ts";
import { createModel, deleteModel, updateModel } from "./change_model.ts";
import {
  type Change,
  createProvider,
  deleteProvider,
  DIRECTORY_CHANGED,
  type Keys,
  updateProvider,
} from "./change_provider.ts";
import { modelsNow } from "./models_now.ts";
import { ProbeMemory } from "./probe.ts";
import { type KeyLookup, providersNow } from "./providers_now.ts";
import { readRecords } from "./records.ts";
import { type Catalogue, createCatalogue, isVirtual } from "./resolve.ts";
import type { GatewaySettings } from "../schema.ts";
import type {
  DirectorySettings,
  ModelPatch,
  NewModel,
  NewProvider,
  ProviderPatch,
} from "./schema.ts";
import { simpleRoute } from "./virtual.ts";

type Context = Pick<AppContext, "kv" | "clock" | "config" | "fetch" | "log">;

export interface DirectoryOptions {
  readonly settings: SettingsStage;
  readonly hub?: EventHub | undefined;
  readonly keystore?: Keystore | undefined;
  /** Keys from elsewhere than the keystore. */
  readonly keyOf?: KeyLookup | undefined;
}

export interface Directory extends DirectoryStage {
  /** At once where it is known. Throws `invalid_input` when the configured default model cannot be used. */
  now(workspaceId: string): MaybePromise<Catalogue>;
  /** To be awaited where it is a promise, before the functions that answer from memory. */
  ready(workspaceId: string): MaybePromise<void>;
  /** Of each provider that can be used, since the start of this instance. */
  health(workspaceId: string): ProviderHealth[];
  /** Asks the servers anew. */
  refresh(workspaceId: string): Promise<void>;
  createProvider(change: Change, input: NewProvider): Promise<void>;
  updateProvider(change: Change, id: string, patch: ProviderPatch): Promise<void>;
  deleteProvider(change: Change, id: string): Promise<void>;
  createModel(change: Change, input: NewModel): Promise<void>;
  updateModel(change: Change, id: string, patch: ModelPatch): Promise<void>;
  deleteModel(change: Change, id: string): Promise<void>;
  close(): void;
}

export function createDirectory(ctx: Context, options: DirectoryOptions): Directory {
  const probes = new ProbeMemory(ctx);
  const book = new HealthBook();
  const live: KeptFresh<Catalogue> = new KeptFresh(ctx, {
    hub: options.hub,
    types: [DIRECTORY_CHANGED],
    read: async (workspaceId) => {
      const { directory } = await options.settings.of(workspaceId);
      return await readCatalogue(ctx, options, probes, { workspaceId, directory, live });
    },
  });
  const now = currentOf(live, options.settings);
  const keys = keysOf(options.keystore);
  const known = (workspaceId: string) => requireKnown(live, workspaceId);
  /** Does it, and forgets what was known before. */
  const changing = async ({ workspaceId }: Change, work: () => Promise<void>) => {
    await work();
    live.forget(workspaceId);
    await live.get(workspaceId);
  };
  return {
    now,
    ready(workspaceId) {
      const found = now(workspaceId);
      return found instanceof Promise ? found.then(() => {}) : undefined;
    },
    connection: (workspaceId, id) => connectionOf(known(workspaceId), id),
    list: (workspaceId) => known(workspaceId).usable,
    resolve: (workspaceId, name) =>
      resolveName(known(workspaceId), name ?? ctx.config.defaultModel),
    succeeded: (provider, latencyMs) => book.succeeded(provider, ctx.clock.now(), latencyMs),
    failed: (provider, { code, message }) =>
      book.failed(provider, ctx.clock.now(), { code, detail: message }),
    health: (workspaceId) => {
      const open = known(workspaceId).providers.filter(({ problem }) => problem === undefined);
      return book.list([...open.map(({ id }) => id), "offline"]);
    },
    async refresh(workspaceId) {
      probes.forget();
      live.forget(workspaceId);
      await live.get(workspaceId);
    },
    createProvider: (change, input) =>
      changing(change, () => createProvider(ctx, change, keys, input)),
    updateProvider: (change, id, patch) =>
      changing(change, () => updateProvider(ctx, change, keys, id, patch)),
    deleteProvider: (change, id) => changing(change, () => deleteProvider(ctx, change, keys, id)),
    createModel: (change, input) =>
      changing(
        change,
        async () => createModel(ctx, change, await live.get(change.workspaceId), input),
      ),
    updateModel: (change, id, patch) =>
      changing(
        change,
        async () => updateModel(ctx, change, await live.get(change.workspaceId), id, patch),
      ),
    deleteModel: (change, id) =>
      changing(
        change,
        async () => deleteModel(ctx, change, await live.get(change.workspaceId), id),
      ),
    close: () => live.close(),
  };
}

/** The catalogue by the settings of this moment: a change of them makes it old at once, before any event is heard. */
function currentOf(live: KeptFresh<Catalogue>, settings: SettingsStage) {
  const seen = new Map<string, DirectorySettings>();
  return (workspaceId: string): MaybePromise<Catalogue> => {
    const take = ({ directory }: GatewaySettings) => {
      // Once for each change: many calls at one moment must not make it old again and again.
      if (seen.get(workspaceId) !== directory) {
        seen.set(workspaceId, directory);
        live.forget(workspaceId);
      }
      return live.get(workspaceId);
    };
    const found = settings.of(workspaceId);
    return found instanceof Promise ? found.then(take) : take(found);
  };
}

async function readCatalogue(
  ctx: Context,
  { keystore, keyOf }: DirectoryOptions,
  probes: ProbeMemory,
  { workspaceId, directory, live }: {
    readonly workspaceId: string;
    readonly directory: DirectorySettings;
    readonly live: KeptFresh<Catalogue>;
  },
): Promise<Catalogue> {
  const records = await readRecords(ctx, workspaceId);
  const secrets = keystore && new Set((await keystore.list(workspaceId)).map(({ name }) => name));
  const providers = await providersNow(ctx, {
    stored: records.providers,
    keyOf: keyOf ??
      ((id) =>
        secrets?.has(id) ? revealed(ctx, keystore!, workspaceId, id) : Promise.resolve(null)),
    probes,
    settings: directory,
  });
  const models = modelsNow({
    providers,
    stored: records.models,
    priceStaleDays: directory.priceStaleDays,
    now: ctx.clock.now(),
  });
  const { defaultModel } = ctx.config;
  const before = live.peek(workspaceId);
  try {
    return reported(ctx, before, createCatalogue(providers, models, defaultModel));
  } catch (error) {
    // The server does not start with a default it cannot use; one that is taken away later is done without.
    if (!before) throw error;
    ctx.log.warn("The configured default model cannot be used any more", { model: defaultModel });
    return reported(ctx, before, createCatalogue(providers, models, undefined));
  }
}

/** A key that cannot be opened (another master key) is missing, not the end of every call. */
async function revealed(
  ctx: Context,
  keystore: Keystore,
  workspaceId: string,
  id: string,
): Promise<string | null> {
  try {
    return await keystore.reveal(workspaceId, id);
  } catch (error) {
    ctx.log.warn("A provider's key cannot be opened", { provider: id, error: String(error) });
    return null;
  }
}

function reported(ctx: Context, before: Catalogue | undefined, now: Catalogue): Catalogue {
  const open = now.providers.filter(({ problem }) => problem === undefined).map(({ id }) => id);
  ctx.log.info("Models are ready", { default: now.standard.id, providers: [...open, "offline"] });
  if (!now.standard.priced && before?.standard.id !== now.standard.id) {
    ctx.log.warn("The default model has no known price; its calls count as free", {
      model: now.standard.id,
    });
  }
  return now;
}

function requireKnown(live: KeptFresh<Catalogue>, workspaceId: string): Catalogue {
  const known = live.peek(workspaceId);
  if (known) return known;
  throw new AppError("internal", { detail: `The models of "${workspaceId}" are not loaded` });
}

function connectionOf(catalogue: Catalogue, id: string) {
  const provider = catalogue.providers.find((one) => one.id === id);
  if (!provider?.baseUrl || provider.problem !== undefined) return undefined;
  const { name, baseUrl, apiKey, local, custom, trusted, headers } = provider;
  return { id, name, baseUrl, apiKey, local, custom, trusted, ...(headers && { headers }) };
}

function resolveName(catalogue: Catalogue, name: string | undefined): ModelInfo {
  if (name === undefined) return catalogue.standard;
  return isVirtual(name)
    ? simpleRoute(name, catalogue.usable, catalogue.standard)
    : catalogue.find(name);
}

function keysOf(keystore: Keystore | undefined): Keys {
  if (keystore) return keystore;
  const none = () =>
    Promise.reject(new AppError("keystore_locked", { detail: "There is no keystore here" }));
  return { put: none, delete: none };
}
