/** Breakers: a model that keeps failing is left alone for a while; shared by all instances. */
export { type Breakers, createBreakers, GATEWAY_STREAM } from "./create.ts";
export { breakersKeys } from "./keys.ts";
