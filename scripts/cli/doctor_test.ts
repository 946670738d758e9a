import { assertEquals } from "@std/assert";
import { readConfig } from "../../lib/kernel/platform/config.ts";
import { advice } from "./doctor.ts";

const TABLE: readonly [string, Record<string, string>, number][] = [
  ["nothing about the defaults", {}, 0],
  ["a locked server", { HOST: "0.0.0.0" }, 1],
  ["a short admin key", { MUSTER_ADMIN_KEY: "short" }, 1],
  ["a remote store without a master key", { MUSTER_KV: "https://kv.example" }, 1],
  ["nothing about a long key", { MUSTER_ADMIN_KEY: "k".repeat(24) }, 0],
  ["a bare deployment", { DENO_DEPLOY: "true" }, 3],
];

for (const [what, env, count] of TABLE) {
  Deno.test(`advice() notes ${what}`, () => {
    assertEquals(advice(readConfig(env)).length, count);
  });
}
