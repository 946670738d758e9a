/** Figures said of each of several things, unit by unit, and which of them is better. */
import { parseNumber } from "./facts.ts";

export interface Measure {
  /** As written: `hours`, `euros`, `%`. */
  readonly unit: string;
  readonly kind: "cost" | "time" | "other";
  /** One per thing, null where nothing is said. */
  readonly values: readonly (number | null)[];
  /** Index of the better thing, or -1 when undecided. */
  readonly best: number;
}

const MONEY = /^(?:[$€£¥]|usd|eur|gbp|chf|euros?|dollars?|pounds?|cents?)$/iu;
const TIME =
  /^(?:ms|s|h|min|mins?|hours?|days?|weeks?|months?|minutes?|seconds?|stunden?|tagen?|minuten?|sekunden?|wochen?|heures?|jours?|horas?|días?|dias?|minutos?|ore|ora|giorni|minuti)$/iu;
const FIGURE = /([$€£¥])\s?(\d[\d.,]{0,24})|(\d[\d.,]{0,24})\s?(%|[$€£¥]|\p{L}{1,12})/gu;
const MORE_IS_WORSE = /price|error|loss|risk|weight|noise|fehler|verlust|gewicht|lärm/iu;

/** Units that are said of at least two of the things; money and time are better when less. */
export function measures(said: readonly string[]): Measure[] {
  const perThing = said.map(figuresOf);
  const units = [...new Set(perThing.flatMap((figures) => [...figures.keys()]))];
  return units.flatMap((unit): Measure[] => {
    const values = perThing.map((figures) => figures.get(unit) ?? null);
    const known = values.filter((value) => value !== null);
    if (known.length < 2) return [];
    const kind = MONEY.test(unit) ? "cost" : TIME.test(unit) ? "time" : "other";
    const less = kind !== "other" || MORE_IS_WORSE.test(said.join(" "));
    const wanted = less ? Math.min(...known) : Math.max(...known);
    const winners = values.flatMap((value, i) => value === wanted ? [i] : []);
    return [{ unit, kind, values, best: winners.length === 1 ? winners[0]! : -1 }];
  });
}

function figuresOf(text: string): Map<string, number> {
  const out = new Map<string, number>();
  for (const [, sign, amount, figure, unit] of text.matchAll(FIGURE)) {
    const name = (sign ?? unit!).toLowerCase();
    const value = parseNumber(amount ?? figure!);
    if (value !== null && !out.has(name)) out.set(name, value);
  }
  return out;
}
