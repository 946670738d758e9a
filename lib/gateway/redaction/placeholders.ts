/**
 * The placeholders of one request, `[EMAIL-1]`: numbered in order of appearance, the same value the same one, so
 * that a conversation sent again reads the same to the model (and to caches). None that the request holds already.
 */
import { AppError } from "../../kernel/core/errors.ts";
import type { FoundCounts, RedactionKind } from "./schema.ts";

const PLACEHOLDER = /\[(?:EMAIL|PHONE|CARD|IBAN|KEY|NAME)-\d{1,6}\]/g;
/** What may become one: at the end of a text. */
const BEGUN = /\[(?:(?:EMAIL|PHONE|CARD|IBAN|KEY|NAME)-\d{0,6}|[A-Z]{0,5})$/;
const BEGUN_MAX = 13;
const VALUES_MAX = 100_000;

export class Placeholders {
  readonly #byValue = new Map<string, string>();
  readonly #byName = new Map<string, string>();
  readonly #counts: Partial<Record<RedactionKind, number>> = {};
  readonly #numbers: Partial<Record<RedactionKind, number>> = {};
  readonly #taken: () => ReadonlySet<string>;

  /** `taken`: those that stand in the request as it came. */
  constructor(taken: () => ReadonlySet<string>) {
    this.#taken = taken;
  }

  of(kind: RedactionKind, value: string): string {
    const id = `${kind} ${value}`;
    const known = this.#byValue.get(id);
    if (known !== undefined) return known;
    if (this.#byValue.size >= VALUES_MAX) {
      throw new AppError("payload_too_large", {
        detail: `More than ${VALUES_MAX} values of one request would have to be redacted`,
      });
    }
    let name: string;
    do {
      const number = (this.#numbers[kind] ?? 0) + 1;
      this.#numbers[kind] = number;
      name = `[${kind.toUpperCase()}-${number}]`;
    } while (this.#taken().has(name));
    this.#counts[kind] = (this.#counts[kind] ?? 0) + 1;
    this.#byValue.set(id, name);
    this.#byName.set(name, value);
    return name;
  }

  get counts(): FoundCounts {
    return this.#counts;
  }

  get size(): number {
    return this.#byName.size;
  }

  /** The text with the values of this request's placeholders; others stay as they are. */
  restore(text: string, insideJson: boolean): string {
    if (!text.includes("[")) return text;
    return text.replace(PLACEHOLDER, (name) => {
      const value = this.#byName.get(name);
      if (value === undefined) return name;
      return insideJson ? JSON.stringify(value).slice(1, -1) : value;
    });
  }
}

/** Where a placeholder that is not whole yet begins, or the text's length. */
export function begunAt(text: string): number {
  const at = text.lastIndexOf("[");
  return at >= 0 && text.length - at <= BEGUN_MAX && BEGUN.test(text.slice(at)) ? at : text.length;
}

export function placeholdersIn(text: string): Set<string> {
  return new Set(text.match(PLACEHOLDER) ?? []);
}
