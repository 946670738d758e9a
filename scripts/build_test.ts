import { assert, assertEquals, assertRejects } from "@std/assert";
import { minifyCss } from "./build/styles.ts";
import { build } from "./build.ts";

Deno.test("minifyCss() drops comments and idle space and leaves strings and selectors alone", () => {
  const css = `/* it's */ .a  .b:hover > p ,\n.c { color : red ; margin: calc(1px + 2px) ; }\n` +
    `.d::after { content: "a ; /* b */  c" }`;
  assertEquals(
    minifyCss(css),
    `.a .b:hover > p,.c{color :red;margin:calc(1px + 2px)}.d::after{content:"a ; /* b */  c"}`,
  );
});

async function project(): Promise<{ root: URL } & AsyncDisposable> {
  const path = await Deno.makeTempDir();
  const root = new URL(`file://${path}/`);
  const files = {
    "deno.json":
      `{"imports":{"preact":"npm:preact@^11.2.0","preact-render-to-string":"npm:preact-render-to-string@^6.8.2"}}`,
    "islands/_runtime/boot.ts": `export function boot(islands: object) { console.log(islands); }`,
    "lib/client/mod.ts": `export const connect = () => "connected";`,
    "islands/demo/One.tsx": `export function One() { return <p>one</p>; }`,
    "islands/demo/Two.tsx": `export function Two() { return <p>two</p>; }`,
    "routes/pages/demo.tsx": `<Island\n  name="demo/One"\n  component={One} />`,
    "static/css/tokens.css": `:root { --a: 1px; }`,
    "static/css/base.css": `p { margin: var(--a); }`,
  };
  for (const [name, text] of Object.entries(files)) {
    await Deno.mkdir(new URL("./", new URL(name, root)), { recursive: true });
    await Deno.writeTextFile(new URL(name, root), text);
  }
  await Deno.copyFile(new URL("../deno.lock", import.meta.url), new URL("deno.lock", root));
  return { root, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

Deno.test("build() bundles only islands that pages name, and nothing when nothing changed", async () => {
  await using at = await project();
  const first = await build(at);
  assertEquals(first.fresh, true);
  assertEquals(Object.keys(first.manifest.islands), ["demo/One"]);
  const again = await build(at);
  assertEquals([again.fresh, again.manifest], [false, first.manifest]);
});

Deno.test("build() gives a changed file another name and keeps the one before for open pages", async () => {
  await using at = await project();
  const first = await build(at);
  await Deno.writeTextFile(new URL("static/css/base.css", at.root), "p { margin: 2px; }");
  const second = await build(at);
  assert(second.manifest.css !== first.manifest.css);
  assertEquals(second.manifest.boot, first.manifest.boot);
  const names = [...Deno.readDirSync(new URL("static/build/", at.root))].map((entry) => entry.name);
  assert(names.includes(first.manifest.css) && names.includes(`${second.manifest.css}.br`));
});

Deno.test("build() reports what does not compile and leaves the last build standing", async () => {
  await using at = await project();
  const { manifest } = await build(at);
  await Deno.writeTextFile(new URL("islands/demo/One.tsx", at.root), "export function One( {");
  await assertRejects(() => build(at), Error, "Bundling islands failed");
  const kept = await Deno.readTextFile(new URL("static/build/manifest.json", at.root));
  assertEquals(JSON.parse(kept), manifest);
});

Deno.test("build() keeps the script of every page within its budget", async () => {
  const { manifest } = await build();
  const limits: Record<string, number> = { "chat.tsx": 90, "ui.tsx": 60 };
  const shared = Object.keys(manifest.islands).filter((name) => name.startsWith("shell/"));
  for (const [page, limitKb] of Object.entries(limits)) {
    const text = await Deno.readTextFile(new URL(`../routes/pages/${page}`, import.meta.url));
    const own = Object.keys(manifest.islands).filter((name) => text.includes(`"${name}"`));
    const bytes = await weight(manifest.boot, [...shared, ...own]);
    console.log(`  ${page}: ${(bytes / 1000).toFixed(1)} kB of script, limit ${limitKb}`);
    assert(bytes <= limitKb * 1000, `${page} loads ${bytes} bytes of script`);
  }
  /** All that a page may ever load: what islands import later counts too. */
  async function weight(boot: string, names: readonly string[]): Promise<number> {
    const found = new Set([
      boot,
      ...manifest.bootChunks,
      ...names.flatMap((name) => manifest.islands[name]!),
    ]);
    for (const file of found) {
      if (file === boot) continue;
      const text = await Deno.readTextFile(
        new URL(`../static/build/${file}`, import.meta.url),
      );
      for (const match of text.matchAll(/"\.\/([\w-]+\.js)"/g)) {
        if (manifest.sizes[match[1]!]) found.add(match[1]!);
      }
    }
    return [...found].reduce((sum, file) => sum + manifest.sizes[file]!.brotli, 0);
  }
});
