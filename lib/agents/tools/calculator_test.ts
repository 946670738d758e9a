import { assert, assertEquals, assertThrows } from "@std/assert";
import { AppError } from "../../kernel/core/errors.ts";
import { calculate } from "./calculator.ts";

const SUMS: readonly (readonly [string, number])[] = [
  ["12*7", 84],
  ["2 + 3 * 4", 14],
  ["(2 + 3) * 4", 20],
  ["-2^2", -4],
  ["2^3^2", 512],
  ["2^-1", 0.5],
  ["0.1 + 0.2", 0.3],
  ["10 % 4", 2],
  ["20% * 250", 50],
  ["200 + 10%", 220],
  ["200 - 10% * 2", 199.8],
  ["100 * 1.5 - 20%", 120],
  ["(20%) + 1", 1.2],
  ["7 × 8 ÷ 2 − 1", 27],
  ["max(3, 7, 5) + sqrt(16)", 11],
  ["round(2.345, 2)", 2.35],
  ["5!", 120],
  ["1.5e3 / 3", 500],
  ["12*7 =?", 84],
  ["mean(1, 2, 6)", 3],
];

for (const [expression, value] of SUMS) {
  Deno.test(`calculate() ${expression} is ${value}`, () =>
    assertEquals(calculate(expression), value));
}

const FAULTS: readonly (readonly [string, string])[] = [
  ["", "ends too early"],
  ["2 +", "ends too early"],
  ["2 3", 'has "3"'],
  ["(2 + 3", 'lacks a ")"'],
  ["1 / 0", "divides by zero"],
  ["constructor(1)", 'uses "constructor"'],
  ["globalThis", 'uses "globalthis"'],
  ["9^9^9", "no finite value"],
  ["sqrt(-1)", "no finite value"],
  ["(".repeat(500), "nested too deeply"],
];

for (const [expression, why] of FAULTS) {
  Deno.test(`calculate() refuses ${expression.slice(0, 20) || "nothing"}: ${why}`, () => {
    const error = assertThrows(() => calculate(expression), AppError);
    assertEquals(error.code, "invalid_input");
    assert(error.detail.includes(why), error.detail);
  });
}
