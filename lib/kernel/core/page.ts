/** Pages and their cursors: base64url of the last key suffix and a hash of the query it belongs to. */
import { AppError } from "./errors.ts";
import { digestText } from "./json.ts";

export interface Page<T> {
  readonly items: T[];
  readonly nextCursor: string | null;
}

export interface PageQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

export const PAGE_LIMIT_DEFAULT = 25;
export const PAGE_LIMIT_MAX = 100;

const queryHash = (query: string) => digestText(query).slice(0, 8);

/** `query` names list, workspace and filters; a cursor of another query is refused. */
export function encodeCursor(query: string, position: string): string {
  const bytes = new TextEncoder().encode(queryHash(query) + position);
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll(
    "=",
    "",
  );
}

export function decodeCursor(query: string, cursor: string): string {
  let text: string;
  try {
    const binary = atob(cursor.replaceAll("-", "+").replaceAll("_", "/"));
    text = new TextDecoder("utf-8", { fatal: true }).decode(
      Uint8Array.from(binary, (c) => c.charCodeAt(0)),
    );
  } catch {
    throw badCursor();
  }
  if (text.slice(0, 8) !== queryHash(query)) throw badCursor();
  return text.slice(8);
}

function badCursor(): AppError {
  return new AppError("invalid_input", {
    detail: "The cursor does not belong to this list; start again without one",
    fields: [{ path: "cursor", message: "not a cursor of this list" }],
  });
}
