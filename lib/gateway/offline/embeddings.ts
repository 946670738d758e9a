/**
 * Embeddings of the demonstration: words and letter groups hashed into a vector of length one. Texts that share
 * words lie near each other; it knows no meaning.
 */
import { Buffer } from "node:buffer";
import { countText } from "../tokens.ts";

const DIMENSIONS = 256;
const WORD = /[\p{L}\p{M}\p{N}]+/gu;
const WEIGHTS = { word: 1, letters: 0.3 };

interface EmbeddingsBody {
  readonly input?: unknown;
  readonly dimensions?: unknown;
  readonly encoding_format?: unknown;
}

/** The whole answer as JSON, in OpenAI's shape. */
export function embeddingsOffline(body: EmbeddingsBody, model: string): string {
  const texts = textsOf(body.input);
  const dimensions = typeof body.dimensions === "number" ? body.dimensions : DIMENSIONS;
  const tokens = texts.reduce((sum, text) => sum + countText(text), 0);
  return JSON.stringify({
    object: "list",
    data: texts.map((text, index) => {
      const vector = embed(text, dimensions);
      const embedding = body.encoding_format === "base64"
        ? Buffer.from(new Float32Array(vector).buffer).toString("base64")
        : vector;
      return { object: "embedding", index, embedding };
    }),
    model,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  });
}

/** A text, texts, tokens or lists of tokens; tokens count as words of their own. */
function textsOf(input: unknown): string[] {
  if (typeof input === "string") return [input];
  if (!Array.isArray(input)) return [];
  if (typeof input[0] === "number") return [input.join(" ")];
  return input.map((one: unknown) => Array.isArray(one) ? one.join(" ") : String(one));
}

function embed(text: string, dimensions: number): number[] {
  const vector = new Array<number>(dimensions).fill(0);
  const add = (feature: string, weight: number) => {
    const hash = hashOf(feature);
    vector[(hash >>> 1) % dimensions]! += hash & 1 ? weight : -weight;
  };
  for (const [word] of text.normalize("NFKC").toLowerCase().matchAll(WORD)) {
    add(word, WEIGHTS.word);
    for (let at = 0; at + 3 <= word.length; at++) {
      add(`~${word.slice(at, at + 3)}`, WEIGHTS.letters);
    }
  }
  const length = Math.hypot(...vector);
  // A text without a word has a place too: cosine needs a length.
  if (length === 0) return vector.map((_, at) => at === 0 ? 1 : 0);
  return vector.map((value) => Math.round(value / length * 1e6) / 1e6);
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return hash >>> 0;
}
