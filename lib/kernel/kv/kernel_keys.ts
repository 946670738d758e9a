/** What this part stores, for the registry. */
import { eventKey, feedKey, headKey } from "./batch_commit.ts";
import { blobChunkKey, blobKey, blobRefKey, blobUploadKey } from "./blob.ts";
import { markerKey } from "./committer.ts";

export const KV_KEYS = [
  markerKey,
  eventKey,
  feedKey,
  headKey,
  blobKey,
  blobChunkKey,
  blobUploadKey,
  blobRefKey,
] as const;
