import { assertEquals } from "@std/assert";
import { importProblem, SLICES } from "./import_rules.ts";
import { importsOf, isTestPath, readSources } from "./source.ts";

const sources = await readSources();
const shipped = sources.filter((s) => !isTestPath(s.path));

Deno.test("imports go one way", () => {
  const problems = shipped.flatMap(({ path, imports }) =>
    imports.flatMap(({ target, typeOnly }) => {
      const problem = target && importProblem(path, target, typeOnly);
      return problem ? [`${path} → ${target}: ${problem}`] : [];
    })
  );
  assertEquals(problems, []);
});

Deno.test("there is no import cycle", () => {
  const graph = new Map(
    shipped.map((s) => [
      s.path,
      s.imports.flatMap((i) => i.target && !i.typeOnly ? [i.target] : []),
    ]),
  );
  assertEquals(findCycle(graph), []);
});

Deno.test("every slice has its place in the order", () => {
  const found = new Set(shipped.flatMap((s) => s.path.match(/^lib\/([a-z_]+)\//)?.[1] ?? []));
  const unknown = [...found].filter((f) =>
    ![...SLICES, "client", "kernel", "std", "ui"].includes(f)
  );
  assertEquals(unknown, [], "add the slice to SLICES in tests/arch/import_rules.ts");
});

Deno.test("hono is imported in routes and main.ts only", () => {
  const found = shipped.filter((s) =>
    s.path !== "main.ts" && !s.path.startsWith("routes/") &&
    s.imports.some((i) => /^(?:@hono\/|hono(?:\/|$))/.test(i.specifier))
  );
  assertEquals(found.map((s) => s.path), []);
});

Deno.test("islands import no package but preact, signals and marked", () => {
  const allowed = /^(?:preact(?:\/hooks)?|@preact\/signals|zod|marked|\.)/;
  const found = shipped.filter((s) => s.path.startsWith("islands/")).flatMap((s) =>
    s.imports.filter((i) => !i.typeOnly && !allowed.test(i.specifier)).map((i) =>
      `${s.path} → ${i.specifier}`
    )
  );
  assertEquals(found, []);
});

const USES: readonly [string, RegExp, string][] = [
  ["Deno.openKv", /\bDeno\.openKv\(/, "lib/kernel/kv/"],
  ["Deno.env", /\bDeno\.env\b/, "lib/kernel/platform/env.ts"],
];

for (const [what, pattern, home] of USES) {
  Deno.test(`${what} is used in one file`, () => {
    const found = shipped.filter((s) =>
      pattern.test(s.text) && s.path !== "scripts/lint_plugin.ts"
    );
    assertEquals(found.map((s) => s.path).length, 1, found.map((s) => s.path).join(", "));
    assertEquals(found[0]!.path.startsWith(home), true, found[0]!.path);
  });
}

const RULES: readonly [string, string, boolean, "may" | "may not"][] = [
  ["lib/kernel/kv/store.ts", "lib/kernel/core/errors.ts", false, "may"],
  ["lib/kernel/core/errors.ts", "lib/kernel/kv/store.ts", false, "may not"],
  ["lib/kernel/platform/log.ts", "lib/kernel/kv/store.ts", false, "may not"],
  ["lib/kernel/jobs/worker.ts", "lib/runs/mod.ts", false, "may not"],
  ["lib/kernel/context.ts", "lib/kernel/kv/store.ts", true, "may"],
  ["lib/kernel/context.ts", "lib/kernel/kv/store.ts", false, "may not"],
  ["lib/runs/list.ts", "lib/engine/mod.ts", false, "may"],
  ["lib/runs/list.ts", "lib/engine/ledger.ts", false, "may not"],
  ["lib/engine/mod.ts", "lib/runs/mod.ts", false, "may not"],
  ["lib/engine/mod.ts", "lib/app.ts", false, "may not"],
  ["lib/app.ts", "lib/engine/mod.ts", false, "may"],
  ["routes/api/runs.ts", "lib/runs/list.ts", false, "may"],
  ["islands/chat/Chat.tsx", "lib/engine/fold.ts", false, "may"],
  ["islands/chat/Chat.tsx", "lib/engine/ledger.ts", false, "may not"],
  ["lib/ui/button.tsx", "lib/runs/mod.ts", false, "may not"],
  ["lib/runs/list.ts", "routes/_http/errors.ts", false, "may not"],
];

for (const [from, to, typeOnly, verdict] of RULES) {
  Deno.test(`importProblem() ${from} ${verdict} import ${to}${typeOnly ? " as types" : ""}`, () => {
    assertEquals(importProblem(from, to, typeOnly) === undefined, verdict === "may");
  });
}

Deno.test("importsOf() reads static, type, re-exporting and dynamic imports, not comments", () => {
  const text = [
    `import { a } from "./a.ts";`,
    `import type { B } from "../b.ts";`,
    `export * from "./c.ts";`,
    `export {`,
    `  d,`,
    `} from "./d.ts";`,
    `import "./e.ts";`,
    `const f = await import("./f.ts");`,
    `// import { g } from "./g.ts";`,
    `/* import { h } from "./h.ts"; */`,
    `import { z } from "zod";`,
  ].join("\n");
  assertEquals(importsOf("lib/x/y.ts", text).map((i) => i.target ?? i.specifier), [
    "lib/x/a.ts",
    "lib/b.ts",
    "lib/x/c.ts",
    "lib/x/d.ts",
    "lib/x/e.ts",
    "lib/x/f.ts",
    "zod",
  ]);
});

function findCycle(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): string[] => {
    const at = trail.indexOf(path);
    if (at >= 0) return [...trail.slice(at), path];
    if (done.has(path)) return [];
    for (const next of graph.get(path) ?? []) {
      const cycle = visit(next, [...trail, path]);
      if (cycle.length > 0) return cycle;
    }
    done.add(path);
    return [];
  };
  for (const path of graph.keys()) {
    const cycle = visit(path, []);
    if (cycle.length > 0) return cycle;
  }
  return [];
}
