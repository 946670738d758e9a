import { assertEquals } from "@std/assert";
import plugin from "../../scripts/lint_plugin.ts";

function findings(path: string, source: string): string[] {
  return Deno.lint.runPlugin(plugin, path, source).map((d) => d.id);
}

const TABLE: readonly [string, string, string, string[]][] = [
  ["time in a slice", "lib/runs/x.ts", "Date.now();", ["muster/time-through-clock"]],
  ["a date of now", "routes/x.ts", "new Date();", ["muster/time-through-clock"]],
  ["a date of something", "lib/runs/x.ts", "new Date(5);", []],
  ["a timer", "lib/engine/x.ts", "setTimeout(f, 5);", ["muster/time-through-clock"]],
  ["time in the clock", "lib/kernel/core/clock.ts", "Date.now();", []],
  ["chance", "lib/runs/x.ts", "Math.random();", ["muster/randomness-through-ids"]],
  ["a UUID", "lib/runs/x.ts", "crypto.randomUUID();", ["muster/randomness-through-ids"]],
  ["the environment", "lib/runs/x.ts", `Deno.env.get("A");`, ["muster/one-environment"]],
  ["the environment at home", "lib/kernel/platform/env.ts", `Deno.env.get("A");`, []],
  ["a second store", "lib/runs/x.ts", "Deno.openKv();", ["muster/one-store"]],
  ["the console", "lib/runs/x.ts", `console.log("a");`, ["muster/log-through-logger"]],
  ["the console of a script", "scripts/x.ts", `console.log("a");`, []],
  ["an own commit", "lib/runs/x.ts", "kv.atomic().commit();", ["muster/atomic-in-kernel-only"]],
  ["the committer", "lib/kernel/kv/x.ts", "kv.atomic().commit();", []],
  [
    "a sleep in a test",
    "lib/runs/x_test.ts",
    "await new Promise((r) => setTimeout(r, 50));",
    ["muster/no-sleep-in-tests"],
  ],
  [
    "a macrotask in a test",
    "lib/runs/x_test.ts",
    "await new Promise((r) => setTimeout(r, 0));",
    [],
  ],
  ["a default export", "lib/runs/x.ts", "export default 1;", ["muster/named-exports"]],
  ["a note to oneself", "lib/runs/x.ts", `// ${"TO"}DO later`, ["muster/finished-work"]],
  [
    "a function of 71 lines",
    "lib/runs/x.ts",
    `function f() {${"\n".repeat(70)}}`,
    ["muster/function-size"],
  ],
  ["a function of 70 lines", "lib/runs/x.ts", `function f() {${"\n".repeat(69)}}`, []],
];

for (const [what, path, source, expected] of TABLE) {
  Deno.test(`lint plugin ${expected.length > 0 ? "reports" : "accepts"} ${what}`, () => {
    assertEquals(findings(path, source), expected);
  });
}
