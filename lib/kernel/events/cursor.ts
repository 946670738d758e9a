/**
 * An event's id, and so a cursor, is `<versionstamp>.<index>`; the index counts over all events of the
 * commit, so a cursor of the workspace feed and of one stream mean the same place. Pure.
 */
import { AppError } from "../core/errors.ts";

export interface Cursor {
  /** 20 hex digits; "" is before everything. */
  readonly stamp: string;
  readonly index: number;
}

export const CURSOR_START: Cursor = { stamp: "", index: -1 };
const CURSOR = /^([0-9a-f]{20})\.(\d{1,6})$/;

/** Throws `invalid_input` for what was never a cursor. */
export function parseCursor(text: string | undefined): Cursor {
  if (text === undefined || text === "") return CURSOR_START;
  const match = CURSOR.exec(text);
  if (!match) {
    throw new AppError("invalid_input", {
      detail: `"${text.slice(0, 80)}" is not an event id; use the id of an event of this stream`,
      fields: [{ path: "after", message: "not an event id" }],
    });
  }
  return { stamp: match[1]!, index: Number(match[2]) };
}

/** Negative, zero or positive, in log order. */
export function compareCursor(a: Cursor, b: Cursor): number {
  if (a.stamp !== b.stamp) return a.stamp < b.stamp ? -1 : 1;
  return a.index - b.index;
}
