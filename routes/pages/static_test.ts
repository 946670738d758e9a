import { assert, assertEquals, assertRejects } from "@std/assert";
import { AppError } from "../../lib/kernel/core/errors.ts";
import { serveStatic } from "./static.ts";

async function folder(): Promise<{ root: URL } & AsyncDisposable> {
  const path = await Deno.makeTempDir();
  const root = new URL(`file://${path}/static/`);
  const text = "body { color: red; }".repeat(40);
  await Deno.mkdir(new URL("build/", root), { recursive: true });
  await Deno.writeTextFile(new URL("build/a-1.css", root), text);
  await Deno.writeTextFile(new URL("build/a-1.css.br", root), "brotli bytes");
  await Deno.writeTextFile(new URL("build/manifest.json", root), "{}");
  await Deno.writeTextFile(new URL("mark.svg", root), "<svg/>");
  await Deno.writeTextFile(new URL("../secret.css", root), "secret");
  await Deno.writeTextFile(new URL(".hidden.css", root), "hidden");
  await Deno.symlink(new URL("../secret.css", root), new URL("linked.css", root));
  return { root, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

const get = (headers: Record<string, string> = {}): Request =>
  new Request("http://localhost/static/x", { headers });

Deno.test("serveStatic() keeps built files for a year and the rest for an hour", async () => {
  await using at = await folder();
  const built = await serveStatic(get(), "build/a-1.css", at.root);
  assertEquals(built.status, 200);
  assertEquals(built.headers.get("cache-control"), "public, max-age=31536000, immutable");
  assertEquals(built.headers.get("content-type"), "text/css; charset=utf-8");
  assertEquals(built.headers.get("x-content-type-options"), "nosniff");
  assertEquals((await built.text()).length, 800);
  const mark = await serveStatic(get(), "mark.svg", at.root);
  assert(mark.headers.get("cache-control")!.startsWith("public, max-age=3600"));
  await mark.body?.cancel();
});

Deno.test("serveStatic() sends the compressed copy to who accepts it, under its own ETag", async () => {
  await using at = await folder();
  const plain = await serveStatic(get({ "accept-encoding": "br;q=0" }), "build/a-1.css", at.root);
  const brotli = await serveStatic(
    get({ "accept-encoding": "gzip, br" }),
    "build/a-1.css",
    at.root,
  );
  assertEquals(brotli.headers.get("content-encoding"), "br");
  assertEquals(brotli.headers.get("vary"), "accept-encoding");
  assertEquals(await brotli.text(), "brotli bytes");
  assertEquals(plain.headers.get("content-encoding"), null);
  assert(plain.headers.get("etag") !== brotli.headers.get("etag"));
  await plain.body?.cancel();
});

Deno.test("serveStatic() answers 304 to a known ETag, weak or in a list", async () => {
  await using at = await folder();
  const first = await serveStatic(get(), "mark.svg", at.root);
  await first.body?.cancel();
  const etag = first.headers.get("etag")!;
  const again = await serveStatic(get({ "if-none-match": `"x", W/${etag}` }), "mark.svg", at.root);
  assertEquals(again.status, 304);
  assertEquals(again.headers.get("etag"), etag);
  const other = await serveStatic(get({ "if-none-match": `"x"` }), "mark.svg", at.root);
  assertEquals(other.status, 200);
  await other.body?.cancel();
});

Deno.test("serveStatic() never leaves its folder nor shows what is not meant for browsers", async () => {
  await using at = await folder();
  const paths = [
    "../secret.css",
    "build/../../secret.css",
    "%2e%2e/secret.css",
    "..%2fsecret.css",
    "build//a-1.css",
    "/secret.css",
    "file:///etc/passwd.css",
    "linked.css",
    ".hidden.css",
    "build/manifest.json",
    "build/a-1.css.br",
    "build",
    "missing.css",
    "mark.svg/x.css",
    "a\\..\\secret.css",
    "mark.svg\u0000.css",
  ];
  for (const path of paths) {
    const error = await assertRejects(
      () => serveStatic(get(), path, at.root),
      AppError,
      "not_found",
    );
    assertEquals(error.status, 404, path);
  }
});
