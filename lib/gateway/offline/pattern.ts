/** Makes a text that a regular expression accepts: literals, classes, groups, alternatives, counts. */

type Node =
  | { readonly kind: "text"; readonly value: string }
  | {
    readonly kind: "set";
    readonly ranges: readonly (readonly [number, number])[];
    readonly negated: boolean;
  }
  | { readonly kind: "all"; readonly parts: readonly Node[] }
  | { readonly kind: "any"; readonly branches: readonly Node[] }
  | { readonly kind: "repeat"; readonly node: Node; readonly min: number; readonly max: number };

/** A text matched by `pattern` and at least `minLength` long, or null when the pattern uses what is not known here. */
export function sampleOf(pattern: string, minLength = 0, maxLength = Infinity): string | null {
  const tree = parse(pattern);
  if (!tree || !compile(pattern) || minLength > SAMPLE_MAX || sizeOf(tree, 0) > SAMPLE_MAX) {
    return null;
  }
  for (let extra = 0; extra <= 64 && sizeOf(tree, extra) <= SAMPLE_MAX; extra++) {
    const text = render(tree, extra);
    if (text.length >= minLength && text.length <= maxLength && matches(pattern, text) !== false) {
      return text;
    }
    if (text.length > maxLength) break;
  }
  const padded = render(tree, 0);
  for (
    const filled of [
      padded + "a".repeat(Math.max(0, minLength - padded.length)),
      "a".repeat(Math.max(0, minLength - padded.length)) + padded,
    ]
  ) {
    if (filled.length <= maxLength && matches(pattern, filled) !== false) return filled;
  }
  return null;
}

/** Nobody wants to read more. */
const SAMPLE_MAX = 10_000;

/** How long `render` would make it. */
function sizeOf(node: Node, extra: number): number {
  switch (node.kind) {
    case "text":
      return node.value.length;
    case "set":
      return 1;
    case "all":
      return node.parts.reduce((sum, part) => sum + sizeOf(part, extra), 0);
    case "any":
      return sizeOf(node.branches[0]!, extra);
    case "repeat":
      return Math.min(node.max, node.min + extra) * Math.max(1, sizeOf(node.node, 0));
  }
}

/**
 * Whether the pattern accepts the text; undefined where finding out could take for ever. Patterns come with
 * requests, and the engine tries every way there is: a repetition of what can be read in several ways, or many
 * repetitions over a long text, would stop the server.
 */
export function matches(pattern: string, text: string): boolean | undefined {
  const regex = compile(pattern);
  if (!regex) return undefined;
  const tree = parse(pattern);
  if (tree ? !isSteady(tree) : UNCLEAR_REPEAT.test(pattern)) return undefined;
  const places = (tree ? countOpen(tree) : pattern.match(/[*+]|,\}/g)?.length ?? 0) +
    (pattern.startsWith("^") ? 0 : 1);
  return text.length > (LENGTHS[places] ?? 0) ? undefined : regex.test(text);
}

