/** JSON values, their canonical form and digests. */
import { createHash } from "node:crypto";

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** JSON with sorted keys: equal values give equal text. */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value !== "object") return JSON.stringify(value) ?? "null";
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  const entries = Object.entries(value).filter(([, v]) => v !== undefined).sort(([a], [b]) =>
    a < b ? -1 : 1
  );
  return `{${entries.map(([k, v]) => `${JSON.stringify(k)}:${canonicalJson(v)}`).join(",")}}`;
}

/** SHA-256 of the text, base64url. */
export function digestText(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}

/** SHA-256 of the value's canonical JSON, base64url. */
export function digestJson(value: unknown): string {
  return digestText(canonicalJson(value));
}
