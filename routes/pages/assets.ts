/** What `scripts/build.ts` made: the files a page names, by content-hashed name. */
export interface Manifest {
  /** Digest of everything the build read. */
  readonly inputs: string;
  readonly css: string;
  readonly boot: string;
  /** Chunks the entry needs at once. */
  readonly bootChunks: readonly string[];
  /** By island name: its chunk first, then the chunks that needs. */
  readonly islands: Readonly<Record<string, readonly string[]>>;
  readonly sizes: Readonly<Record<string, { readonly bytes: number; readonly brotli: number }>>;
}

export const staticRoot = new URL("../../static/", import.meta.url);
const manifestUrl = new URL("build/manifest.json", staticRoot);

let kept: { readonly at: number; readonly manifest: Manifest } | null = null;

/** Read again when a rebuild has replaced it. Throws when nothing has been built. */
export function readManifest(): Manifest {
  const at = modifiedAt();
  if (kept?.at !== at) {
    kept = { at, manifest: JSON.parse(Deno.readTextFileSync(manifestUrl)) as Manifest };
  }
  return kept.manifest;
}

function modifiedAt(): number {
  try {
    return Deno.statSync(manifestUrl).mtime?.getTime() ?? 0;
  } catch (cause) {
    throw new Error("Page assets are not built, run `deno task build`", { cause });
  }
}

export function assetPath(file: string): string {
  return `/static/build/${file}`;
}

/** The scripts a page with these islands loads, entry first. */
export function pageScripts(manifest: Manifest, islands: readonly string[]): string[] {
  const files = [manifest.boot, ...manifest.bootChunks];
  for (const name of islands) {
    const chunks = manifest.islands[name];
    if (!chunks) throw new Error(`No island "${name}" in this build, run \`deno task build\``);
    files.push(...chunks);
  }
  return [...new Set(files)];
}
