/** Semantic hits: what a request means, requests that meant the same before, and what is kept to find it. */
import { digestJson } from "../../kernel/core/json.ts";
import { embedLocally, packVector, similarity } from "./local_embedder.ts";
import { meaningOf } from "./meaning.ts";
import { type Asked, splitLast } from "./request_key.ts";
import { decideSame } from "./same_meaning.ts";
import type { CacheQuestion, ProviderEmbedder } from "./schema.ts";
import type { AnswerStore, Near } from "./store.ts";

/** A last message with its vector. Everything else of the request is in the bucket, to the letter. */
export interface Gist {
  readonly bucket: string;
  readonly content: readonly string[];
  readonly language: string;
  /** A provider's model, or `local`. */
  readonly embedder: string;
  readonly vector: string;
}

interface NearRecord extends Pick<Gist, "content" | "language" | "embedder" | "vector"> {
  readonly v: 1;
  readonly hash: string;
}

export interface NearHit {
  readonly hash: string;
  readonly similarity: number;
}

/** In a longer text one word more or less no longer moves the vector. */
const TEXT_MAX = 2_000;
const TEXT_MIN = 3;
const CANDIDATES = 64;
const LOCAL = "local";

/** Null where a semantic hit is out of the question. */
export async function gistOf(
  { workspaceId, settings, signal }: CacheQuestion,
  asked: Asked,
  embedder: ProviderEmbedder | undefined,
): Promise<Gist | null> {
  const split = splitLast(asked.body);
  if (!split || split.text.length > TEXT_MAX || split.text.length < TEXT_MIN) return null;
  const meaning = meaningOf(split.text);
  if (meaning.content.length === 0) return null;
  const bucket = digestJson([1, asked.partition, asked.route, split.rest, meaning.guard]);
  const provided = settings.embedder === "auto"
    ? await embedder?.embed(workspaceId, split.text, signal) ?? null
    : null;
  const { content, language } = meaning;
  const vector = packVector(provided?.vector ?? embedLocally(meaning));
  return { bucket, content, language, embedder: provided?.model ?? LOCAL, vector };
}

/** The most alike above the threshold. */
export async function findNear(
  store: AnswerStore,
  workspaceId: string,
  gist: Gist,
  threshold: number,
): Promise<NearHit | null> {
  let best: NearHit | null = null;
  for (const other of await store.readNear<NearRecord>(workspaceId, gist.bucket, CANDIDATES)) {
    if (other.embedder !== gist.embedder) continue;
    const alike = similarity(gist.vector, other.vector);
    if (alike < threshold || alike <= (best?.similarity ?? 0)) continue;
    if (!decideSame(gist, other, gist.embedder !== LOCAL)) continue;
    best = { hash: other.hash, similarity: alike };
  }
  return best;
}

export function nearOf({ bucket, ...gist }: Gist, hash: string): Near {
  return { bucket, record: { v: 1, hash, ...gist } satisfies NearRecord };
}
