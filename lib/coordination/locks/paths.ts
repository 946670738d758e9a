/**
 * What a path means. Two spellings of one resource must be one lock, so every door normalises first and
 * shows what it made of it. Pure.
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
