/** Rates of keys and providers: requests and tokens a minute, calls at once, and what callers are told of them. */
export { createLimits, type Limits } from "./create.ts";
export { limitsKeys } from "./keys.ts";
