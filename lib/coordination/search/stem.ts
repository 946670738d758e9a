/**
 * Brings the commonest endings of English words together (`retries`, `retried`, `retry`; `caching`,
 * `cache`): steps 1 and 5a of M. F. Porter, "An algorithm for suffix stripping" (1980). Words of other
 * languages lose at most an ending too; as it only adds what a query finds, at a lower weight, that is
 * harmless. Pure.
 */
const VOWEL = /[aeiouy]/;

export function stem(word: string): string {
  if (word.length < 4 || !/^[a-z]+$/.test(word)) return word;
  let rest = plural(word);
  for (const ending of ["ing", "ed"]) {
    const head = rest.slice(0, -ending.length);
    if (!rest.endsWith(ending) || rest.endsWith("eed") || head.length < 2 || !VOWEL.test(head)) {
      continue;
    }
    rest = undoubled(head);
    break;
  }
  if (rest.endsWith("y") && rest.length > 3 && VOWEL.test(rest.slice(0, -1))) {
    return rest.slice(0, -1) + "i";
  }
  return rest.endsWith("e") && rest.length > 3 ? rest.slice(0, -1) : rest;
}

function plural(word: string): string {
  if (word.endsWith("sses")) return word.slice(0, -2);
  if (word.endsWith("ies")) return word.length > 4 ? word.slice(0, -3) + "y" : word.slice(0, -1);
  if (/(?:ch|sh|x|zz)es$/.test(word)) return word.slice(0, -2);
  if (word.endsWith("ied") && word.length > 4) return word.slice(0, -3) + "y";
  return /[^su]s$/.test(word) && !word.endsWith("is") ? word.slice(0, -1) : word;
}

/** `runn` → `run`, but `fall`, `miss`, `buzz`. */
const undoubled = (word: string) => /([^aeiouylsz])\1$/.test(word) ? word.slice(0, -1) : word;
