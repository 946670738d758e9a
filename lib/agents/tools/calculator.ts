/** Arithmetic by an own parser: numbers, operators, a few functions; nothing else can be reached. */
import { z } from "zod";
import { AppError } from "../../kernel/core/errors.ts";
import { defineTool } from "../define_tool.ts";

const MAX_DEPTH = 100;

const FUNCTIONS: Readonly<Record<string, (...args: number[]) => number>> = {
  sqrt: Math.sqrt,
  abs: Math.abs,
  round: (x, digits = 0) => Math.round(x * 10 ** digits) / 10 ** digits,
  floor: Math.floor,
  ceil: Math.ceil,
  exp: Math.exp,
  ln: Math.log,
  log: Math.log10,
  log2: Math.log2,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  min: Math.min,
  max: Math.max,
  sum: (...args) => args.reduce((a, b) => a + b, 0),
  mean: (...args) => args.reduce((a, b) => a + b, 0) / args.length,
};

const CONSTANTS: Readonly<Record<string, number>> = { pi: Math.PI, π: Math.PI, e: Math.E };

export const calculator = defineTool({
  name: "calculator",
  description:
    "Calculates an arithmetic expression exactly as written: + - * / ^ % and parentheses; 20% means 0.2, and 250 + 20% is 300; " +
    `functions ${
      Object.keys(FUNCTIONS).join(", ")
    }; constants pi and e. Decimal point, no thousands separators.`,
  input: z.object({
    expression: z.string().trim().min(1).max(2_000).describe("for example (1250 - 300) * 1.19"),
  }),
  effect: "read",
  idempotent: true,
  risk: "low",
  run: (_tool, { expression }) => Promise.resolve({ expression, value: calculate(expression) }),
});

/** The value of the expression, rounded to 15 digits. Throws `invalid_input` naming what and where. */
export function calculate(expression: string): number {
  const parser = new Parser(expression);
  const value = parser.whole();
  if (!Number.isFinite(value)) {
    throw new AppError("invalid_input", { detail: `"${expression}" has no finite value` });
  }
  return Number(value.toPrecision(15));
}

/** Recursive descent: sum > product > sign > power > postfix > atom. */
class Parser {
  #at = 0;
  #depth = 0;
  /** Whether the product read last was nothing but a percentage. */
  #percent = false;
  readonly #text: string;

  constructor(readonly expression: string) {
    this.#text = expression.replaceAll("×", "*").replaceAll("·", "*").replaceAll("÷", "/")
      .replaceAll("−", "-").replaceAll("**", "^").replace(/=\s*\??\s*$/, "");
  }

  whole(): number {
    const value = this.#sum();
    if (this.#peek() !== "") throw this.#unexpected();
    return value;
  }

  #sum(): number {
    if (++this.#depth > MAX_DEPTH) throw this.#wrong("is nested too deeply");
    let value = this.#product();
    for (;;) {
      const sign = this.#take("+") ? 1 : this.#take("-") ? -1 : 0;
      if (sign === 0) break;
      const product = this.#product();
      // As people and pocket calculators read it: a percentage added is one of what it is added to.
      value += sign * (this.#percent ? value * product : product);
    }
    this.#depth--;
    return value;
  }

  #product(): number {
    let value = this.#signed();
    let factors = 1;
    for (;; factors++) {
      if (this.#take("*")) value *= this.#signed();
      else if (this.#take("/")) value /= this.#divisor();
      else if (this.#take("%")) value %= this.#divisor();
      else break;
    }
    this.#percent &&= factors === 1;
    return value;
  }

  #divisor(): number {
    const value = this.#signed();
    if (value === 0) throw this.#wrong("divides by zero");
    return value;
  }

  #signed(): number {
    let sign = 1;
    for (;;) {
      if (this.#take("-")) sign = -sign;
      else if (!this.#take("+")) return sign * this.#power();
    }
  }

  #power(): number {
    const base = this.#postfix();
    if (!this.#take("^")) return base;
    if (++this.#depth > MAX_DEPTH) throw this.#wrong("is nested too deeply");
    const value = base ** this.#signed();
    this.#percent = false;
    this.#depth--;
    return value;
  }

  /** `%` before an operand is modulo, otherwise percent; `!` is the factorial. */
  #postfix(): number {
    let value = this.#atom();
    this.#percent = false;
    for (;;) {
      if (/^\s*%(?!\s*[\p{L}\d.(])/u.test(this.#rest())) {
        this.#take("%");
        value /= 100;
        this.#percent = true;
      } else if (this.#take("!")) value = this.#factorial(value);
      else return value;
    }
  }

  #factorial(n: number): number {
    if (!Number.isInteger(n) || n < 0 || n > 170) {
      throw this.#wrong(`asks for the factorial of ${n}`);
    }
    let value = 1;
    for (let i = 2; i <= n; i++) value *= i;
    return value;
  }

  #atom(): number {
    if (this.#take("(")) {
      const value = this.#sum();
      this.#expect(")");
      return value;
    }
    const number = this.#match(/^\s*((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)/);
    if (number !== undefined) return Number(number);
    const name = this.#match(/^\s*([\p{L}][\p{L}\d]*)/u)?.toLowerCase();
    if (name === undefined) throw this.#unexpected();
    if (Object.hasOwn(CONSTANTS, name)) return CONSTANTS[name]!;
    if (!Object.hasOwn(FUNCTIONS, name)) throw this.#wrong(`uses "${name}", which is not known`);
    return this.#call(name);
  }

  #call(name: string): number {
    this.#expect("(");
    const args = [this.#sum()];
    while (this.#take(",") || this.#take(";")) args.push(this.#sum());
    this.#expect(")");
    return FUNCTIONS[name]!(...args);
  }

  #rest(): string {
    return this.#text.slice(this.#at);
  }

  #peek(): string {
    return this.#rest().trimStart().slice(0, 1);
  }

  #take(char: string): boolean {
    if (this.#peek() !== char) return false;
    this.#at += this.#rest().indexOf(char) + 1;
    return true;
  }

  #expect(char: string): void {
    if (!this.#take(char)) throw this.#wrong(`lacks a "${char}" at "${this.#rest().slice(0, 20)}"`);
  }

  #match(pattern: RegExp): string | undefined {
    const found = pattern.exec(this.#rest());
    if (!found) return undefined;
    this.#at += found[0].length;
    return found[1];
  }

  #unexpected(): AppError {
    const rest = this.#rest().trim().slice(0, 20);
    return this.#wrong(
      rest === "" ? "ends too early" : `has "${rest}" where a number or operator belongs`,
    );
  }

  #wrong(what: string): AppError {
    return new AppError("invalid_input", { detail: `"${this.expression}" ${what}` });
  }
}
