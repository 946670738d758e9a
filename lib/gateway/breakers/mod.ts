/** Breakers: a model that keeps failing is left alone for a while; shared by all instances. */
export { type Breakers, createBreakers } from "./create.ts";
export { breakersKeys } from "./keys.ts";
