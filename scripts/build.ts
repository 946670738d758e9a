/**
 * Builds what the browser loads into static/build: islands by `deno bundle` with shared chunks, all of
 * static/css in one file, both with content-hashed names, the client by its own, brotli and gzip beside
 * them, and a manifest.
 * Nothing is done when nothing that goes in has changed.
 */
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Manifest } from "../routes/pages/assets.ts";
import { bundleClient } from "./build/client.ts";
import { digest, filesBelow, pathOf } from "./build/files.ts";
import { bundleIslands } from "./build/islands.ts";
import { combineCss } from "./build/styles.ts";

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
  const scripts = await bundleIslands(root, files);
  await bundleClient(root, files);
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
  await replaceFile(new URL("manifest.json", outDir), JSON.stringify(manifest, null, 1));
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
  const paths = [
    "deno.json",
    "deno.lock",
    "scripts/build.ts",
    ...await filesBelow(root, "scripts/build/"),
  ];
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

async function readPrevious(outDir: URL): Promise<Manifest | null> {
  try {
    return JSON.parse(await Deno.readTextFile(new URL("manifest.json", outDir))) as Manifest;
  } catch {
    return null;
  }
}

// --- files ---

function compress(bytes: Uint8Array, quick: boolean): Uint8Array {
  return brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: quick ? 4 : 11 },
  });
}

/** Whole or not at all, for a server that reads it meanwhile. */
async function replaceFile(file: URL, text: string): Promise<void> {
  const next = new URL(`${file.href}.${crypto.randomUUID()}`);
  await Deno.writeTextFile(next, text);
  await Deno.rename(next, file);
}

/** Keeps the last build beside this one: pages that are open still load its chunks. */
async function prune(outDir: URL, keep: readonly string[]): Promise<void> {
  const kept = new Set(keep.flatMap((name) => [name, `${name}.br`, `${name}.gz`]));
  kept.add("manifest.json");
  for await (const entry of Deno.readDir(outDir)) {
    if (entry.isFile && !kept.has(entry.name)) await Deno.remove(new URL(entry.name, outDir));
  }
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
