/** A JSON schema as a reader wants it: close to a TypeScript type, with its limits beside it. Pure. */
import type { Schema } from "./openapi.ts";

const DEPTH_MAX = 4;

export function schemaText(schema: Schema | undefined, depth = 0): string {
  if (!schema || Object.keys(schema).length === 0) return "any JSON";
  const ref = schema.$ref;
  if (typeof ref === "string") return ref.slice(ref.lastIndexOf("/") + 1);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (Array.isArray(schema.enum)) return schema.enum.map((v) => JSON.stringify(v)).join(" | ");
  const union = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(union)) {
    return [...new Set(union.map((s) => schemaText(s as Schema, depth + 1)))].join(" | ");
  }
  if (Array.isArray(schema.allOf)) {
    return schema.allOf.map((s) => schemaText(s as Schema, depth + 1)).join(" & ");
  }
  if (Array.isArray(schema.type)) return schema.type.join(" | ");
  switch (schema.type) {
    case "array":
      return arrayText(schema, depth);
    case "object":
      return objectText(schema, depth);
    default:
      return `${schema.type ?? "any JSON"}${limits(schema)}`;
  }
}

function arrayText(schema: Schema, depth: number): string {
  const item = schemaText(schema.items as Schema | undefined, depth + 1);
  return item.includes(" | ") && !item.startsWith("{") ? `(${item})[]` : `${item}[]`;
}

function objectText(schema: Schema, depth: number): string {
  const properties = Object.entries(schema.properties as Record<string, Schema> ?? {});
  if (properties.length === 0) {
    const values = schema.additionalProperties;
    return typeof values === "object" && values
      ? `{ [name]: ${schemaText(values as Schema, depth + 1)} }`
      : "{ … }";
  }
  if (depth >= DEPTH_MAX) return "{ … }";
  const required = new Set(schema.required as string[] ?? []);
  const indent = "  ".repeat(depth + 1);
  const lines = properties.map(([name, value]) =>
    `${indent}${name}${required.has(name) ? "" : "?"}: ${schemaText(value, depth + 1)}`
  );
  return `{\n${lines.join("\n")}\n${"  ".repeat(depth)}}`;
}

const LIMITS: readonly (readonly [string, string])[] = [
  ["minimum", "≥"],
  ["maximum", "≤"],
  ["minLength", "length ≥"],
  ["maxLength", "length ≤"],
];

function limits(schema: Schema): string {
  const found = LIMITS.flatMap(([name, sign]) =>
    typeof schema[name] === "number" && Math.abs(schema[name]) < Number.MAX_SAFE_INTEGER
      ? [`${sign} ${schema[name]}`]
      : []
  );
  if (typeof schema.format === "string") found.push(schema.format);
  if (schema.default !== undefined) found.push(`default ${JSON.stringify(schema.default)}`);
  return found.length > 0 ? ` (${found.join(", ")})` : "";
}
