import { assert, assertEquals } from "@std/assert";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { AppError } from "../../kernel/core/errors.ts";
import type { Json, JsonObject } from "../../kernel/core/json.ts";
import { fillSchema } from "./fill.ts";
import { readMaterial } from "./material.ts";

const REQUESTS = [
  "Compare tea and coffee for a long night of work, with prices of 2 and 3 euros",
  "Extract the details: Name: Ada Lovelace; born 1815-12-10; e-mail ada@example.org",
  "Berechne 12 * 8 und erkläre den Weg",
  "x",
];

const material = (request: string) =>
  readMaterial({ messages: [{ role: "user", content: request }] });

const name = fc.constantFrom(
  ...[
    "id",
    "title",
    "score",
    "reason",
    "tasks",
    "tags",
    "accept",
    "amount",
    "email",
    "kind",
    "notes",
    "items",
    "value",
  ],
);

const stringSchema: fc.Arbitrary<JsonObject> = fc.oneof(
  fc.tuple(fc.nat(20), fc.nat(60)).map(([minLength, more]) => ({
    type: "string",
    minLength,
    maxLength: minLength + more,
  })),
  fc.constantFrom(
    ...[
      "^[a-z]+$",
      "^t[0-9]+$",
      "^[A-Z]{3}-\\d{4}$",
      "^(?:yes|no)$",
      "^\\w+@\\w+\\.com$",
      "[0-9]{2,}",
      "^#[0-9a-f]{6}$",
    ],
  ).map((pattern): JsonObject => ({ type: "string", pattern })),
  fc.constant<JsonObject>({ type: "string" }),
  fc.uniqueArray(fc.constantFrom("low", "medium", "high", "accept", "reject", "tea"), {
    minLength: 1,
  })
    .map((options): JsonObject => ({ type: "string", enum: options })),
);

const numberSchema: fc.Arbitrary<JsonObject> = fc.oneof(
  fc.tuple(fc.integer({ min: -50, max: 50 }), fc.nat(100), fc.constantFrom("integer", "number"))
    .map(([minimum, more, type]): JsonObject => ({ type, minimum, maximum: minimum + more })),
  fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: 2, max: 50 }))
    .map(([low, more]): JsonObject => ({
      type: "integer",
      exclusiveMinimum: low,
      exclusiveMaximum: low + more,
    })),
  fc.integer({ min: 1, max: 12 }).map((multipleOf): JsonObject => ({
    type: "integer",
    multipleOf,
    minimum: 0,
  })),
);

const leaf: fc.Arbitrary<JsonObject> = fc.oneof(
  stringSchema,
  numberSchema,
  fc.constant<JsonObject>({ type: "boolean" }),
  fc.constant<JsonObject>({ type: "null" }),
  fc.constantFrom<Json>("fixed", 7, true, null).map((value): JsonObject => ({ const: value })),
  fc.constant<JsonObject>({ type: ["string", "null"] }),
);

const { schema } = fc.letrec<{ schema: JsonObject }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    leaf,
    fc.tuple(
      fc.dictionary(name, tie("schema"), { maxKeys: 4, noNullPrototype: true }),
      fc.boolean(),
      fc.boolean(),
    )
      .map(([properties, all, closed]): JsonObject => ({
        type: "object",
        properties,
        required: all ? Object.keys(properties) : Object.keys(properties).slice(0, 1),
        ...(closed ? { additionalProperties: false } : {}),
      })),
    fc.tuple(tie("schema"), fc.nat(3), fc.nat(4))
      .map(([items, minItems, more]): JsonObject => ({
        type: "array",
        items,
        minItems,
        maxItems: minItems + more,
      })),
    fc.tuple(tie("schema"), tie("schema")).map(([a, b]): JsonObject => ({ anyOf: [a, b] })),
    tie("schema").map((inner): JsonObject => ({ allOf: [inner] })),
  ),
}));

Deno.test("fillSchema() gives a value that an independent validator accepts, for random schemas", () => {
  const ajv = new Ajv2020({ strict: false });
  fc.assert(
    fc.property(schema, fc.constantFrom(...REQUESTS), (schema, request) => {
      const value = fillSchema(schema, material(request));
      const valid = ajv.validate(schema, value);
      assert(valid, `${JSON.stringify(value)}: ${ajv.errorsText()}`);
    }),
    { numRuns: 600 },
  );
});

