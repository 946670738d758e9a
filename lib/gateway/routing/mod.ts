/** Routing: where a call goes and why, from features of the request, the conversation and the state of models. */
export { routingKeys } from "./keys.ts";
export { createRouter, type Router, type RouterOptions } from "./router.ts";
export type { Ask } from "./classify.ts";
