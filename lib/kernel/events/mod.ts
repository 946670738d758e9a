/**
 * Streams of events in commit order, with resumable cursors, and the hub that carries them to viewers.
 * Appending is part of a transaction (`tx.emit`, `WriteSet.emit`); reading and following is here.
 */
export { compareCursor, type Cursor, parseCursor } from "./cursor.ts";
export { eventFrame, publicJson, type StoredEvent } from "./entry.ts";
export {
  EVENT_KEYS,
  FEED,
  type FeedOptions,
  headCursor,
  readEvents,
  readEventsBackward,
  readFeed,
  type ReadOptions,
  requireCursor,
} from "./read.ts";
export type { EventBatch } from "./channel.ts";
export type { Followed, Follower, FollowOptions } from "./follower.ts";
export { EventHub, openHub } from "./hub.ts";
