/**
 * The default catalogue: prices and limits as the providers published them on the day below. Prices are dollars per
 * million tokens. Workers AI bills in neurons; input prices of that tier are the product's reference figures, output
 * prices Cloudflare's per-token equivalents. Where no price is known the model counts as unpriced.
 */
import type { ModelCapability, ModelTier } from "../agents/model_port.ts";

export const CATALOGUE_DATE = "2026-11-21";

export interface CatalogueRow {
  readonly id: string;
  readonly provider: "groq" | "workers-ai" | "openai";
  readonly tier: ModelTier;
  /** Dollars per million tokens, or null when unknown. */
  readonly price: { readonly input: number; readonly output: number } | null;
  readonly tokensPerSecond: number;
  readonly contextTokens: number;
  readonly maxOutputTokens: number;
  readonly capabilities: readonly ModelCapability[];
}

const TEXT: readonly ModelCapability[] = ["chat", "code", "tools", "json"];
const REASONS: readonly ModelCapability[] = [...TEXT, "reasoning"];
const SEES: readonly ModelCapability[] = [...TEXT, "vision"];

const groq = (
  id: string,
  tokensPerSecond: number,
  input: number,
  output: number,
  maxOutputTokens: number,
  capabilities: readonly ModelCapability[],
): CatalogueRow => ({
  id,
  provider: "groq",
  tier: "primary",
  price: { input, output },
  tokensPerSecond,
  contextTokens: 131_072,
  maxOutputTokens,
  capabilities,
});

const edge = (
  id: string,
  tokensPerSecond: number,
  price: CatalogueRow["price"],
  contextTokens: number,
): CatalogueRow => ({
  id,
  provider: "workers-ai",
  tier: "edge",
  price,
  tokensPerSecond,
  contextTokens,
  maxOutputTokens: 4_096,
  capabilities: TEXT,
});

const openai = (
  id: string,
  tokensPerSecond: number,
  input: number,
  output: number,
): CatalogueRow => ({
  id,
  provider: "openai",
  tier: "flagship",
  price: { input, output },
  tokensPerSecond,
  contextTokens: 128_000,
  maxOutputTokens: 16_384,
  capabilities: SEES,
});

export const CATALOGUE: readonly CatalogueRow[] = [
  groq("llama-3.1-8b-instant", 560, 0.05, 0.08, 131_072, TEXT),
  groq("llama-3.3-70b-versatile", 280, 0.59, 0.79, 32_768, TEXT),
  groq("openai/gpt-oss-20b", 1_000, 0.075, 0.30, 65_536, REASONS),
  groq("openai/gpt-oss-120b", 500, 0.15, 0.60, 65_536, REASONS),
  groq("qwen/qwen3-32b", 450, 0.10, 0.59, 40_960, REASONS),
  edge("@cf/meta/llama-3.3-70b-instruct-fp8-fast", 200, { input: 0.011, output: 2.253 }, 8_192),
  edge("@cf/meta/llama-3.1-8b-instruct-fast", 400, { input: 0.045, output: 0.384 }, 8_192),
  edge("@cf/qwen/qwen2.5-7b-instruct-awq", 350, null, 32_768),
  openai("gpt-4o", 50, 2.50, 10.00),
  openai("gpt-4o-mini", 100, 0.15, 0.60),
];

/** The day the prices below were read: they are older, and say so. */
export const ALSO_KNOWN_DATE = "2025-08-07";

const known = (id: string, input: number, output: number, contextTokens: number): CatalogueRow => ({
  ...openai(id, 100, input, output),
  contextTokens,
  maxOutputTokens: Math.min(32_768, contextTokens),
  capabilities: /^(?:o\d|gpt-5)/.test(id) ? [...SEES, "reasoning"] : SEES,
});

const embedding = (id: string, input: number): CatalogueRow => ({
  ...openai(id, 1_000, input, 0),
  contextTokens: 8_191,
  maxOutputTokens: 8_191,
  capabilities: ["embeddings"],
});

/** Models that can be named though the default catalogue does not offer them. */
export const ALSO_KNOWN: readonly CatalogueRow[] = [
  embedding("text-embedding-3-small", 0.02),
  embedding("text-embedding-3-large", 0.13),
  embedding("text-embedding-ada-002", 0.10),
  known("gpt-4.1", 2, 8, 1_047_576),
  known("gpt-4.1-mini", 0.40, 1.60, 1_047_576),
  known("gpt-4.1-nano", 0.10, 0.40, 1_047_576),
  known("gpt-5", 1.25, 10, 400_000),
  known("gpt-5-mini", 0.25, 2, 400_000),
  known("gpt-5-nano", 0.05, 0.40, 400_000),
  known("o3", 2, 8, 200_000),
  known("o3-mini", 1.10, 4.40, 200_000),
  known("o4-mini", 1.10, 4.40, 200_000),
  known("gpt-4-turbo", 10, 30, 128_000),
  known("gpt-3.5-turbo", 0.50, 1.50, 16_385),
];
