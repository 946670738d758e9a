/** Providers and models as data: what is built in, what a workspace added or changed. Browser-safe. */
import { z } from "zod";

export const directorySettings = z.strictObject({
  /** Prices older than this many days say that they are stale. */
  priceStaleDays: z.int().min(1).max(3_650).default(90),
  /** `https://gateway.ai.cloudflare.com/v1/{account}/{gateway}`, in front of every provider it knows; empty: none. */
  aiGatewayUrl: z.union([
    z.literal(""),
    z.string().regex(
      /^https:\/\/gateway\.ai\.cloudflare\.com\/v1\/[\w-]{1,64}\/[\w-]{1,64}$/,
      "https://gateway.ai.cloudflare.com/v1/{account}/{gateway}",
    ),
  ]).default(""),
});
export type DirectorySettings = z.infer<typeof directorySettings>;

/** Also the name under which the keystore holds its key. */
export const providerId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/);

/** Where a model is sent to, and as what. */
export const baseUrl = z.url({ protocol: /^https?$/ }).max(500).refine(
  (text) => {
    const url = URL.parse(text);
    return url !== null && !url.username && !url.password && !url.search && !url.hash;
  },
  "an http or https URL without user name, query and fragment",
).transform((text) => text.replace(/\/+$/, ""));

const name = z.string().trim().min(1).max(80);
/** As the AI Gateway names the provider in its path, such as `openai` or `custom-mine/v1`. */
const aiGatewayPath = z.string().regex(/^[\w.-]{1,64}(?:\/[\w.-]{1,64}){0,3}$/);

export const newProvider = z.strictObject({
  id: providerId,
  name: name.optional(),
  baseUrl,
  apiKey: z.string().trim().min(1).max(8_192).optional(),
  enabled: z.boolean().default(true),
  /** The address may be private or on this machine. */
  allowPrivate: z.boolean().default(false),
  aiGatewayPath: aiGatewayPath.optional(),
});
export type NewProvider = z.infer<typeof newProvider>;

/** `null` takes a change back to what is built in. */
export const providerPatch = z.strictObject({
  name: name.nullable().optional(),
  baseUrl: baseUrl.nullable().optional(),
  apiKey: z.string().trim().min(1).max(8_192).nullable().optional(),
  enabled: z.boolean().optional(),
  allowPrivate: z.boolean().optional(),
  aiGatewayPath: aiGatewayPath.nullable().optional(),
});
export type ProviderPatch = z.infer<typeof providerPatch>;

export const MODEL_TIERS = ["primary", "edge", "flagship", "local", "custom"] as const;
export const MODEL_CAPABILITIES = [
  "chat",
  "code",
  "reasoning",
  "tools",
  "vision",
  "json",
  "embeddings",
] as const;

/** Micro-dollars per million tokens: 50 000 is $0.05. */
const price = z.int().min(0).max(10_000_000_000);
const tokens = z.int().min(1).max(100_000_000);

const modelMembers = {
  tier: z.enum(MODEL_TIERS),
  /** null: not known; such calls count as free, and the router ranks them last by cost. */
  priceInMicrosPerMTok: price.nullable(),
  priceOutMicrosPerMTok: price.nullable(),
  /** Day the price was read. */
  asOf: z.iso.date(),
  tokensPerSecond: z.number().positive().max(1_000_000).nullable(),
  contextTokens: tokens,
  maxOutputTokens: tokens,
  capabilities: z.array(z.enum(MODEL_CAPABILITIES)).min(1).max(MODEL_CAPABILITIES.length),
};

/** As callers name it. */
export const modelId = z.string().regex(/^(?!muster\/)[\w@][\w@./:+-]{0,199}$/);

export const newModel = z.strictObject({
  id: modelId,
  provider: providerId,
  /** What its provider calls it; absent: its id. */
  upstreamId: z.string().min(1).max(200).optional(),
  enabled: z.boolean().default(true),
  tier: modelMembers.tier.default("custom"),
  priceInMicrosPerMTok: modelMembers.priceInMicrosPerMTok.default(null),
  priceOutMicrosPerMTok: modelMembers.priceOutMicrosPerMTok.default(null),
  asOf: modelMembers.asOf.optional(),
  tokensPerSecond: modelMembers.tokensPerSecond.default(null),
  contextTokens: modelMembers.contextTokens.default(128_000),
  maxOutputTokens: modelMembers.maxOutputTokens.default(16_384),
  capabilities: modelMembers.capabilities.default(["chat", "code", "tools", "json"]),
});
export type NewModel = z.infer<typeof newModel>;

/** `null` takes a change back to what is built in. */
export const modelPatch = z.strictObject({
  enabled: z.boolean().optional(),
  upstreamId: z.string().min(1).max(200).nullable().optional(),
  tier: modelMembers.tier.nullable().optional(),
  priceInMicrosPerMTok: modelMembers.priceInMicrosPerMTok.optional(),
  priceOutMicrosPerMTok: modelMembers.priceOutMicrosPerMTok.optional(),
  asOf: modelMembers.asOf.nullable().optional(),
  tokensPerSecond: modelMembers.tokensPerSecond.optional(),
  contextTokens: modelMembers.contextTokens.nullable().optional(),
  maxOutputTokens: modelMembers.maxOutputTokens.nullable().optional(),
  capabilities: modelMembers.capabilities.nullable().optional(),
});
export type ModelPatch = z.infer<typeof modelPatch>;
