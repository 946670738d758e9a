/** Checks a value against the part of JSON Schema that structured output uses. */
import { AppError } from "../../kernel/core/errors.ts";
import { canonicalJson, type Json, type JsonObject } from "../../kernel/core/json.ts";
import { matches } from "./pattern.ts";

export type Schema = JsonObject | boolean;

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A schema may say in few words what takes years: what one answer may take is counted. */
const STEPS_MAX = 200_000;
let stepsLeft = Infinity;

/** Runs with so many steps; throws `invalid_input` past them. Not to be waited in. */
export function inBounds<T>(run: () => T): T {
  const before = stepsLeft;
  stepsLeft = STEPS_MAX;
  try {
    return run();
  } finally {
    stepsLeft = before;
  }
}

export function step(depth: number, steps = 1): void {
  stepsLeft -= steps;
  if (stepsLeft < 0 || depth > DEPTH_MAX) {
    throw new AppError("invalid_input", {
      detail: "The schema is too involved for the demonstration model",
      data: { openai: { param: "response_format", code: "invalid_value" } },
    });
  }
}

const DEPTH_MAX = 64;

/** True when the value fits; `root` holds `$defs` that `$ref` points into. */
export function fits(value: Json, schema: Schema, root: Schema, depth = 0): boolean {
  if (typeof schema === "boolean") return schema;
  if (depth > DEPTH_MAX) return true;
  step(0);
  const inner = (v: Json, s: Json | undefined) => fits(v, (s ?? true) as Schema, root, depth + 1);
  if (typeof schema.$ref === "string") {
    const target = deref(schema.$ref, root);
    if (target === null || !inner(value, target as Json)) return false;
  }
  if (schema.const !== undefined && !same(schema.const, value)) return false;
  if (Array.isArray(schema.enum) && !schema.enum.some((option) => same(option, value))) {
    return false;
  }
  if (schema.type !== undefined) {
    const types = Array.isArray(schema.type) ? schema.type : [schema.type];
    if (!types.some((type) => hasType(value, String(type)))) return false;
  }
  if (Array.isArray(schema.allOf) && !schema.allOf.every((s) => inner(value, s))) return false;
  if (Array.isArray(schema.anyOf) && !schema.anyOf.some((s) => inner(value, s))) return false;
  if (Array.isArray(schema.oneOf) && schema.oneOf.filter((s) => inner(value, s)).length !== 1) {
    return false;
  }
  if (schema.not !== undefined && inner(value, schema.not)) return false;
  if (schema.if !== undefined) {
    const branch = inner(value, schema.if) ? schema.then : schema.else;
    if (branch !== undefined && !inner(value, branch)) return false;
  }
  if (typeof value === "string") return fitsString(value, schema);
  if (typeof value === "number") return fitsNumber(value, schema);
  if (Array.isArray(value)) return fitsArray(value, schema, inner);
  return isObject(value) ? fitsObject(value, schema, inner) : true;
}

const same = (a: Json, b: Json) => canonicalJson(a) === canonicalJson(b);

export function deref(ref: string, root: Schema): Schema | null {
  if (ref === "#") return root;
  if (!ref.startsWith("#/")) return null;
  let at: Json | undefined = root as Json;
  for (const part of ref.slice(2).split("/")) {
    const key = decodeURIComponent(part).replace(/~1/g, "/").replace(/~0/g, "~");
    at = isObject(at) ? at[key] : Array.isArray(at) ? at[Number(key)] : undefined;
  }
  return isObject(at) || typeof at === "boolean" ? at : null;
}

function hasType(value: Json, type: string): boolean {
  switch (type) {
    case "integer":
      return typeof value === "number" && Number.isInteger(value);
    case "array":
      return Array.isArray(value);
    case "object":
      return isObject(value);
    case "null":
      return value === null;
    case "string":
      return typeof value === "string";
    case "number":
      return typeof value === "number";
    case "boolean":
      return typeof value === "boolean";
    default:
      return false;
  }
}

const limit = (schema: JsonObject, name: string, or: number): number => {
  const value = schema[name];
  return typeof value === "number" ? value : or;
};

const FORMATS: Record<string, RegExp> = {
  date: /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/,
  "date-time": /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:?\d{2})$/,
  time: /^\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:?\d{2})?$/,
  email: /^[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+$/,
  uri: /^[a-z][a-z0-9+.-]*:\S+$/i,
  uuid: /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i,
};

function fitsString(value: string, schema: JsonObject): boolean {
  const length = [...value].length;
  if (length < limit(schema, "minLength", 0) || length > limit(schema, "maxLength", Infinity)) {
    return false;
  }
  if (typeof schema.pattern === "string" && matches(schema.pattern, value) === false) {
    return false;
  }
  return typeof schema.format !== "string" || (FORMATS[schema.format]?.test(value) ?? true);
}

function fitsNumber(value: number, schema: JsonObject): boolean {
  if (value < limit(schema, "minimum", -Infinity) || value > limit(schema, "maximum", Infinity)) {
    return false;
  }
  if (value <= limit(schema, "exclusiveMinimum", -Infinity)) return false;
  if (value >= limit(schema, "exclusiveMaximum", Infinity)) return false;
  const multiple = limit(schema, "multipleOf", 0);
  return multiple === 0 || Number.isInteger(value / multiple) ||
    Math.abs(value / multiple - Math.round(value / multiple)) < 1e-9;
}

type Inner = (value: Json, schema: Json | undefined) => boolean;

function fitsArray(value: Json[], schema: JsonObject, inner: Inner): boolean {
  if (
    value.length < limit(schema, "minItems", 0) ||
    value.length > limit(schema, "maxItems", Infinity)
  ) return false;
  if (schema.uniqueItems === true && new Set(value.map(canonicalJson)).size !== value.length) {
    return false;
  }
  const prefix = Array.isArray(schema.prefixItems) ? schema.prefixItems : [];
  if (!value.every((item, i) => inner(item, i < prefix.length ? prefix[i] : schema.items))) {
    return false;
  }
  return schema.contains === undefined || value.some((item) => inner(item, schema.contains));
}

function fitsObject(value: JsonObject, schema: JsonObject, inner: Inner): boolean {
  const keys = Object.keys(value);
  if (
    keys.length < limit(schema, "minProperties", 0) ||
    keys.length > limit(schema, "maxProperties", Infinity)
  ) return false;
  if (
    Array.isArray(schema.required) &&
    !schema.required.every((key) => Object.hasOwn(value, String(key)))
  ) return false;
  const properties = isObject(schema.properties) ? schema.properties : {};
  const patterns = isObject(schema.patternProperties)
    ? Object.entries(schema.patternProperties)
    : [];
  return keys.every((key) => {
    if (schema.propertyNames !== undefined && !inner(key, schema.propertyNames)) return false;
    let known = Object.hasOwn(properties, key);
    if (known && !inner(value[key]!, properties[key])) return false;
    for (const [pattern, s] of patterns) {
      if (!matches(pattern, key)) continue;
      known = true;
      if (!inner(value[key]!, s)) return false;
    }
    return known || schema.additionalProperties === undefined ||
      inner(value[key]!, schema.additionalProperties);
  });
}
