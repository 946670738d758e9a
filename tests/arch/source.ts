/** The project's sources as the arch tests see them: paths, lines, imports. */

export interface Source {
  /** Below the project, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly lines: number;
  readonly imports: readonly Import[];
}

export interface Import {
  /** As written. */
  readonly specifier: string;
  /** Path below the project for a relative import. */
  readonly target: string | undefined;
  /** Erased by the compiler. */
  readonly typeOnly: boolean;
}

const root = new URL("../../", import.meta.url);
const FOLDERS = ["lib", "routes", "islands", "scripts", "tests"];
const IMPORT =
  /^\s*(?:import|export)\s+(type\s)?(?:[\w*{][^;"']*?\sfrom\s+)?["']([^"'\n]+)["']|\bimport\(\s*["']([^"']+)["']\s*\)/gm;

export async function readSources(): Promise<Source[]> {
  const paths = ["main.ts"];
  for (const folder of FOLDERS) await collect(folder, paths);
  return await Promise.all(
    paths.sort().map(async (path) => {
      const text = await Deno.readTextFile(new URL(path, root));
      return { path, text, lines: text.split("\n").length - 1, imports: importsOf(path, text) };
    }),
  );
}

export function isTestPath(path: string): boolean {
  return path.startsWith("tests/") || /_test\.tsx?$/.test(path);
}

export function importsOf(path: string, text: string): Import[] {
  const bare = text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
  return [...bare.matchAll(IMPORT)].map(([, typeOnly, named, dynamic]) => {
    const specifier = (named ?? dynamic)!;
    return {
      specifier,
      typeOnly: typeOnly !== undefined,
      target: specifier.startsWith(".")
        ? new URL(specifier, `file:///${path}`).pathname.slice(1)
        : undefined,
    };
  });
}

async function collect(folder: string, into: string[]): Promise<void> {
  for await (const entry of Deno.readDir(new URL(`${folder}/`, root))) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) await collect(path, into);
    // Generated declarations are nobody's to keep short.
    else if (/(?<!\.d)\.tsx?$/.test(entry.name)) into.push(path);
  }
}
