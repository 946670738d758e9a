/**
 * Large values, write-once and addressed by content.
 *
 * `["w", ws, "blobc", digest, upload, n]` chunks, written first · `["w", ws, "blobup", digest, upload]` the
 * upload, gone once the domain commit lands · `["w", ws, "blob", digest]` manifest, set by the domain
 * commit · `["w", ws, "blobref", digest, owner]` who refers to it. Chunks carry their upload's id: a sweep
 * that removes an unreferenced blob can never take the chunks of a newer upload of the same content.
 * Accepted: two uploads of one content at the same time store its chunks twice until the sweep.
 */
import { createHash } from "node:crypto";
import { AppError } from "../core/errors.ts";
import type { Stage } from "./index_keys.ts";
import { defineKey, type Key } from "./keyspace.ts";
import type { Store } from "./store.ts";
import { encodeJson } from "./values.ts";

const kernel = { slice: "kernel", version: 1 } as const;
export const blobKey = defineKey("blob", { ...kernel, retention: "swept" });
export const blobChunkKey = defineKey("blobc", {
  ...kernel,
  retention: "swept",
  encoding: "bytes",
});
export const blobUploadKey = defineKey("blobup", { ...kernel, retention: "swept" });
export const blobRefKey = defineKey("blobref", { ...kernel, retention: "keep" });

export interface BlobRef {
  /** SHA-256, base64url. */
  readonly digest: string;
  readonly sizeBytes: number;
}

interface Manifest extends BlobRef {
  readonly v: 1;
  readonly upload: string;
  readonly chunks: number;
  /** Epoch ms. */
  readonly at: number;
}

const CHUNK_BYTES = 60_000;
/** Below the committer's batch size, so that chunks of one blob travel together. */
const CHUNKS_PER_SET = 3;

type Kv = { readonly kv: Store };

/** Stores the bytes if they are new and stages the owner's reference to them. */
export async function stageBlob(
  ctx: Kv,
  stage: Stage,
  workspaceId: string,
  owner: string,
  bytes: Uint8Array,
): Promise<BlobRef> {
  const digest = createHash("sha256").update(bytes).digest("base64url");
  const manifestKey = blobKey(workspaceId, digest);
  const known = await ctx.kv.get<Manifest>(manifestKey);
  stage.assume(manifestKey, known.versionstamp);
  // The touch moves the manifest's version, so a sweep that saw no reference yet cannot remove it.
  if (known.value) stage.touch(manifestKey, known.value);
  else {
    const { manifest, key, versionstamp } = await upload(ctx.kv, workspaceId, digest, bytes);
    stage.assume(key, versionstamp);
    stage.delete(key);
    stage.set(manifestKey, manifest);
  }
  stage.touch(blobRefKey(workspaceId, digest, owner));
  return { digest, sizeBytes: bytes.length };
}

/** As `stageBlob`, of a value's JSON. */
export function stageJsonBlob(
  ctx: Kv,
  stage: Stage,
  workspaceId: string,
  owner: string,
  value: unknown,
): Promise<BlobRef> {
  return stageBlob(ctx, stage, workspaceId, owner, encodeJson(value));
}

export async function readBlob(
  ctx: Kv,
  workspaceId: string,
  digest: string,
): Promise<Uint8Array> {
  const { value } = await ctx.kv.get<Manifest>(blobKey(workspaceId, digest));
  if (!value) throw new AppError("not_found", { detail: `No stored value "${digest}"` });
  const chunks = await ctx.kv.getManyBytes(chunkKeys(workspaceId, value));
  const bytes = new Uint8Array(value.sizeBytes);
  let at = 0;
  for (const chunk of chunks) {
    if (!chunk.value) throw new AppError("internal", { detail: `Chunk of "${digest}" is missing` });
    bytes.set(chunk.value, at);
    at += chunk.value.length;
  }
  return bytes;
}

export async function readJsonBlob<T>(ctx: Kv, workspaceId: string, digest: string): Promise<T> {
  return JSON.parse(new TextDecoder().decode(await readBlob(ctx, workspaceId, digest)));
}

export function stageBlobRelease(
  stage: Stage,
  workspaceId: string,
  owner: string,
  digest: string,
): void {
  stage.delete(blobRefKey(workspaceId, digest, owner));
}

/** Removes blobs nobody refers to and uploads whose commit never came; returns how many. */
export async function sweepBlobs(
  ctx: Kv,
  workspaceId: string,
  olderThanMs: number,
): Promise<number> {
  const before = ctx.kv.clock.now() - olderThanMs;
  let swept = 0;
  for (const kind of [blobKey, blobUploadKey]) {
    for await (const entry of ctx.kv.list<Manifest>({ prefix: kind.prefix(workspaceId) })) {
      if (entry.value.at >= before) continue;
      if (kind === blobKey && await isReferenced(ctx.kv, workspaceId, entry.value.digest)) continue;
      // A commit that refers to it meanwhile makes this fail, or is failed by it. Until the chunks are gone
      // it counts as an upload, which a sweep finds again.
      const { digest, upload } = entry.value;
      const uploadKey = blobUploadKey(workspaceId, digest, upload);
      const removal = ctx.kv.writeSet("blob").assume(entry.key, entry.versionstamp);
      if (kind === blobKey) removal.delete(entry.key);
      const outcome = await ctx.kv.submit(removal.set(uploadKey, entry.value));
      if (!outcome.ok) continue;
      swept++;
      const keys = chunkKeys(workspaceId, entry.value);
      for (let i = 0; i < keys.length; i += 100) {
        const set = ctx.kv.writeSet("blob");
        for (const key of keys.slice(i, i + 100)) set.delete(key);
        await ctx.kv.submit(set);
      }
      await ctx.kv.submit(ctx.kv.writeSet("blob").delete(uploadKey));
    }
  }
  return swept;
}

async function upload(kv: Store, workspaceId: string, digest: string, bytes: Uint8Array) {
  const manifest: Manifest = {
    v: 1,
    digest,
    sizeBytes: bytes.length,
    upload: kv.newId("job").slice(4),
    chunks: Math.max(1, Math.ceil(bytes.length / CHUNK_BYTES)),
    at: kv.clock.now(),
  };
  const key = blobUploadKey(workspaceId, digest, manifest.upload);
  const begun = await kv.submit(kv.writeSet("blob").set(key, manifest));
  if (!begun.ok) throw new AppError("conflict");
  const commits: Promise<unknown>[] = [];
  const keys = chunkKeys(workspaceId, manifest);
  for (let i = 0; i < keys.length; i += CHUNKS_PER_SET) {
    const set = kv.writeSet("blob");
    keys.slice(i, i + CHUNKS_PER_SET).forEach((chunk, j) => {
      const at = (i + j) * CHUNK_BYTES;
      set.setBytes(chunk, bytes.subarray(at, at + CHUNK_BYTES));
    });
    commits.push(kv.submit(set));
  }
  await Promise.all(commits);
  return { manifest, key, versionstamp: begun.versionstamp };
}

function chunkKeys(workspaceId: string, manifest: Manifest): Key[] {
  return Array.from(
    { length: manifest.chunks },
    (_, n) => blobChunkKey(workspaceId, manifest.digest, manifest.upload, n),
  );
}

async function isReferenced(kv: Store, workspaceId: string, digest: string): Promise<boolean> {
  for await (
    const _ of kv.listBytes({ prefix: blobRefKey.prefix(workspaceId, digest) }, { limit: 1 })
  ) {
    return true;
  }
  return false;
}
