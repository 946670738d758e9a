/** Finds arithmetic in a text and computes it: expressions, percentages, sums and averages of listed figures. */
import { parseNumber } from "./facts.ts";

export interface Computation {
  /** As computed, in plain signs: `17.5 % of 2340 + 12`. */
  readonly expression: string;
  readonly value: number;
}

const NUMBER = "\\d[\\d.,]{0,24}(?:\\s?%)?";
// Bounded everywhere: text of any kind comes through here, and two open stars in a row never end.
const TERM = `[-−+]?[(]{0,9}\\s{0,3}[-−]?${NUMBER}[)]{0,9}`;
const OPERATOR =
  "(?:[-+*/×÷^·−]|x(?=\\s?\\d)|\\*\\*|plus|minus|times|multiplied by|divided by|mal|geteilt durch|fois|divisé par|por|entre|dividido por|per|diviso|vezes|menos|moins|meno|più|más|mais)";
const EXPRESSION = new RegExp(
  `(?<![\\p{L}\\d(])[-−]?\\s?${TERM}(?:\\s{0,3}${OPERATOR}\\s{0,3}${TERM})+`,
  "giu",
);
const PERCENT_OF =
  /(\d[\d.,]{0,24})\s?(?:%|percent|prozent|pour ?cent|por ciento|per cento|por cento)\s+(?:of|von|de|di|vom|des?)\s+(?:the\s+)?[$€£]?\s?(\d[\d.,]{0,24})/giu;
const AGGREGATES: readonly (readonly [RegExp, "sum" | "average" | "product"])[] = [
  [/\b(?:sum|total|summe|somme|suma|somma|soma|add (?:up|together))\b/iu, "sum"],
  [/\b(?:average|mean|durchschnitt|mittelwert|moyenne|promedio|media|média)\b/iu, "average"],
  [/\b(?:product|produkt|produit|producto|prodotto|produto)\s+(?:of|von|de|di)\b/iu, "product"],
];

/** Arithmetic stands in requests, not in the books they may quote. */
const MAX_CHARS = 4_000;

/** What the text asks to compute, in order; dates and version numbers are no arithmetic. */
export function findComputations(whole: string): Computation[] {
  const text = whole.slice(0, MAX_CHARS);
  const out: Computation[] = [];
  const plain = text.replace(/https?:\/\/\S+/g, " ").replace(/\b\d{4}-\d{2}-\d{2}\S*/g, " ")
    .replace(/\+?\d[\d\s-]{8,}\d/g, (m) => /\d-\d.*-\d/.test(m) ? " " : m);
  const rewritten = plain.replace(
    PERCENT_OF,
    (_, share, base) => `(${numeral(share)}/100*${numeral(base)})`,
  )
    .replace(/(?<=\d)[.,](?=\s|$)/g, " ;");
  for (const match of rewritten.matchAll(EXPRESSION)) {
    const expression = normalise(match[0]);
    if (
      /^\d+[-/]\d+$/.test(expression.replace(/\s/g, "")) && !/\s[-/]\s/.test(match[0]) &&
      !asks(text)
    ) continue;
    const value = evaluate(expression);
    if (value !== null) out.push({ expression: pretty(expression), value });
  }
  if (out.length === 0) {
    for (const match of rewritten.matchAll(/\([\d.]+\/100\*[\d.]+\)/g)) {
      const value = evaluate(match[0]);
      if (value !== null) out.push({ expression: pretty(match[0]), value });
    }
  }
  return out.length ? out : aggregate(plain);
}

function asks(text: string): boolean {
  return /[=?]|\b(?:calculat|comput|what is|how much|berechne|was ist|wie ?viel|calcul|combien|cuánto|quanto)/iu
    .test(text);
}

