import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { AppError } from "../core/errors.ts";
import { createKeyspace, defineGlobalKey, defineKey, keyId, storedKey } from "./keyspace.ts";

const options = { slice: "test", version: 1, retention: "keep" } as const;

Deno.test("defineKey() puts the workspace before the prefix", () => {
  const runKey = defineKey("run", options);
  assertEquals([...runKey("default", "run_1")], ["w", "default", "run", "run_1"]);
  assertEquals([...runKey.prefix("default")], ["w", "default", "run"]);
});

Deno.test("createKeyspace() refuses two definitions of one prefix", () => {
  const keys = [defineKey("run", options), defineKey("run", { ...options, slice: "other" })];
  assertThrows(() => createKeyspace(keys), AppError, "already taken by test");
});

Deno.test("createKeyspace() tells which definition a stored key belongs to", () => {
  const keyspace = createKeyspace([defineKey("run", options), defineGlobalKey("run", options)]);
  assertEquals(keyspace.describe(["w", "default", "run", 1])?.scope, "workspace");
  assertEquals(keyspace.describe(["run", 1])?.scope, "global");
  assertEquals(keyspace.describe(["w", "default", "nobody"]), null);
});

const part = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.bigInt(), fc.uint8Array());

Deno.test("keyId() differs for different keys", () => {
  fc.assert(fc.property(fc.array(part), fc.array(part), (a, b) => {
    const same = JSON.stringify(a, tagged) === JSON.stringify(b, tagged);
    if (same) assertEquals(keyId(storedKey(a)), keyId(storedKey(b)));
    else assertNotEquals(keyId(storedKey(a)), keyId(storedKey(b)));
  }));
});

function tagged(_: string, value: unknown): unknown {
  if (typeof value === "bigint") return `bigint ${value}`;
  if (Object.is(value, -0)) return 0;
  return value instanceof Uint8Array ? `bytes ${value.join()}` : value;
}
