/** Everything that is found in one text, without overlaps. Time grows with the text's length, not faster. */
import { findApiKeys } from "./api_keys.ts";
import { findCards } from "./cards.ts";
import { asciiDigits, digitRuns, type Span } from "./digit_runs.ts";
import { findEmails } from "./emails.ts";
import { findIbans } from "./ibans.ts";
import { findNames, type NameTree } from "./names.ts";
import { findPhones, type PhoneCheck } from "./phones.ts";
import type { RedactionKind } from "./schema.ts";

export interface Detection {
  readonly kinds: ReadonlySet<RedactionKind>;
  readonly names: NameTree;
  readonly regions: readonly string[];
  /** Null where phones are not looked for. */
  readonly isPhone: PhoneCheck | null;
}

/** Where two lie over each other, the first of these names both. */
const PRECEDENCE: readonly RedactionKind[] = ["key", "iban", "email", "card", "phone", "name"];

/** A tenth of a second of one text; what looks like a phone number beyond counts as one. */
const CHECKS_MAX = 10_000;

/** In order of place. */
export function detect(text: string, { kinds, names, regions, isPhone }: Detection): Span[] {
  const found: Span[] = [];
  const plain = asciiDigits(text);
  if (/\d/.test(plain)) {
    if (kinds.has("key")) found.push(...findApiKeys(text));
    if (kinds.has("iban")) found.push(...findIbans(plain));
    if (kinds.has("card") || isPhone) {
      const runs = digitRuns(plain);
      if (kinds.has("card")) found.push(...findCards(plain, runs));
      if (isPhone) found.push(...findPhones(plain, runs, regions, bounded(isPhone)));
    }
  } else if (kinds.has("key") && text.includes("-----BEGIN ")) found.push(...findApiKeys(text));
  if (kinds.has("email")) found.push(...findEmails(text));
  if (kinds.has("name")) found.push(...findNames(text, names));
  return found.length > 1 ? withoutOverlaps(found) : found;
}

/** What lies over each other becomes one: nothing of either is left in the text. */
function withoutOverlaps(spans: Span[]): Span[] {
  spans.sort((a, b) => a.start - b.start || b.end - a.end);
  const kept: Span[] = [];
  for (const span of spans) {
    const last = kept.at(-1);
    if (!last || span.start >= last.end) {
      kept.push(span);
      continue;
    }
    const kind = PRECEDENCE.indexOf(span.kind) < PRECEDENCE.indexOf(last.kind)
      ? span.kind
      : last.kind;
    kept[kept.length - 1] = { kind, start: last.start, end: Math.max(last.end, span.end) };
  }
  return kept;
}

function bounded(isPhone: PhoneCheck): PhoneCheck {
  let checks = 0;
  return (number, region) => ++checks > CHECKS_MAX || isPhone(number, region);
}
