/** Providers and models as data: what is built in, what a workspace added or changed. Browser-safe. */
import { z } from "zod";
import { MODEL_CAPABILITIES, MODEL_TIERS } from "./kinds.ts";

export { MODEL_TIERS } from "./kinds.ts";

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

const epochIso = z.iso.datetime();

/** A provider as it is shown: never its key. */
export const providerView = z.object({
  id: z.string(),
  name: z.string(),
  /** Added by the workspace; else built in. */
  own: z.boolean(),
  enabled: z.boolean(),
  baseUrl: z.string().optional(),
  /** Where its key comes from; the environment wins. */
  key: z.enum(["environment", "keystore", "none"]),
  /** The last characters of a key from the keystore. */
  hint: z.string().optional(),
  /** Why it cannot be used now. */
  problem: z.string().optional(),
  /** Not its own address. */
  custom: z.boolean(),
  /** On this machine. */
  local: z.boolean(),
  /** Reached through the AI Gateway. */
  fronted: z.boolean(),
  allowPrivate: z.boolean(),
  aiGatewayPath: z.string().optional(),
  /** Models it can be asked for now. */
  models: z.int(),
  /** Since this instance started. */
  health: z.object({
    calls: z.int(),
    failures: z.int(),
    lastSuccessAt: epochIso.optional(),
    lastFailureAt: epochIso.optional(),
    lastError: z.object({ code: z.string(), message: z.string() }).optional(),
    lastLatencyMs: z.number().optional(),
  }),
  /** Of the settings: `limits.providers`, else `limits.eachProvider`. */
  limits: z.object({
    requestsPerMinute: z.int().optional(),
    tokensPerMinute: z.int().optional(),
    concurrent: z.int().optional(),
  }),
  version: z.int(),
  updatedAt: epochIso.optional(),
}).meta({ id: "Provider" });
export type ProviderView = z.infer<typeof providerView>;

export const modelView = z.object({
  id: z.string(),
  provider: z.string(),
  /** What its provider calls it, where that differs. */
  upstreamId: z.string().optional(),
  tier: z.enum([...MODEL_TIERS, "demo"]),
  /** Micro-dollars per million tokens. */
  priceInMicrosPerMTok: z.number(),
  priceOutMicrosPerMTok: z.number(),
  /** False: the price is not known. */
  priced: z.boolean(),
  /** Day the price was read. */
  asOf: z.string().optional(),
  /** The price is older than the workspace trusts prices to be. */
  stale: z.boolean().optional(),
  tokensPerSecond: z.number().optional(),
  contextTokens: z.int(),
  maxOutputTokens: z.int(),
  capabilities: z.array(z.string()),
  demonstration: z.boolean(),
  /** `found`: its server named it. */
  origin: z.enum(["built-in", "found", "own"]),
  enabled: z.boolean(),
  /** Why it cannot be used now. */
  problem: z.string().optional(),
  /** Members that differ from what is built in. */
  changed: z.array(z.string()),
  version: z.int(),
}).meta({ id: "Model" });
export type ModelView = z.infer<typeof modelView>;

export const testInput = z.strictObject({
  /** Default: the provider's usual model, else its cheapest. */
  model: z.string().min(1).max(200).optional(),
});

/** What a test call brought: asked in earnest, and paid for. */
export const testAnswer = z.object({
  ok: z.boolean(),
  latencyMs: z.int(),
  model: z.string().optional(),
  /** Ids its server names, where it names any. */
  models: z.array(z.string()).optional(),
  costMicros: z.int().optional(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
});
export type TestAnswer = z.infer<typeof testAnswer>;
