/** Whether two requests with equal guards mean the same, beyond what their vectors say. Pure. */
import type { Meaning } from "./meaning.ts";

type Words = Pick<Meaning, "content" | "language">;

/** Shared above this, the words that differ are what the requests are about. */
const MOSTLY_SHARED = 0.5;

/**
 * `embedded`: a provider's model found them alike, which knows synonyms but is easily taken in by two requests
 * that differ in one word. Without it only the very same words in the same order are trusted.
 */
export function decideSame(a: Words, b: Words, embedded: boolean): boolean {
  const [only, other] = [without(a.content, b.content), without(b.content, a.content)];
  if (only.length === 0 && other.length === 0) {
    return a.content.length <= 2 || a.content.every((word, i) => word === b.content[i]);
  }
  // The answer would be in the other language.
  if (!embedded || a.language !== b.language) return false;
  if (isExchange(a.content, b.content)) return false;
  const shared = a.content.length - only.length;
  const all = shared + only.length + other.length;
  return shared / all < MOSTLY_SHARED;
}

/** The same sentence with words exchanged: "cheapest" for "fastest". */
function isExchange(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.some((word, i) => word === b[i]);
}

/** Words of the first that the second has not, each as often as it occurs more. */
function without(words: readonly string[], others: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const word of others) left.set(word, (left.get(word) ?? 0) + 1);
  return words.filter((word) => {
    const count = left.get(word) ?? 0;
    if (count > 0) left.set(word, count - 1);
    return count === 0;
  });
}
