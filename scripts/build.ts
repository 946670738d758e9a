/**
 * Builds what the browser loads into static/build: islands by `deno bundle` with shared chunks, all of
 * static/css in one file, both with content-hashed names, brotli and gzip beside them, and a manifest.
 * Nothing is done when nothing that goes in has changed.
 */
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Manifest } from "../routes/pages/assets.ts";

export interface BuildOptions {
  /** The project's folder, as a file URL with a slash at the end. */
  readonly root?: URL;
  readonly force?: boolean;
  /** Light compression, for rebuilding while somebody waits. */
  readonly quick?: boolean;
}

export interface Built {
  readonly manifest: Manifest;
  readonly fresh: boolean;
  readonly tookMs: number;
}

const here = new URL("../", import.meta.url);

export async function build(options: BuildOptions = {}): Promise<Built> {
  const { root = here, force = false, quick = false } = options;
  const startedAt = performance.now();
  const outDir = new URL("static/build/", root);
  const inputs = await digestInputs(root);
  const previous = await readPrevious(outDir);
  if (!force && previous?.inputs === inputs) {
    return { manifest: previous, fresh: false, tookMs: performance.now() - startedAt };
  }
  const files = new Map<string, Uint8Array>();
  const css = await combineCss(root, files);
  const scripts = await bundleIslands(root, outDir, files);
  const sizes: Record<string, { bytes: number; brotli: number }> = {};
  await Deno.mkdir(outDir, { recursive: true });
  for (const [name, bytes] of files) {
    const brotli = compress(bytes, quick);
    sizes[name] = { bytes: bytes.length, brotli: brotli.length };
    await Deno.writeFile(new URL(name, outDir), bytes);
    await Deno.writeFile(new URL(`${name}.br`, outDir), brotli);
    await Deno.writeFile(new URL(`${name}.gz`, outDir), gzipSync(bytes));
  }
  const manifest: Manifest = { inputs, css, ...scripts, sizes };
  const next = new URL("manifest.next.json", outDir);
  await Deno.writeTextFile(next, JSON.stringify(manifest, null, 1));
  await Deno.rename(next, new URL("manifest.json", outDir));
  await prune(outDir, [...files.keys(), ...Object.keys(previous?.sizes ?? {})]);
  return { manifest, fresh: true, tookMs: performance.now() - startedAt };
}

/** Rebuilds on every change until aborted; a failed build is reported and the last good one stays. */
export async function watchAssets(
  options: BuildOptions & {
    readonly signal: AbortSignal;
    readonly onBuilt: (built: Built) => void;
    readonly onError: (error: unknown) => void;
  },
): Promise<void> {
  const { root = here, signal, onBuilt, onError } = options;
  const folders = ["islands", "lib", "routes", "static/css"].map((folder) =>
    pathOf(new URL(folder, root))
  );
  const watcher = Deno.watchFs(folders);
  signal.addEventListener("abort", () => watcher.close(), { once: true });
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: Promise<void> = Promise.resolve();
  for await (const event of watcher) {
    if (event.kind === "access") continue;
    clearTimeout(timer);
    timer = setTimeout(() => {
      running = running.then(async () => {
        const built = await build({ root, quick: true });
        if (built.fresh) onBuilt(built);
      }).catch(onError);
    }, 40);
  }
  clearTimeout(timer);
  await running;
}

// --- inputs ---

async function digestInputs(root: URL): Promise<string> {
  const paths = ["deno.json", "deno.lock", "scripts/build.ts"];
  for (const folder of ["islands/", "lib/", "routes/", "static/css/"]) {
    for (const path of await filesBelow(root, folder)) {
      if (/\.(css|tsx?)$/.test(path) && !/_test\.tsx?$/.test(path)) paths.push(path);
    }
  }
  const parts = await Promise.all(paths.map(async (path) => {
    const bytes = await Deno.readFile(new URL(path, root)).catch(() => new Uint8Array());
    return `${path} ${await digest(bytes)}`;
  }));
  return await digest(new TextEncoder().encode([Deno.version.deno, ...parts].join("\n")));
}

