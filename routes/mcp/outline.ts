/** A result as short indented lines, for clients that show text only; what is empty is left out. */

const LINE_MAX = 240;
const ITEMS_MAX = 50;

export function outline(value: unknown): string {
  return lines(value, "").join("\n");
}

function lines(value: unknown, indent: string): string[] {
  if (Array.isArray(value)) {
    const shown = value.slice(0, ITEMS_MAX).flatMap((item) => itemLines(item, indent));
    const left = value.length - ITEMS_MAX;
    return left > 0 ? [...shown, `${indent}… ${left} more in the structured result`] : shown;
  }
  if (value === null || typeof value !== "object") return [indent + scalar(value)];
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

const isEmpty = (value: unknown) =>
  value === null || value === undefined || value === "" ||
  (Array.isArray(value) && value.length === 0);

/** Scalars, lists of scalars and small objects of scalars stand on one line. */
function isFlat(value: unknown): boolean {
  if (value === null || typeof value !== "object") return true;
  const inner = Object.values(value);
  return inner.every((one) => one === null || typeof one !== "object" || isEmpty(one)) &&
    inline(value).length <= LINE_MAX;
}

function inline(value: unknown): string {
  if (value === null || typeof value !== "object") return scalar(value);
  if (Array.isArray(value)) return value.map(scalar).join(", ");
  return Object.entries(value).filter(([, field]) => !isEmpty(field))
    .map(([name, field]) => `${name} ${scalar(field)}`).join(" · ");
}

const scalar = (value: unknown) =>
  typeof value === "string" ? value.replace(/\s*\n\s*/g, " ⏎ ") : String(value);
