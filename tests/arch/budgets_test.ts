import { assertEquals } from "@std/assert";
import { isTestPath, readSources, type Source } from "./source.ts";

const FILE_LINES_MAX = 400;
const MAIN_LINES_MAX = 60;
const SLICE_FILES_MAX = 25;
const EXPORTS_MAX = 12;
const BANNED_NAME = /(?:^|\/)(?:utils?|helpers?|common|misc|manager|service|types|index)\.tsx?$/;

const sources = await readSources();
const shipped = sources.filter((s) => !isTestPath(s.path));
const paths = (found: readonly Source[]) => found.map((s) => s.path);

Deno.test(`no file has more than ${FILE_LINES_MAX} lines`, () => {
  const long = sources.filter((s) => s.lines > FILE_LINES_MAX);
  assertEquals(
    long.map((s) => `${s.path}: ${s.lines}`),
    [],
    "split it where its reasons to change differ",
  );
});

Deno.test(`main.ts has at most ${MAIN_LINES_MAX} lines`, () => {
  const main = sources.find((s) => s.path === "main.ts");
  assertEquals(main !== undefined && main.lines <= MAIN_LINES_MAX, true);
});

Deno.test(`no folder of a slice has more than ${SLICE_FILES_MAX} files beside its tests`, () => {
  const counts = new Map<string, number>();
  for (const { path } of shipped) {
    const folder = path.match(/^lib\/.+(?=\/)/)?.[0];
    if (folder) counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  const full = [...counts].filter(([, count]) => count > SLICE_FILES_MAX);
  assertEquals(full, [], "a slice this large is two slices");
});

Deno.test("a slice has at most one level of folders", () => {
  const deep = shipped.filter((s) => /^lib\/(?!kernel\/)[^/]+\/[^/]+\/[^/]+\//.test(s.path));
  assertEquals(paths(deep), []);
});

Deno.test(`no file exports more than ${EXPORTS_MAX} values`, () => {
  const exempt = /\/(?:mod|schema|keys)\.ts$|^lib\/std\/|^lib\/agents\/covenant\.ts$/;
  const wide = shipped.filter((s) => !exempt.test(s.path) && countExports(s.text) > EXPORTS_MAX);
  assertEquals(wide.map((s) => `${s.path}: ${countExports(s.text)}`), []);
});

Deno.test("no file is named after nothing in particular", () => {
  assertEquals(
    paths(sources.filter((s) => BANNED_NAME.test(s.path))),
    [],
    "name it after what it does",
  );
});

Deno.test("files are snake_case, islands PascalCase", () => {
  const name = /^(?:_?[a-z0-9]+(?:_[a-z0-9]+)*)\.tsx?$/;
  const odd = sources.filter((s) => {
    const file = s.path.split("/").at(-1)!;
    const component = s.path.startsWith("islands/") && /^[A-Z][A-Za-z0-9]*\.tsx$/.test(file);
    return !component && !name.test(file);
  });
  assertEquals(paths(odd), []);
});

Deno.test("every slice says in mod.ts what it is", () => {
  const mods = shipped.filter((s) => /^lib\/(?:kernel\/)?[a-z_]+\/mod\.ts$/.test(s.path));
  assertEquals(paths(mods.filter((s) => !s.text.startsWith("/**"))), []);
});

Deno.test("every file that defines keys opens with its storage layout", () => {
  const silent = shipped.filter((s) =>
    /(?:^|\/)keys\.ts$/.test(s.path) && !/^\/\*\*[\s\S]*?\["/.test(s.text)
  );
  assertEquals(paths(silent), []);
});

Deno.test("unit tests stand beside the file or folder they test", () => {
  const known = new Set(
    sources.flatMap(({ path }) => [path, path.slice(0, path.lastIndexOf("/"))]),
  );
  const strays = sources.filter((s) => {
    const base = s.path.match(/^((?!tests\/).*)_test\.tsx?$/)?.[1];
    return base !== undefined && !["", ".ts", ".tsx"].some((ending) => known.has(base + ending));
  });
  assertEquals(paths(strays), []);
});

function countExports(text: string): number {
  return text.match(/^export (?:async )?(?:function|const|class|let)\b/gm)?.length ?? 0;
}
