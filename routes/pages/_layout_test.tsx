import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { build } from "../../scripts/build.ts";
import { notFoundPage, renderPage } from "./_layout.tsx";

await build();

function page(): Response {
  return renderPage({
    title: "<Terms> & more",
    description: `Says "terms"`,
    path: "/",
    body: (
      <main id="main">
        <h1>Terms</h1>
        <button type="button" aria-expanded={false} aria-pressed disabled>Open</button>
      </main>
    ),
  });
}

Deno.test("renderPage() lets scripts run by this response's nonce only", async () => {
  const [first, second] = [page(), page()];
  const policy = first.headers.get("content-security-policy")!;
  const nonce = /'nonce-([^']+)'/.exec(policy)![1]!;
  assert(!policy.includes("unsafe"));
  assert(!second.headers.get("content-security-policy")!.includes(nonce));
  const html = await first.text();
  const scripts = [...html.matchAll(/<script\b([^>]*)>/g)].map((match) => match[1]!);
  assert(scripts.length >= 3);
  for (const attributes of scripts) {
    assert(attributes.includes(`nonce="${nonce}"`) || attributes.includes("application/json"));
  }
  await second.body?.cancel();
});

Deno.test("renderPage() writes no style attribute, which the policy would refuse", async () => {
  assertEquals(/\sstyle=/.test(await page().text()), false);
});

Deno.test("renderPage() escapes what it is given and describes the page", async () => {
  const html = await page().text();
  assertStringIncludes(html, "<title>&lt;Terms> &amp; more – Muster</title>");
  assertStringIncludes(html, `content="Says &quot;terms&quot;"`);
  assertEquals(html.match(/<main\b/g)!.length, 1);
});

Deno.test("renderPage() writes ARIA states as words and plain attributes bare", async () => {
  const html = await page().text();
  assertStringIncludes(html, `aria-expanded="false"`);
  assertStringIncludes(html, `aria-pressed="true"`);
  assert(/<button[^>]* disabled[ >]/.test(html));
});

Deno.test("notFoundPage() answers 404 and names the path, escaped and cut", async () => {
  const response = notFoundPage(`/<script>${"x".repeat(400)}`);
  assertEquals(response.status, 404);
  const html = await response.text();
  assertEquals(html.includes("<script>xxx"), false);
  assert(!html.includes("x".repeat(300)));
});
