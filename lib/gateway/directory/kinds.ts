/** What kinds of models there are and what they can; without a schema, for forms in the browser. */
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