function aggregate(text: string): Computation[] {
  for (const [pattern, kind] of AGGREGATES) {
    const match = text.match(pattern);
    if (!match) continue;
    const figures = [...text.slice(match.index).matchAll(/(?<![\p{L}\d.-])-?\d+(?:[.,]\d+)*/gu)]
      .map((m) => parseNumber(m[0])).filter((n): n is number => n !== null);
    if (figures.length < 2) continue;
    const sum = figures.reduce((a, b) => a + b, 0);
    if (kind === "sum") return [{ expression: figures.join(" + "), value: round(sum) }];
    if (kind === "average") {
      return [{
        expression: `(${figures.join(" + ")}) / ${figures.length}`,
        value: round(sum / figures.length),
      }];
    }
    return [{ expression: figures.join(" × "), value: round(figures.reduce((a, b) => a * b, 1)) }];
  }
  return [];
}

const numeral = (text: string) => String(parseNumber(text) ?? 0);

function normalise(text: string): string {
  const signs = text.toLowerCase()
    .replace(
      /[×·]|\btimes\b|\bmultiplied by\b|\bmal\b|\bfois\b|\bvezes\b|(?<=\d\s*)x(?=\s*\d)|\bpor\b|\bper\b/gu,
      "*",
    )
    .replace(
      /÷|\bdivided by\b|\bgeteilt durch\b|\bdivisé par\b|\bdividido \*|\bdiviso\b|\bentre\b/gu,
      "/",
    )
    .replace(/\bplus\b|\bpiù\b|\bmás\b|\bmais\b/gu, "+").replace(
      /−|\bminus\b|\bmenos\b|\bmoins\b|\bmeno\b/gu,
      "-",
    )
    .replace(/\*\*/g, "^");
  const open = signs.replace(/\d[\d.,]{0,24}/g, numeral);
  const missing = (open.match(/\)/g)?.length ?? 0) - (open.match(/\(/g)?.length ?? 0);
  return missing > 0 ? "(".repeat(missing) + open : open + ")".repeat(-missing);
}

function pretty(expression: string): string {
  return expression.replace(/\(([\d.]+)\/100\*([\d.]+)\)/g, "$1 % of $2").replace(/\*/g, " × ")
    .replace(/\//g, " / ")
    .replace(/\s*\+\s*/g, " + ").replace(/(?<=[\d)%]\s*)-\s*/g, " - ").replace(/\s+/g, " ").trim();
}

/** `+ - * / ^ %`, parentheses and unary minus; null where the text is no expression or divides by zero. */
export function evaluate(expression: string): number | null {
  const tokens = expression.match(/\d+(?:\.\d+)?(?:e[+-]?\d+)?|[-+*/^%()]/gi) ?? [];
  let at = 0;
  const peek = () => tokens[at];
  function primary(): number {
    const token = tokens[at++];
    if (token === "(") {
      const value = sum();
      if (tokens[at++] !== ")") throw new SyntaxError("expected )");
      return percent(value);
    }
    if (token === "-") return -power();
    if (token === "+") return power();
    if (token === undefined || !/^\d/.test(token)) throw new SyntaxError("expected a number");
    return percent(Number(token));
  }
  function percent(value: number): number {
    if (peek() !== "%") return value;
    at++;
    return value / 100;
  }
  function power(): number {
    const base = primary();
    if (peek() !== "^") return base;
    at++;
    return base ** power();
  }
  function product(): number {
    let value = power();
    while (peek() === "*" || peek() === "/") {
      value = tokens[at++] === "*" ? value * power() : value / power();
    }
    return value;
  }
  function sum(): number {
    let value = product();
    while (peek() === "+" || peek() === "-") {
      value = tokens[at++] === "+" ? value + product() : value - product();
    }
    return value;
  }
  try {
    const value = sum();
    return at === tokens.length && Number.isFinite(value) ? round(value) : null;
  } catch {
    return null;
  }
}

/** Without the tail that binary fractions leave. */
function round(value: number): number {
  return Number(value.toPrecision(12));
}
