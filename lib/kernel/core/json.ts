/** JSON values, their canonical form and digests. */
import { createHash } from "node:crypto";

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** JSON with sorted keys: equal values give equal text. */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value !== "object") return JSON.stringify(value) ?? "null";
  let text = "";
  if (Array.isArray(value)) {
    for (const one of value) text += (text === "" ? "[" : ",") + canonicalJson(one);
    return text === "" ? "[]" : text + "]";
  }
  const members = value as Record<string, unknown>;
  for (const name of Object.keys(members).sort()) {
    const member = members[name];
    if (member === undefined) continue;
    text += `${text === "" ? "{" : ","}${JSON.stringify(name)}:${canonicalJson(member)}`;
  }
  return text === "" ? "{}" : text + "}";
}

/** SHA-256 of the text, base64url. */
export function digestText(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}

/** SHA-256 of the value's canonical JSON, base64url. */
export function digestJson(value: unknown): string {
  return digestText(canonicalJson(value));
}
