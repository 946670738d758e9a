/** Models by id: the default catalogue, the demonstration model, and those a server names itself. */
import type { ModelInfo } from "../agents/model_port.ts";
import {
  ALSO_KNOWN,
  ALSO_KNOWN_DATE,
  CATALOGUE,
  CATALOGUE_DATE,
  type CatalogueRow,
} from "./catalogue_data.ts";

export const OFFLINE_MODEL = "muster/offline";

const MICROS = 1_000_000;

const OFFLINE: ModelInfo = {
  id: OFFLINE_MODEL,
  provider: "offline",
  tier: "demo",
  priceInMicrosPerMTok: 0,
  priceOutMicrosPerMTok: 0,
  priced: true,
  contextTokens: 1_000_000,
  maxOutputTokens: 32_768,
  capabilities: ["chat", "tools", "json"],
  demonstration: true,
};

function fromRow(row: CatalogueRow, asOf: string): ModelInfo {
  return {
    id: row.id,
    provider: row.provider,
    tier: row.tier,
    priceInMicrosPerMTok: Math.round((row.price?.input ?? 0) * MICROS),
    priceOutMicrosPerMTok: Math.round((row.price?.output ?? 0) * MICROS),
    priced: row.price !== null,
    asOf,
    tokensPerSecond: row.tokensPerSecond,
    contextTokens: row.contextTokens,
    maxOutputTokens: row.maxOutputTokens,
    capabilities: row.capabilities,
    demonstration: false,
  };
}

const MODELS: ReadonlyMap<string, ModelInfo> = new Map(
  [OFFLINE, ...CATALOGUE.map((row) => fromRow(row, CATALOGUE_DATE))].map((
    model,
  ) => [model.id, model]),
);

const OTHERS: ReadonlyMap<string, ModelInfo> = new Map(
  ALSO_KNOWN.map((row) => [row.id, { ...fromRow(row, ALSO_KNOWN_DATE), stale: true }]),
);

/** One that can be named though the catalogue does not offer it; also a dated version of it (`gpt-4.1-2025-04-14`). */
export function alsoKnownModel(id: string): ModelInfo | undefined {
  const exact = OTHERS.get(id);
  if (exact) return exact;
  const bare = id.replace(/-\d{4}-\d{2}-\d{2}$/, "");
  const family = bare === id ? undefined : OTHERS.get(bare) ?? MODELS.get(bare);
  return family && { ...family, id };
}

/** The default catalogue with the demonstration model last. */
export function catalogueModels(): ModelInfo[] {
  return [...CATALOGUE.map((row) => MODELS.get(row.id)!), OFFLINE];
}

export function catalogueModel(id: string): ModelInfo | undefined {
  return MODELS.get(id);
}

/** A model only its server knows: no price, cautious limits. */
export function unlistedModel(id: string, provider: string, local: boolean): ModelInfo {
  return {
    id,
    provider,
    tier: local ? "local" : "custom",
    priceInMicrosPerMTok: 0,
    priceOutMicrosPerMTok: 0,
    // Ollama runs on the user's own machine; what other servers charge nobody told us.
    priced: provider === "ollama",
    contextTokens: local ? 8_192 : 128_000,
    maxOutputTokens: local ? 4_096 : 16_384,
    capabilities: ["chat", "code", "tools", "json"],
    demonstration: false,
  };
}