/** In patterns that are not read here: a group repeated, and no sign at its end that parts one turn from the next. */
const UNCLEAR_REPEAT = /(?<!\\[-.,:;/@#_ ])\)(?:[*+]|\{\d*,)/;
/** The longest text by the number of repetitions without an end: what they cost together stays small. */
const LENGTHS = [100_000, 20_000, 2_000, 200, 80, 40];
const MANY = 16;

function isSteady(node: Node): boolean {
  switch (node.kind) {
    case "text":
    case "set":
      return true;
    case "all":
      return node.parts.every(isSteady);
    case "any":
      return node.branches.every(isSteady);
    case "repeat":
      return node.max < 2 || isParted(node.node);
  }
}

/** A turn of a repetition can be read in one way: nothing in it varies but one part, and a sign of its own parts turns. */
function isParted(turn: Node): boolean {
  const parts = turn.kind === "all" ? turn.parts : [turn];
  const varying = parts.filter((part) => !isFixed(part));
  if (varying.length === 0) return true;
  const [one] = varying;
  if (varying.length > 1 || one!.kind !== "repeat" || !isFixed(one!.node)) return false;
  return [parts[0]!, parts.at(-1)!].some((part) =>
    part.kind === "text" && part.value !== "" && !canBegin(one!.node, part.value)
  );
}

function isFixed(node: Node): boolean {
  if (node.kind === "all") return node.parts.every(isFixed);
  if (node.kind === "any") return false;
  return node.kind !== "repeat" || (node.min === node.max && isFixed(node.node));
}

/** May hold the sign; sure only where it is a set or a text. */
function canBegin(node: Node, sign: string): boolean {
  if (node.kind === "all" && node.parts.length === 1) return canBegin(node.parts[0]!, sign);
  if (node.kind === "text") return node.value.includes(sign);
  if (node.kind !== "set") return true;
  const code = sign.codePointAt(0)!;
  return node.ranges.some(([from, to]) => code >= from && code <= to) !== node.negated;
}

function countOpen(node: Node): number {
  switch (node.kind) {
    case "text":
    case "set":
      return 0;
    case "all":
      return node.parts.reduce((sum, part) => sum + countOpen(part), 0);
    case "any":
      return node.branches.reduce((sum, branch) => sum + countOpen(branch), 0);
    case "repeat":
      return countOpen(node.node) + (node.max - node.min > MANY ? 1 : 0);
  }
}

function compile(pattern: string): RegExp | null {
  try {
    return new RegExp(pattern, "u");
  } catch {
    try {
      return new RegExp(pattern);
    } catch {
      return null;
    }
  }
}

function render(node: Node, extra: number): string {
  switch (node.kind) {
    case "text":
      return node.value;
    case "set":
      return pick(node.ranges, node.negated);
    case "all":
      return node.parts.map((part) => render(part, extra)).join("");
    case "any":
      return render(node.branches[0]!, extra);
    case "repeat":
      return Array.from(
        { length: Math.min(node.max, node.min + extra) },
        () => render(node.node, 0),
      ).join("");
  }
}

const PREFERRED = "a1A-_ .0zZ9,:;@#/";

function pick(ranges: readonly (readonly [number, number])[], negated: boolean): string {
  const inside = (code: number) =>
    ranges.some(([from, to]) => code >= from && code <= to) !== negated;
  for (const character of PREFERRED) if (inside(character.codePointAt(0)!)) return character;
  if (!negated) return String.fromCodePoint(ranges[0]![0]);
  for (let code = 33; code < 0x3000; code++) if (inside(code)) return String.fromCodePoint(code);
  return "a";
}

const DIGIT = [[48, 57]] as const;
const WORD = [[48, 57], [65, 90], [95, 95], [97, 122]] as const;
const SPACE = [[9, 13], [32, 32]] as const;
const CLASSES: Record<
  string,
  { ranges: readonly (readonly [number, number])[]; negated: boolean }
> = {
  d: { ranges: DIGIT, negated: false },
  D: { ranges: DIGIT, negated: true },
  w: { ranges: WORD, negated: false },
  W: { ranges: WORD, negated: true },
  s: { ranges: SPACE, negated: false },
  S: { ranges: SPACE, negated: true },
};
const CONTROLS: Record<string, string> = { n: "\n", r: "\r", t: "\t", f: "\f", v: "\v", "0": "\0" };

class Unsupported extends Error {}

function parse(pattern: string): Node | null {
  try {
    const reader = new Reader(pattern);
    const node = reader.alternatives();
    return reader.done() ? node : null;
  } catch (error) {
    if (error instanceof Unsupported) return null;
    throw error;
  }
}

class Reader {
  #at = 0;
  #characters: string[];
  constructor(pattern: string) {
    this.#characters = [...pattern];
  }
  done(): boolean {
    return this.#at >= this.#characters.length;
  }
  #peek(text: string): boolean {
    return this.#characters.slice(this.#at, this.#at + text.length).join("") === text;
  }
  #take(text: string): boolean {
    if (!this.#peek(text)) return false;
    this.#at += text.length;
    return true;
  }
  #next(): string {
    const character = this.#characters[this.#at++];
    if (character === undefined) throw new Unsupported("pattern ends early");
    return character;
  }
  alternatives(): Node {
    const branches = [this.#sequence()];
    while (this.#take("|")) branches.push(this.#sequence());
    return branches.length === 1 ? branches[0]! : { kind: "any", branches };
  }
  #sequence(): Node {
    const parts: Node[] = [];
    while (!this.done() && !this.#peek("|") && !this.#peek(")")) {
      if (this.#take("^") || this.#take("$")) continue;
      parts.push(this.#counted(this.#atom()));
    }
    return { kind: "all", parts };
  }
  #counted(node: Node): Node {
    let bounds: [number, number] | null = null;
    if (this.#take("*")) bounds = [0, Infinity];
    else if (this.#take("+")) bounds = [1, Infinity];
    else if (this.#take("?")) bounds = [0, 1];
    else if (this.#peek("{")) {
      const match = this.#characters.slice(this.#at).join("").match(/^\{(\d+)(,?)(\d*)\}/);
      if (match) {
        this.#at += match[0].length;
        const min = Number(match[1]);
        bounds = [min, match[2] ? (match[3] ? Number(match[3]) : Infinity) : min];
      }
    }
    if (!bounds) return node;
    this.#take("?");
    return { kind: "repeat", node, min: bounds[0], max: bounds[1] };
  }
  #atom(): Node {
    const character = this.#next();
    if (character === "(") {
      if (this.#take("?")) {
        if (this.#take("<") && !this.#peek("=") && !this.#peek("!")) {
          while (this.#next() !== ">");
        } else if (!this.#take(":")) throw new Unsupported("lookaround");
      }
      const inner = this.alternatives();
      if (!this.#take(")")) throw new Unsupported("open group");
      return inner;
    }
    if (character === "[") return this.#set();
    if (character === ".") return { kind: "set", ranges: [[10, 10], [13, 13]], negated: true };
    if (character === "\\") return this.#escape();
    return { kind: "text", value: character };
  }
  #escape(): Node {
    const character = this.#next();
    const known = CLASSES[character];
    if (known) return { kind: "set", ...known };
    if (character === "b" || character === "B") return { kind: "text", value: "" };
    if (character === "p" && this.#take("{")) {
      let name = "";
      for (let c = this.#next(); c !== "}"; c = this.#next()) name += c;
      if (/^(?:L|Letter|Ll|Lowercase_Letter|Alphabetic)$/.test(name)) {
        return { kind: "text", value: "a" };
      }
      if (/^(?:Lu|Uppercase_Letter)$/.test(name)) return { kind: "text", value: "A" };
      if (/^(?:N|Nd|Number)$/.test(name)) return { kind: "text", value: "1" };
      throw new Unsupported("property");
    }
    if (/[1-9kpPc]/.test(character)) throw new Unsupported("reference");
    return { kind: "text", value: this.#code(character) };
  }
  #code(character: string): string {
    if (character !== "u" && character !== "x") return CONTROLS[character] ?? character;
    const match = this.#characters.slice(this.#at, this.#at + 8).join("").match(
      character === "x" ? /^[\da-f]{2}/i : /^[\da-f]{4}/i,
    );
    if (!match) throw new Unsupported("code");
    this.#at += match[0].length;
    return String.fromCodePoint(parseInt(match[0], 16));
  }
  #set(): Node {
    const negated = this.#take("^");
    const ranges: [number, number][] = [];
    while (!this.#take("]")) {
      let character = this.#next();
      if (character === "\\") {
        const escaped = this.#next();
        const known = CLASSES[escaped];
        if (known) {
          if (known.negated) throw new Unsupported("negated class in a set");
          ranges.push(...known.ranges.map(([a, b]) => [a, b] as [number, number]));
          continue;
        }
        if (/[pP]/.test(escaped)) throw new Unsupported("property in a set");
        character = this.#code(escaped);
      }
      const from = character.codePointAt(0)!;
      if (this.#peek("-") && this.#characters[this.#at + 1] !== "]") {
        this.#take("-");
        let end = this.#next();
        if (end === "\\") end = this.#code(this.#next());
        ranges.push([from, end.codePointAt(0)!]);
      } else ranges.push([from, from]);
    }
    if (ranges.length === 0 && !negated) throw new Unsupported("empty set");
    return { kind: "set", ranges, negated };
  }
}
