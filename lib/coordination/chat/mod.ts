/**
 * The group chat of a workspace: messages with mentions, reactions, threads and kudos. Messages never
 * change; what gathers around one (reactions, replies) is kept beside it.
 */
export type {
  ChatInput,
  Kudos,
  KudosInput,
  Message,
  MessageHit,
  Reaction,
  ReactionInput,
  Thread,
} from "./schema.ts";
export { postChat } from "./post_chat.ts";
export { listMessages, newestMessages, readThread, requireMessage } from "./store.ts";
export { react, unreact } from "./react.ts";
export { giveKudos, listKudos } from "./give_kudos.ts";
export { searchMessages } from "./search.ts";
export { chatDeliver } from "./deliver.ts";
export { chatKeys } from "./keys.ts";