Deno.test("fillSchema() keeps references, unique items, free properties and one-of apart", () => {
  const ajv = new Ajv2020({ strict: false });
  const schemas: JsonObject[] = [
    {
      $ref: "#/$defs/node",
      $defs: {
        node: {
          type: "object",
          properties: {
            title: { type: "string" },
            children: { type: "array", items: { $ref: "#/$defs/node" } },
          },
          required: ["title", "children"],
        },
      },
    },
    {
      type: "array",
      uniqueItems: true,
      minItems: 5,
      items: { type: "integer", minimum: 1, maximum: 5 },
    },
    {
      type: "array",
      uniqueItems: true,
      minItems: 3,
      items: { type: "string", enum: ["a", "b", "c"] },
    },
    { type: "object", additionalProperties: { type: "number" }, minProperties: 2 },
    {
      type: "object",
      propertyNames: { pattern: "^[a-z]{2}$" },
      additionalProperties: { type: "string" },
      minProperties: 1,
    },
    { oneOf: [{ type: "integer", multipleOf: 2 }, { type: "integer", multipleOf: 3 }] },
    {
      type: "object",
      properties: { kind: { const: "b" } },
      required: ["kind", "x"],
      if: { properties: { kind: { const: "b" } } },
      then: { properties: { x: { type: "integer" } } },
    },
    {
      type: "array",
      prefixItems: [{ type: "string" }, { type: "integer" }],
      items: false,
      minItems: 2,
    },
    { type: "array", items: { type: "string" }, contains: { const: "must" } },
    { type: "string", not: { const: "Tea" } },
  ];
  for (const schema of schemas) {
    const value = fillSchema(schema, material(REQUESTS[0]!));
    assert(
      ajv.validate(schema, value),
      `${JSON.stringify(schema)} → ${JSON.stringify(value)}: ${ajv.errorsText()}`,
    );
  }
});

Deno.test("fillSchema() takes values from the text where the fields name them", () => {
  const text =
    "Extract the order from this mail: Dear team, please send 12 boxes to Maria Rossi, maria@rossi.it, by 2026-12-24. Budget: 480 euros.";
  const value = fillSchema({
    type: "object",
    properties: {
      customer: { type: "string" },
      email: { type: "string", format: "email" },
      date: { type: "string", format: "date" },
      boxes: { type: "integer" },
      budget: { type: "number" },
    },
    required: ["customer", "email", "date", "boxes", "budget"],
  }, material(text));
  assertEquals(value, {
    customer: "Maria Rossi",
    email: "maria@rossi.it",
    date: "2026-12-24",
    boxes: 12,
    budget: 480,
  });
});

Deno.test("fillSchema() answers or refuses at once whatever the schema asks for", () => {
  const text = `Say a: ${"a".repeat(60)}!`;
  const of = (a: JsonObject): JsonObject => ({
    type: "object",
    properties: { a },
    required: ["a"],
  });
  const self = { $ref: "#" };
  const pair = (to: string) => ({ allOf: [{ $ref: to }, { $ref: to }, { $ref: to }] });
  const schemas: JsonObject[] = [
    of({ type: "string", minLength: 1e9 }),
    of({ type: "string", minLength: 1e9, pattern: "^a+$" }),
    of({ type: "string", pattern: "^(a+)+$" }),
    of({ type: "string", pattern: "^((a{9999}){9999}){9999}$" }),
    of({ type: "array", minItems: 1e9, items: { type: "string" } }),
    of(self),
    { type: "object", required: Array.from({ length: 20_000 }, (_, i) => `p${i}`) },
    { type: "object", minProperties: 1e9, additionalProperties: { type: "string" } },
    { type: "object", properties: { a: self, b: self, c: self, d: self, e: self, f: self } },
    { $defs: { a: pair("#/$defs/b"), b: pair("#/$defs/a") }, $ref: "#/$defs/a" },
    {
      $defs: Object.fromEntries(Array.from({ length: 20 }, (_, i): [string, JsonObject] => [
        `d${i}`,
        i === 0 ? { type: "string" } : { anyOf: Array(9).fill({ $ref: `#/$defs/d${i - 1}` }) },
      ])),
      $ref: "#/$defs/d19",
    },
  ];
  for (const schema of schemas) {
    const startedAt = performance.now();
    try {
      fillSchema(schema, material(text));
    } catch (error) {
      assert(error instanceof AppError && error.code === "invalid_input", String(error));
    }
    assert(performance.now() - startedAt < 3_000, JSON.stringify(schema));
  }
});
