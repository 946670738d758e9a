/** Providers and models as they are shown. */
import type { SecretInfo } from "../../identity/mod.ts";
import type { ProviderHealth } from "../health.ts";
import type { LimitsSettings } from "../limits/schema.ts";
import type { ModelNow } from "./models_now.ts";
import { AI_GATEWAY } from "./provider_rows.ts";
import type { ProviderNow } from "./providers_now.ts";
import type { Catalogue } from "./resolve.ts";
import type { ModelView, ProviderView } from "./schema.ts";

export interface ProviderFacts {
  readonly secrets: readonly SecretInfo[];
  readonly health: readonly ProviderHealth[];
  readonly limits: LimitsSettings;
  /** "" without an AI Gateway. */
  readonly aiGatewayUrl: string;
}

/** In the order in which they are preferred, the demonstration last. */
export function providerViews(catalogue: Catalogue, facts: ProviderFacts): ProviderView[] {
  return [
    ...catalogue.providers.map((provider) => providerViewOf(provider, catalogue, facts)),
    ...aiGateway(facts),
    demonstration(catalogue, facts),
  ];
}

/** Where there is one, or a token for one: it stands in front of providers, and its token is kept like a key. */
function aiGateway({ secrets, aiGatewayUrl }: ProviderFacts): ProviderView[] {
  const token = secrets.find(({ name }) => name === AI_GATEWAY);
  if (aiGatewayUrl === "" && !token) return [];
  return [{
    ...BARE,
    id: AI_GATEWAY,
    name: "Cloudflare AI Gateway",
    ...(aiGatewayUrl !== "" && { baseUrl: aiGatewayUrl }),
    key: token ? "keystore" : "none",
    ...(token?.hint ? { hint: `…${token.hint}` } : {}),
    ...(aiGatewayUrl === "" && { problem: "has no address; set directory.aiGatewayUrl" }),
    ...latest(token?.updatedAt),
  }];
}

/** What stands in the list and is asked for nothing itself. */
const BARE = {
  own: false,
  enabled: true,
  key: "none",
  custom: false,
  local: false,
  fronted: false,
  allowPrivate: false,
  models: 0,
  health: { calls: 0, failures: 0 },
  limits: {},
  version: 0,
} as const satisfies Partial<ProviderView>;

function providerViewOf(
  provider: ProviderNow,
  { usable }: Catalogue,
  { secrets, health, limits }: ProviderFacts,
): ProviderView {
  const { id, name, own, enabled, baseUrl, custom, local, fronted, problem, stored } = provider;
  const secret = secrets.find((one) => one.name === id);
  const path = stored?.changes.aiGatewayPath ?? undefined;
  return {
    id,
    name,
    own,
    enabled,
    ...(baseUrl && { baseUrl }),
    key: provider.keyFrom,
    ...(provider.keyFrom === "keystore" && secret?.hint ? { hint: `…${secret.hint}` } : {}),
    ...(problem && { problem }),
    custom,
    local,
    fronted,
    allowPrivate: stored?.changes.allowPrivate ?? false,
    ...(path && { aiGatewayPath: path }),
    models: usable.filter((model) => model.provider === id).length,
    health: healthView(health.find((one) => one.provider === id)),
    limits: limits.providers[id] ?? limits.eachProvider,
    version: stored?.version ?? 0,
    ...latest(stored?.updatedAt, provider.keyFrom === "keystore" ? secret?.updatedAt : undefined),
  };
}

function demonstration({ usable }: Catalogue, { health }: ProviderFacts): ProviderView {
  return {
    ...BARE,
    id: "offline",
    name: "Demonstration",
    local: true,
    models: usable.filter((model) => model.demonstration).length,
    health: healthView(health.find(({ provider }) => provider === "offline")),
  };
}

function healthView(health: ProviderHealth | undefined): ProviderView["health"] {
  if (!health) return { calls: 0, failures: 0 };
  const { calls, failures, lastSuccessAt, lastFailureAt, lastError, lastLatencyMs } = health;
  return {
    calls,
    failures,
    ...(lastSuccessAt !== undefined && { lastSuccessAt: iso(lastSuccessAt) }),
    ...(lastFailureAt !== undefined && { lastFailureAt: iso(lastFailureAt) }),
    ...(lastError && { lastError }),
    ...(lastLatencyMs !== undefined && { lastLatencyMs }),
  };
}

export function modelViewOf({ info, origin, enabled, problem, stored }: ModelNow): ModelView {
  return {
    ...info,
    capabilities: [...info.capabilities],
    origin,
    enabled,
    ...(problem && { problem }),
    changed: origin === "own"
      ? []
      : Object.keys(stored?.changes ?? {}).filter((name) => name !== "enabled"),
    version: stored?.version ?? 0,
  };
}

const iso = (ms: number) => new Date(ms).toISOString();

function latest(...times: (number | undefined)[]): { updatedAt?: string } {
  const known = times.filter((time) => time !== undefined);
  return known.length > 0 ? { updatedAt: iso(Math.max(...known)) } : {};
}
