/** JSON as lines a person reads and compares. */
import type { Json } from "../../../lib/kernel/core/json.ts";

export interface DiffLine {
  readonly kind: "same" | "add" | "del";
  readonly text: string;
}

/** `key  value` per line for a flat object, indented JSON for anything else. */
export function readableLines(value: Json): string[] {
  if (value === null || typeof value !== "object") return [String(value)];
  const flat = !Array.isArray(value) &&
    Object.values(value).every((v) => v === null || typeof v !== "object");
  if (!flat) return JSON.stringify(value, null, 2).split("\n");
  const entries = Object.entries(value);
  const width = Math.min(24, Math.max(0, ...entries.map(([key]) => key.length)));
  return entries.flatMap(([key, v]) => {
    const [first = "", ...rest] = String(v).split("\n");
    return [
      `${key.padEnd(width)}  ${first}`,
      ...rest.map((line) => `${" ".repeat(width)}  ${line}`),
    ];
  });
}

/** Past this many lines on both sides a comparison line by line is no help and takes long. */
const MOST_COMPARED = 400;

/** The lines of `after` beside those of `before` that are gone: longest common subsequence. */
export function diffLines(before: readonly string[], after: readonly string[]): DiffLine[] {
  if (before.length + after.length > MOST_COMPARED) {
    return [...before.map((text) => line("del", text)), ...after.map((text) => line("add", text))];
  }
  const lengths = commonLengths(before, after);
  const out: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i] === after[j]) {
      out.push(line("same", before[i]!));
      i++;
      j++;
    } else if (
      j >= after.length || (i < before.length && lengths[i + 1]![j]! >= lengths[i]![j + 1]!)
    ) {
      out.push(line("del", before[i++]!));
    } else {
      out.push(line("add", after[j++]!));
    }
  }
  return out;
}

const line = (kind: DiffLine["kind"], text: string): DiffLine => ({ kind, text });

function commonLengths(before: readonly string[], after: readonly string[]): number[][] {
  const lengths = Array.from(
    { length: before.length + 1 },
    () => new Array<number>(after.length + 1).fill(0),
  );
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      lengths[i]![j] = before[i] === after[j]
        ? lengths[i + 1]![j + 1]! + 1
        : Math.max(lengths[i + 1]![j]!, lengths[i]![j + 1]!);
    }
  }
  return lengths;
}
