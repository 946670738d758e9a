/** A result as short indented lines, for clients that show text only; what is empty is left out. */

const LINE_MAX = 200;
const ITEMS_MAX = 50;

export function outline(value: unknown): string {
  return lines(value, "").join("\n");
}

/** "1 task", "2 tasks". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

function lines(value: unknown, indent: string): string[] {
  if (Array.isArray(value)) {
    const shown = value.slice(0, ITEMS_MAX).flatMap((item) => itemLines(item, indent));
    const left = value.length - ITEMS_MAX;
    return left > 0 ? [...shown, `${indent}… ${left} more in the structured result`] : shown;
  }
  if (value === null || typeof value !== "object") return block(String(value), indent);
  return Object.entries(value).flatMap(([name, field]) => {
    if (isEmpty(field)) return [];
    if (isFlat(field)) return [`${indent}${name}: ${inline(field)}`];
    return [`${indent}${name}:`, ...lines(field, `${indent}  `)];
  });
}

function itemLines(item: unknown, indent: string): string[] {
  if (isFlat(item)) return [`${indent}- ${inline(item)}`];
  const [first, ...rest] = lines(item, `${indent}  `);
  return first === undefined ? [] : [`${indent}- ${first.trimStart()}`, ...rest];
}

/** A text of several lines keeps them. */
const block = (text: string, indent: string) => text.split("\n").map((line) => indent + line);

const isScalar = (value: unknown) => value === null || typeof value !== "object";

const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || value === "" ||
  (typeof value === "object" && Object.values(value).every(isEmpty));

/** Stands on one line: scalars, lists of them, small objects of both. */
function isFlat(value: unknown): boolean {
  if (isScalar(value)) return !String(value).includes("\n");
  const inner = Object.values(value as object);
  const shallow = inner.every((one) =>
    isScalar(one) || (!Array.isArray(value) && Array.isArray(one) && one.every(isScalar))
  );
  if (!shallow) return false;
  const line = inline(value);
  return line.length <= LINE_MAX && !line.includes("\n");
}

function inline(value: unknown): string {
  if (isScalar(value)) return String(value);
  if (Array.isArray(value)) return value.map(String).join(", ");
  return Object.entries(value as object).filter(([, field]) => !isEmpty(field))
    .map(([name, field]) => `${name} ${inline(field)}`).join(" · ");
}
