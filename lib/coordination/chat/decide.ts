/** Whom a message names, and how those it reaches are told: pure rules. */

/** What stands after an `@`, with the shorter readings it may have, longest first. */
export interface Mention {
  readonly readings: readonly string[];
}

export interface Mentions {
  readonly named: readonly Mention[];
  /** `@all`, `@team`, `@everyone`. */
  readonly all: boolean;
}

/** How `@all` and its like stand in `mentions`. */
export const ALL = "all";
const EVERYBODY = new Set([ALL, "team", "everyone"]);
/** Fenced code, then code in a line. */
const CODE = /(```|~~~)[\s\S]*?(?:\1|$)|(`+)[^`\n][^\n]*?\2/g;
/**
 * An `@` that nothing before makes part of a word, an address or a path. Scripts written without spaces
 * may stand on either side; a letter that could go on the name may not follow it.
 */
const AT =
  /(?<![\p{L}\p{N}\p{M}_.+%/@:~\\-])@([A-Za-z0-9._:@-]{1,256})|(?<=[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u30fc\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}])@([A-Za-z0-9._:@-]{1,256})/gu;
const GOES_ON = /^(?:[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{M}]|\/[\p{L}\p{N}_])/u;
const ID_MAX = 128;

/**
 * In order, each once. Not mentions: e-mail addresses, packages and paths (`@std/assert`), what stands in
 * code. A full stop, colon or dash at the end ends the sentence, not the name.
 */
export function mentionsIn(text: string): Mentions {
  if (!/[@＠]/.test(text)) return { named: [], all: false };
  const plain = text.replaceAll("＠", "@").replace(CODE, " ");
  const named = new Map<string, Mention>();
  let all = false;
  for (const match of plain.matchAll(AT)) {
    const token = match[1] ?? match[2]!;
    const behind = plain.slice(match.index + match[0].length, match.index + match[0].length + 2);
    if (GOES_ON.test(behind)) continue;
    const readings = readingsOf(token);
    const [first] = readings;
    if (first === undefined) continue;
    if (EVERYBODY.has(first.toLowerCase())) all = true;
    else if (!named.has(first)) named.set(first, { readings });
  }
  return { named: [...named.values()], all };
}

/** `bob.Please` may be `bob` and a missing space; `claude:laptop` and `ann@host` are whole names first. */
function readingsOf(token: string): string[] {
  const whole = token.replace(/[.:@-]+$/, "");
  const readings = [whole];
  for (let rest = whole; /[.:@]/.test(rest);) {
    rest = rest.replace(/[.:@]+[^.:@]*$/, "");
    readings.push(rest);
  }
  return readings.filter((reading) => reading !== "" && reading.length <= ID_MAX);
}

/**
 * The agent a mention means: the longest reading that is registered, else the same whatever its case,
 * else the name as it stands, for who comes later.
 */
export function meant(mention: Mention, registered: Iterable<string>): string {
  const known = new Set(registered);
  const exact = mention.readings.find((reading) => known.has(reading));
  if (exact !== undefined) return exact;
  const folded = new Map([...known].map((id) => [id.toLowerCase(), id]));
  for (const reading of mention.readings) {
    const id = folded.get(reading.toLowerCase());
    if (id !== undefined) return id;
  }
  return mention.readings[0]!;
}

/** Named ones first; the author is not told of its own words. */
export function recipientsOf(
  author: string,
  named: readonly string[],
  everybody: readonly string[],
): string[] {
  return [...new Set([...named, ...everybody])].filter((id) => id !== author);
}

/** Bytes of a commit that deliveries may fill; the message itself needs the rest. */
const DELIVERY_BYTES = 100_000;
/** Of one delivery beside its text: keys, ids and names, in record, index and event. */
const OVERHEAD_BYTES = 1_200;

/** How many agents one commit tells of a text, at most `most`: it stands in a record and an event of each. */
export function agentsPerCommit(textBytes: number, most: number): number {
  return Math.max(1, Math.min(most, Math.floor(DELIVERY_BYTES / (2 * textBytes + OVERHEAD_BYTES))));
}

export function chunked<T>(items: readonly T[], size: number): T[][] {
  const chunks: T[][] = [];
  for (let from = 0; from < items.length; from += size) chunks.push(items.slice(from, from + size));
  return chunks;
}