async function filesBelow(root: URL, folder: string): Promise<string[]> {
  const found: string[] = [];
  try {
    for await (const entry of Deno.readDir(new URL(folder, root))) {
      if (entry.isDirectory) found.push(...await filesBelow(root, `${folder}${entry.name}/`));
      else if (entry.isFile) found.push(folder + entry.name);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return found.sort();
}

async function readPrevious(outDir: URL): Promise<Manifest | null> {
  try {
    return JSON.parse(await Deno.readTextFile(new URL("manifest.json", outDir))) as Manifest;
  } catch {
    return null;
  }
}

// --- styles ---

/** Tokens and base first; the others in the order of their names, which cascade layers make harmless. */
async function combineCss(root: URL, files: Map<string, Uint8Array>): Promise<string> {
  const first = ["static/css/tokens.css", "static/css/base.css"];
  const all = (await filesBelow(root, "static/css/")).filter((path) => path.endsWith(".css"));
  const ordered = [...first, ...all.filter((path) => !first.includes(path))];
  const texts = await Promise.all(ordered.map((path) => Deno.readTextFile(new URL(path, root))));
  const bytes = new TextEncoder().encode(minifyCss(texts.join("\n")));
  const name = `muster-${(await digest(bytes)).slice(0, 10)}.css`;
  files.set(name, bytes);
  return name;
}

const cssString = /("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')/;
const cssCommentOrString = new RegExp(`/\\*[^]*?\\*/|${cssString.source}`, "g");

/** Takes out comments and the space that means nothing; strings stay as they are. */
export function minifyCss(css: string): string {
  return css
    .replace(cssCommentOrString, (found) => found.startsWith("/*") ? " " : found)
    .split(cssString)
    .map((part, index) =>
      index % 2 === 1 ? part : part
        .replace(/\s+/g, " ")
        .replace(/ ?([{};,]) ?/g, "$1")
        .replace(/;}/g, "}")
        .replace(/: /g, ":")
    )
    .join("")
    .trim();
}

// --- islands ---

type Scripts = Pick<Manifest, "boot" | "bootChunks" | "islands">;

async function bundleIslands(
  root: URL,
  outDir: URL,
  files: Map<string, Uint8Array>,
): Promise<Scripts> {
  const names = await usedIslands(root);
  const work = new URL("work/", outDir);
  const bundled = new URL("out/", work);
  await Deno.remove(work, { recursive: true }).catch(() => {});
  await Deno.mkdir(bundled, { recursive: true });
  await writeBundleConfig(root, work);
  await Deno.writeTextFile(new URL("boot.ts", work), bootSource(root, names));
  await runBundler(work, bundled);
  const chunks = new Map<string, string>();
  for await (const entry of Deno.readDir(bundled)) {
    chunks.set(entry.name, await Deno.readTextFile(new URL(entry.name, bundled)));
  }
  await Deno.remove(work, { recursive: true });
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

// --- files ---

function compress(bytes: Uint8Array, quick: boolean): Uint8Array {
  return brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: quick ? 4 : 11 },
  });
}

/** Keeps the last build beside this one: pages that are open still load its chunks. */
async function prune(outDir: URL, keep: readonly string[]): Promise<void> {
  const kept = new Set(keep.flatMap((name) => [name, `${name}.br`, `${name}.gz`]));
  kept.add("manifest.json");
  for await (const entry of Deno.readDir(outDir)) {
    if (entry.isFile && !kept.has(entry.name)) await Deno.remove(new URL(entry.name, outDir));
  }
}

async function digest(bytes: Uint8Array): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as BufferSource));
  return hash.toHex();
}

function pathOf(url: URL): string {
  const path = decodeURIComponent(url.pathname);
  return Deno.build.os === "windows" ? path.slice(1).replaceAll("/", "\\") : path;
}

if (import.meta.main) {
  const { manifest, fresh, tookMs } = await build({ force: Deno.args.includes("--force") });
  const total = Object.values(manifest.sizes).reduce((sum, size) => sum + size.brotli, 0);
  console.log(
    fresh
      ? `Built ${Object.keys(manifest.sizes).length} files, ${
        (total / 1024).toFixed(1)
      } kB compressed, in ${tookMs.toFixed(0)} ms`
      : `Page assets are up to date (${tookMs.toFixed(0)} ms)`,
  );
}
