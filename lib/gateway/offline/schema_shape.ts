/** What kind of value a schema wants, and two schemas as one. */
import { canonicalJson, type Json, type JsonObject } from "../../kernel/core/json.ts";

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function contains(list: readonly Json[], value: Json): boolean {
  const text = canonicalJson(value);
  return list.some((item) => canonicalJson(item) === text);
}

const NUMERIC = ["minimum", "maximum", "multipleOf", "exclusiveMinimum", "exclusiveMaximum"];

/** The type named, or the one its other keywords speak of; empty when any value will do. */
export function typeOf(schema: JsonObject): string {
  if (typeof schema.type === "string") return schema.type;
  const has = (...names: string[]) => names.some((name) => schema[name] !== undefined);
  if (has("properties", "additionalProperties", "required", "minProperties")) return "object";
  if (has("items", "prefixItems", "minItems", "contains")) return "array";
  if (has(...NUMERIC)) return "number";
  return has("pattern", "format", "minLength", "maxLength") ? "string" : "";
}

const LOWER = ["minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"];
const UPPER = ["maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"];

/** Both schemas at once: properties and required joined, the tighter bound of each. */
export function merge(a: JsonObject, b: JsonObject): JsonObject {
  const out: JsonObject = { ...a, ...b };
  if (isObject(a.properties) && isObject(b.properties)) {
    const properties: JsonObject = { ...a.properties };
    for (const [name, own] of Object.entries(b.properties)) {
      const before = properties[name];
      properties[name] = before === undefined || contains([before], own)
        ? own
        : { allOf: [before, own] };
    }
    out.properties = properties;
  }
  if (Array.isArray(a.required) && Array.isArray(b.required)) {
    out.required = [...new Set([...a.required, ...b.required])];
  }
  if (Array.isArray(a.enum) && Array.isArray(b.enum)) {
    const other = b.enum;
    out.enum = a.enum.filter((option) => contains(other, option));
  }
  const tighten = (names: readonly string[], pick: (x: number, y: number) => number) => {
    for (const name of names) {
      const [x, y] = [a[name], b[name]];
      if (typeof x === "number" && typeof y === "number") out[name] = pick(x, y);
    }
  };
  tighten(LOWER, Math.max);
  tighten(UPPER, Math.min);
  if (Array.isArray(a.type) && typeof b.type === "string") out.type = b.type;
  if (typeof a.type === "string" && Array.isArray(b.type)) out.type = a.type;
  if (a.type === "integer" && b.type === "number") out.type = "integer";
  return out;
}
