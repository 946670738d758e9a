import { assertEquals } from "@std/assert";
import { htmlText } from "./html_text.ts";

Deno.test("htmlText() keeps what one reads and drops the rest", () => {
  const page = htmlText(`<html><head><title>A &amp; B</title><style>p{}</style></head><body>
    <nav>Menu</nav><h2>Head</h2><p>One<br>two &#8364; &lt;b&gt;</p><ul><li>x</li><li>y</li></ul>
    <table><tr><td>1</td><td>2</td></tr></table><script>alert(1)</script><!-- no --></body></html>`);
  assertEquals(page.title, "A & B");
  assertEquals(page.text, "## Head\n\nOne\ntwo € <b>\n\n- x\n- y\n\n1 | 2 |");
});

Deno.test("htmlText() gets through hostile pages in one pass", () => {
  const repeated = ["<", "<script>", "<!--", "<title>", "&a", "<br>", " ", "<p"];
  assertEquals(
    repeated.map((piece) => htmlText(piece.repeat(200_000)).title),
    repeated.map(() => ""),
  );
});
