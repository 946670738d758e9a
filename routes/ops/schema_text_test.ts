import { assertEquals } from "@std/assert";
import type { Schema } from "./openapi.ts";
import { schemaText } from "./schema_text.ts";

const TABLE: readonly [string, Schema | undefined, string][] = [
  ["nothing", undefined, "any JSON"],
  ["a reference", { $ref: "#/components/schemas/Run" }, "Run"],
  ["a choice", { enum: ["a", "b"] }, '"a" | "b"'],
  ["a constant", { const: "muster" }, '"muster"'],
  [
    "limits",
    { type: "integer", minimum: 1, maximum: 100, default: 25 },
    "integer (≥ 1, ≤ 100, default 25)",
  ],
  ["a list of choices", { type: "array", items: { enum: ["a", "b"] } }, '("a" | "b")[]'],
  ["a map", { type: "object", additionalProperties: { type: "string" } }, "{ [name]: string }"],
  ["either", { anyOf: [{ type: "string" }, { type: "null" }] }, "string | null"],
  [
    "an object",
    {
      type: "object",
      properties: { a: { type: "string" }, b: { $ref: "#/x/B" } },
      required: ["a"],
    },
    "{\n  a: string\n  b?: B\n}",
  ],
];

for (const [what, schema, expected] of TABLE) {
  Deno.test(`schemaText() shows ${what}`, () => assertEquals(schemaText(schema), expected));
}
