/** Who may import whom, as pure functions of two paths. */

/** Slices, left to right: each may use those left of it. */
export const SLICES = [
  "tenants",
  "identity",
  "governance",
  "agents",
  "gateway",
  "coordination",
  "engine",
  "runs",
  "sessions",
  "insight",
  "connect",
];

const KERNEL = ["core", "platform", "kv", "events", "jobs"];

/** Kernel parts each part may use besides itself. */
const KERNEL_MAY: Readonly<Record<string, readonly string[]>> = {
  core: [],
  platform: ["core"],
  kv: ["core", "platform"],
  events: ["core", "platform", "kv"],
  jobs: ["core", "platform", "kv", "events"],
};

/** Files of a slice that run in a browser and that every other part may import. */
const BROWSER_SAFE =
  /^lib\/(?:[a-z_]+(?:\/[a-z_]+)?\/schema|agents\/(?:covenant|model)|gateway\/directory\/kinds|engine\/fold(?:_[a-z]+)?|kernel\/core\/(?:errors|ids|json_schema|page|json))\.ts$/;

/** Types every slice and the engine's agents are written against. */
const SHARED_TYPES = /^lib\/agents\/(?:context|define_agent|define_tool|model_port)\.ts$/;

/** Why `from` may not import `to`, or undefined when it may. Both are paths below the project. */
export function importProblem(from: string, to: string, typeOnly: boolean): string | undefined {
  if (from === "main.ts") return undefined;
  if (to === "main.ts") return "nothing imports main.ts: it is where the program starts";
  if (to.startsWith("tests/")) return "only tests import tests";
  if (from.startsWith("islands/")) return islandProblem(to);
  if (from.startsWith("routes/")) {
    return to.startsWith("scripts/") ? "the server does not import scripts" : undefined;
  }
  if (from.startsWith("scripts/")) return undefined;
  return libProblem(from, to, typeOnly);
}

function islandProblem(to: string): string | undefined {
  if (to.startsWith("islands/") || to.startsWith("lib/ui/") || BROWSER_SAFE.test(to)) {
    return undefined;
  }
  return "an island runs in the browser: it imports preact, signals, islands, lib/ui and browser-safe files such as a slice's schema.ts";
}

function libProblem(from: string, to: string, typeOnly: boolean): string | undefined {
  if (!to.startsWith("lib/")) return "lib does not know the edges: move what it needs into lib";
  if (to.startsWith("lib/std/")) return undefined;
  const [, area, part] = from.split("/") as [string, string, string];
  if (area === "std") return "lib/std stands alone";
  if (area.endsWith(".ts")) return undefined;
  if (area === "kernel") return kernelProblem(part, to, typeOnly);
  if (/^lib\/[a-z_]+\.ts$/.test(to)) {
    return `${to} is composed of the slices: what it offers reaches a slice as an argument`;
  }
  if (area === "client") {
    return to.startsWith("lib/client/")
      ? undefined
      : "lib/client is handed to other programs: it imports lib/client alone";
  }
  if (area === "ui") {
    return to.startsWith("lib/ui/") || BROWSER_SAFE.test(to)
      ? undefined
      : "lib/ui runs in the browser: it imports lib/ui and browser-safe files";
  }
  return sliceProblem(area, to);
}

function kernelProblem(part: string, to: string, typeOnly: boolean): string | undefined {
  const target = to.match(/^lib\/kernel\/([a-z]+)\//)?.[1];
  if (to === "lib/kernel/context.ts") {
    return typeOnly ? undefined : "context.ts holds types: import it with `import type`";
  }
  if (target === undefined) return "the kernel does not know the slices";
  if (!KERNEL.includes(part)) return typeOnly ? undefined : `${part} may import types only`;
  if (target === part || KERNEL_MAY[part]!.includes(target)) return undefined;
  return `kernel/${part} stands left of kernel/${target}: core < kv < events < jobs, platform imports core`;
}

function sliceProblem(slice: string, to: string): string | undefined {
  const target = to.split("/")[1]!;
  if (target === "kernel" || target === slice) return undefined;
  if (BROWSER_SAFE.test(to) && isLeft(target, slice)) return undefined;
  if (!isLeft(target, slice)) {
    return `${slice} stands left of ${target}: a reaction in this direction is an event and a job`;
  }
  if (to === `lib/${target}/mod.ts` || SHARED_TYPES.test(to)) return undefined;
  return `between slices only mod.ts and schema.ts are imported: export it from lib/${target}/mod.ts`;
}

function isLeft(target: string, slice: string): boolean {
  return SLICES.includes(target) && SLICES.indexOf(target) < SLICES.indexOf(slice);
}
