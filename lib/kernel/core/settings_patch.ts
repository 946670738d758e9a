/**
 * Settings as a merge patch (RFC 7396) over defaults that a schema holds: `null` takes a change back, and what a
 * newer schema no longer knows or takes is left out, so that the default holds.
 */
import type { FieldError } from "./errors.ts";
import type { Json, JsonObject } from "./json.ts";

/** What is needed of a zod schema of areas (`area.name`). */
export interface SettingsSchema<T> {
  safeParse(value: unknown):
    | { readonly success: true; readonly data: T }
    | { readonly success: false; readonly error: { readonly issues: readonly SettingsIssue[] } };
}

interface SettingsIssue {
  readonly code?: string | undefined;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
}

export function settingsFrom<T>(schema: SettingsSchema<T>, changed: JsonObject): T {
  const rest = structuredClone(changed) as JsonObject;
  // Each round removes at least one setting.
  for (;;) {
    const result = schema.safeParse(rest);
    if (result.success) return result.data;
    for (const issue of result.error.issues) {
      const path = issue.code === "unrecognized_keys"
        ? [...issue.path, issue.keys![0]!]
        : issue.path;
      // Whatever is wrong deeper goes with its setting (`area.name`).
      remove(rest, path.slice(0, 2).map(String));
    }
  }
}

/** Each setting that is unknown or out of its range. */
export function settingsProblems<T>(schema: SettingsSchema<T>, changed: JsonObject): FieldError[] {
  const result = schema.safeParse(changed);
  if (result.success) return [];
  return result.error.issues.flatMap((issue) => {
    const at = issue.path.map(String);
    return issue.code === "unrecognized_keys"
      ? issue.keys!.map((name) => ({ path: [...at, name].join("."), message: "no such setting" }))
      : [{ path: at.join(".") || "body", message: issue.message }];
  });
}

export function mergePatch(target: Json, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const merged = new Map(isObject(target) ? Object.entries(target) : []);
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) merged.delete(name);
    else merged.set(name, mergePatch(merged.get(name) ?? {}, value));
  }
  return Object.fromEntries(merged);
}

/** Without areas in which nothing is changed. */
export function withoutEmpty(changed: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(changed).filter(([, part]) => !isObject(part) || Object.keys(part).length > 0),
  );
}

function remove(object: JsonObject, [area, name]: string[]): void {
  const part = area === undefined ? undefined : object[area];
  if (name !== undefined && isObject(part) && Object.hasOwn(part, name)) delete part[name];
  else for (const key of area === undefined ? Object.keys(object) : [area]) delete object[key];
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
