/**
 * The local embedder: words hashed into a vector, those that carry meaning with full weight, their neighbourhoods
 * with some, the others with little. It knows no synonyms; two texts are near when they use the same words.
 */
import { Buffer } from "node:buffer";
import { hashText } from "../../kernel/kv/keyspace.ts";
import type { Meaning } from "./meaning.ts";

const DIMENSIONS = 256;
const WEIGHTS = { content: 1, pair: 0.25, plain: 0.05 };

export function embedLocally({ content, plain }: Pick<Meaning, "content" | "plain">): number[] {
  const vector = new Array<number>(DIMENSIONS).fill(0);
  const add = (feature: string, weight: number) => {
    const hash = hashText(feature);
    vector[hash % DIMENSIONS]! += hash & 0x8000_0000 ? weight : -weight;
  };
  for (const word of content) add(word, WEIGHTS.content);
  for (let i = 1; i < content.length; i++) add(`${content[i - 1]} ${content[i]}`, WEIGHTS.pair);
  for (const word of plain) add(`~${word}`, WEIGHTS.plain);
  return vector;
}

/** Components as signed bytes, in base64: an eighth of a percent of precision for an eighth of the room. */
export function packVector(vector: readonly number[]): string {
  const most = vector.reduce((max, value) => Math.max(max, Math.abs(value)), 0) || 1;
  const bytes = Int8Array.from(vector, (value) => Math.round((value / most) * 127));
  return Buffer.from(bytes.buffer).toString("base64");
}

/** Cosine of two packed vectors; 0 for vectors of different lengths. */
export function similarity(a: string, b: string): number {
  const [x, y] = [unpack(a), unpack(b)];
  if (x.length !== y.length) return 0;
  let [dot, xx, yy] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    dot += x[i]! * y[i]!;
    xx += x[i]! * x[i]!;
    yy += y[i]! * y[i]!;
  }
  return xx === 0 || yy === 0 ? 0 : dot / Math.sqrt(xx * yy);
}

function unpack(text: string): Int8Array {
  const bytes = Buffer.from(text, "base64");
  return new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}
