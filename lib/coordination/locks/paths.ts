/**
 * What a path means. Two spellings of one resource must be one lock, so every door normalises first and
 * shows what it made of it. Patterns over paths: `*` any characters of a segment, `?` one of them, `**` as a
 * whole segment any number of segments, also none. `[` and `{` stand for themselves. Pure.
 */
import { AppError } from "../../kernel/core/errors.ts";
import { digestText } from "../../kernel/core/json.ts";

export const PATH_MAX_BYTES = 2_000;
/** Longer ones are kept under their digest: a key holds 2 048 bytes in all. */
const KEY_MAX_BYTES = 1_000;

const encoder = new TextEncoder();

/**
 * NFC, `\` is `/`, empty and `.` segments and a leading `/` removed, case kept. Throws `invalid_input` for
 * `..`, NUL, nothing left, half a surrogate pair, or more than 2 000 bytes.
 */
export function normalizePath(text: string, field = "path"): string {
  if (isPlain(text)) return text;
  if (text.includes("\0")) throw refused(field, "holds a NUL character");
  if (!text.isWellFormed()) throw refused(field, "holds half a surrogate pair");
  const segments = text.normalize("NFC").replaceAll("\\", "/").split("/")
    .filter((segment) => segment !== "" && segment !== ".");
  if (segments.includes("..")) throw refused(field, 'holds a ".." segment; name the path itself');
  if (segments.length === 0) throw refused(field, "names nothing");
  const path = segments.join("/");
  const sizeBytes = encoder.encode(path).length;
  if (sizeBytes > PATH_MAX_BYTES) {
    throw refused(field, `is ${sizeBytes} bytes long, more than ${PATH_MAX_BYTES}`);
  }
  return path;
}

/** Most paths are: nothing in them changes. */
function isPlain(text: string): boolean {
  return text.length <= 500 && /^[A-Za-z0-9_@+=,~ -][A-Za-z0-9_.@+=,~ /-]*$/.test(text) &&
    !/\/\/|\/\.|\/$/.test(text);
}

/** The part of a key that stands for a path or a pattern. */
export function keyPart(path: string): string {
  if (path.length * 3 <= KEY_MAX_BYTES || encoder.encode(path).length <= KEY_MAX_BYTES) return path;
  // No path holds a NUL, so this is never one.
  return `${LONG_PREFIX}${digestText(path)}`;
}

export const LONG_PREFIX = "\0";

function refused(field: string, what: string): AppError {
  return new AppError("invalid_input", {
    detail: `${field} ${what}`,
    fields: [{ path: field, message: what }],
  });
}

/** As `normalizePath`; neighbouring `**` become one. */
export function normalizeGlob(text: string, field = "glob"): string {
  const segments = normalizePath(text, field).split("/");
  return segments.filter((segment, i) => segment !== "**" || segments[i - 1] !== "**").join("/");
}

/** The longest text every matching path begins with. */
export function literalPrefix(glob: string): string {
  const segments = glob.split("/");
  const wild = segments.findIndex((segment) => /[*?]/.test(segment));
  if (wild === -1) return glob;
  const folder = segments.slice(0, wild).join("/");
  // `src/**` matches `src` itself.
  if (segments[wild] === "**") return folder;
  const start = segments[wild]!.slice(0, segments[wild]!.search(/[*?]/));
  return folder === "" ? start : `${folder}/${start}`;
}

export function matchesGlob(glob: string, path: string): boolean {
  return overlaps(glob.split("/"), path.split("/"), false);
}

/** Whether some path matches both. */
export function globsOverlap(a: string, b: string): boolean {
  return overlaps(a.split("/"), b.split("/"), true);
}

/**
 * Walks both lists of segments at once, from the end: `reach[j]` says whether the rest of `a` from i and the
 * rest of `b` from j have something in common. `**` is nothing, or takes one segment and stays.
 */
function overlaps(a: readonly string[], b: readonly string[], bIsGlob: boolean): boolean {
  let below = lastRow(b, bIsGlob);
  for (let i = a.length - 1; i >= 0; i--) {
    const row = new Array<boolean>(b.length + 1);
    const deepA = a[i] === "**";
    row[b.length] = deepA && below[b.length]!;
    for (let j = b.length - 1; j >= 0; j--) {
      const deepB = bIsGlob && b[j] === "**";
      row[j] = deepA || deepB
        ? below[j]! || row[j + 1]!
        : below[j + 1]! && segmentsMeet(a[i]!, b[j]!, bIsGlob);
    }
    below = row;
  }
  return below[0]!;
}

/** What is left of `b` when `a` is used up must be able to be nothing. */
function lastRow(b: readonly string[], bIsGlob: boolean): boolean[] {
  const row = new Array<boolean>(b.length + 1);
  row[b.length] = true;
  for (let j = b.length - 1; j >= 0; j--) row[j] = row[j + 1]! && bIsGlob && b[j] === "**";
  return row;
}

/** Whether some segment matches both; `b` is literal unless it is of a glob. */
function segmentsMeet(a: string, b: string, bIsGlob: boolean): boolean {
  if (!/[*?]/.test(a) && !(bIsGlob && /[*?]/.test(b))) return a === b;
  const left = [...a];
  const right = [...b];
  const star = (char: string, glob: boolean) => glob && char === "*";
  let below = right.map((_, j) => right.slice(j).every((char) => star(char, bIsGlob)));
  below.push(true);
  for (let i = left.length - 1; i >= 0; i--) {
    const row = new Array<boolean>(right.length + 1);
    const starA = left[i] === "*";
    row[right.length] = starA && below[right.length]!;
    for (let j = right.length - 1; j >= 0; j--) {
      const starB = star(right[j]!, bIsGlob);
      // A star is nothing, or takes one character of the other side and stays.
      if (starA || starB) row[j] = below[j]! || row[j + 1]!;
      else {
        const same = left[i] === right[j] || left[i] === "?" || bIsGlob && right[j] === "?";
        row[j] = same && below[j + 1]!;
      }
    }
    below = row;
  }
  return below[0]!;
}
