import { assertEquals, assertThrows } from "@std/assert";
import { z } from "zod";
import { AppError } from "../../lib/kernel/core/errors.ts";
import { check, isCompatPath } from "./_compat.ts";

const schema = z.strictObject({
  agentId: z.string().min(1).max(20),
  message: z.string().trim().min(1),
  type: z.enum(["note", "status"]).default("note"),
  ttlMs: z.number().int().optional(),
  nested: z.strictObject({ a: z.number() }).optional(),
});
const good = { agentId: "phoenix", message: "hello" };
const kept = { ...good, type: "note" as const };

const ACCEPTED: readonly [string, Record<string, unknown>, unknown][] = [
  ["what the schema knows", good, kept],
  ["an unknown member", { ...good, extra: 1 }, kept],
  ["a nested unknown member", { ...good, nested: { a: 1, b: 2 } }, { ...kept, nested: { a: 1 } }],
  ["null for an absent member", { ...good, ttlMs: null, type: null }, kept],
  ["an empty string for an absent member", { ...good, type: "" }, kept],
  ["null in a nested member", { ...good, nested: { a: 1, b: null } }, {
    ...kept,
    nested: { a: 1 },
  }],
  ["__proto__", JSON.parse('{"agentId":"phoenix","message":"hello","__proto__":{"a":1}}'), kept],
];

for (const [what, body, expected] of ACCEPTED) {
  Deno.test(`check() takes ${what}`, () => assertEquals(check(schema, body), expected as never));
}

const REFUSED: readonly [string, Record<string, unknown>, string][] = [
  ["nothing", {}, "agentId, message required"],
  ["one missing", { agentId: "phoenix" }, "message required"],
  ["an empty string", { agentId: "", message: "hello" }, "agentId required"],
  ["null for a required member", { agentId: "phoenix", message: null }, "message required"],
  ["missing before wrong", { agentId: 5 }, "message required"],
  [
    "a wrong type",
    { ...good, ttlMs: "soon" },
    "ttlMs: Invalid input: expected number, received string",
  ],
  [
    "an unknown choice",
    { ...good, type: "shout" },
    'type: Invalid option: expected one of "note"|"status"',
  ],
  ["a nested missing member", { ...good, nested: {} }, "nested.a required"],
];

for (const [what, body, detail] of REFUSED) {
  Deno.test(`check() refuses ${what}: ${detail}`, () => {
    const error = assertThrows(() => check(schema, body), AppError);
    assertEquals([error.code, error.detail], ["invalid_input", detail]);
  });
}

Deno.test("check() leaves what it was given as it was", () => {
  const body = { ...good, extra: { a: null } };
  check(schema, body);
  assertEquals(body, { ...good, extra: { a: null } });
});

Deno.test("isCompatPath() takes whole segments only", () => {
  const paths = [
    "/coordinator",
    "/agent/x/soul",
    "/lock/a",
    "/agents",
    "/locks/a",
    "/api/v1/agent",
  ];
  assertEquals(paths.map(isCompatPath), [true, true, true, false, false, false]);
});
