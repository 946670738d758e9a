/**
 * Cached answers: the same request, or one that means the same, is answered from the store; identical requests in
 * flight are asked once. Everything is parted by workspace (and, where the workspace says so, by API key), and kept
 * in the form that was sent: what redaction took out is in no cached answer. Only whole, successful answers are
 * kept. A request that asks for variety – a temperature above 0, several answers – is neither kept nor answered from
 * here unless the workspace wants it; one that does not mention a temperature is, as providers' defaults are nobody's
 * wish.
 */
export { type CacheOptions, createCache } from "./create.ts";
export { createProviderEmbedder } from "./provider_embedder.ts";
export { cacheKeys } from "./keys.ts";
export type { AnswerCache, CacheAnswer, CacheStats, ProviderEmbedder } from "./schema.ts";
