/** Answers of `/v1/responses` that are kept for the requests that go on from them. */
export { keptKeys } from "./keys.ts";
export {
  dropResponse,
  itemIdOf,
  type Keeper,
  keepResponse,
  requireResponse,
  resolveItems,
} from "./responses.ts";
