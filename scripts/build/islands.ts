/** Islands and the entry that loads them, by `deno bundle` with shared chunks. */
import type { Manifest } from "../../routes/pages/assets.ts";
import { digest, filesBelow, folderUrl, pathOf } from "./files.ts";

type Scripts = Pick<Manifest, "boot" | "bootChunks" | "islands">;

export async function bundleIslands(root: URL, files: Map<string, Uint8Array>): Promise<Scripts> {
  const names = await usedIslands(root);
  const chunks = await bundle(root, bootSource(root, names));
  const encoder = new TextEncoder();
  const bootText = chunks.get("boot.js")!;
  const boot = `boot-${(await digest(encoder.encode(bootText))).slice(0, 10)}.js`;
  for (const [name, text] of chunks) {
    files.set(name === "boot.js" ? boot : name, encoder.encode(text));
  }
  const islands: Record<string, string[]> = {};
  for (const name of names) {
    const chunk = new RegExp(`"${name}":\\s*\\(\\)\\s*=>\\s*import\\("\\./([^"]+)"\\)`).exec(
      bootText,
    );
    if (!chunk) throw new Error(`Island "${name}" is missing from the bundle`);
    islands[name] = withImports(chunk[1]!, chunks);
  }
  return { boot, bootChunks: withImports("boot.js", chunks).slice(1), islands };
}

/** In a folder of its own, so that two builds at once do not meet. */
async function bundle(root: URL, source: string): Promise<Map<string, string>> {
  const work = folderUrl(await Deno.makeTempDir({ prefix: "muster-build-" }));
  const bundled = new URL("out/", work);
  try {
    await Deno.mkdir(bundled);
    await writeBundleConfig(root, work);
    await Deno.writeTextFile(new URL("boot.ts", work), source);
    await runBundler(work, bundled);
    const chunks = new Map<string, string>();
    for await (const entry of Deno.readDir(bundled)) {
      chunks.set(entry.name, await Deno.readTextFile(new URL(entry.name, bundled)));
    }
    return chunks;
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

/** The islands that pages name: `<Island name="area/Name" …>`, a file below islands/ each. */
async function usedIslands(root: URL): Promise<string[]> {
  const used = new Set<string>();
  for (const path of await filesBelow(root, "routes/")) {
    if (!path.endsWith(".tsx")) continue;
    const text = await Deno.readTextFile(new URL(path, root));
    for (const match of text.matchAll(/<Island\s[^>]*?\bname="([a-z][\w-]*\/[A-Z]\w*)"/g)) {
      used.add(match[1]!);
    }
  }
  return [...used].sort();
}

/** One loader per island, so that a page loads only its own. */
function bootSource(root: URL, names: readonly string[]): string {
  const loaders = names.map((name) => {
    const exported = name.slice(name.indexOf("/") + 1);
    const file = new URL(`islands/${name}.tsx`, root).href;
    return `  ${JSON.stringify(name)}: () => import(${
      JSON.stringify(file)
    }).then((m) => m.${exported}),`;
  });
  const runtime = new URL("islands/_runtime/boot.ts", root).href;
  return `import { boot } from ${JSON.stringify(runtime)};\nboot({\n${loaders.join("\n")}\n});\n`;
}

/**
 * The project's configuration with two differences: JSX is compiled to calls, because precompiled
 * templates render on the server only, and relative imports are made absolute.
 */
async function writeBundleConfig(root: URL, work: URL): Promise<void> {
  const config = JSON.parse(await Deno.readTextFile(new URL("deno.json", root)));
  const imports = Object.entries(config.imports as Record<string, string>).map(([name, target]) => [
    name,
    target.startsWith(".") ? new URL(target, root).href : target,
  ]);
  await Deno.writeTextFile(
    new URL("deno.json", work),
    JSON.stringify({
      imports: Object.fromEntries(imports),
      nodeModulesDir: "none",
      compilerOptions: { jsx: "react-jsx", jsxImportSource: "preact" },
    }),
  );
  // The same versions as everywhere else, and no second writer of the project's lock file.
  await Deno.copyFile(new URL("deno.lock", root), new URL("deno.lock", work)).catch(() => {});
}

async function runBundler(work: URL, bundled: URL): Promise<void> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "bundle",
      "--quiet",
      "--config",
      pathOf(new URL("deno.json", work)),
      "--platform",
      "browser",
      "--minify",
      "--code-splitting",
      "--outdir",
      pathOf(bundled),
      pathOf(new URL("boot.ts", work)),
    ],
    stdout: "piped",
    stderr: "piped",
    env: { NO_COLOR: "1" },
  }).output();
  if (!success) throw new Error(`Bundling islands failed\n${new TextDecoder().decode(stderr)}`);
}

/** A chunk and all it imports before it runs. */
function withImports(name: string, chunks: ReadonlyMap<string, string>): string[] {
  const found = new Set([name]);
  for (const at of found) {
    for (const match of (chunks.get(at) ?? "").matchAll(/(?:from|import)\s*"\.\/([^"]+)"/g)) {
      if (chunks.has(match[1]!)) found.add(match[1]!);
    }
  }
  return [...found];
}
