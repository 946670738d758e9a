import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Lexer } from "marked";
import { h } from "preact";
import { renderToString } from "preact-render-to-string";
import { closeTail, GrowingMarkdown } from "./markdown.ts";
import { Markdown } from "./Markdown.tsx";

const sample = [
  "Intro with **bold** and `code`.",
  "| a | b |\n|---|---|\n| 1 | 2 |",
  "1. one\n2. two\n   - nested",
  "```ts\nconst a = `x`;\n\nconst b = 2;\n```",
  "> quoted\n> more",
  "## Heading\n\nLast *words* and a [link](https://example.org/x).",
].join("\n\n");

const raws = (growing: GrowingMarkdown, text: string, streaming: boolean) =>
  growing.blocks(text, streaming).map((block) => block.token.raw).join("");

Deno.test("GrowingMarkdown ends with the blocks of the whole text, whatever the pieces were", () => {
  fc.assert(fc.property(fc.array(fc.nat(sample.length), { maxLength: 30 }), (cuts) => {
    const growing = new GrowingMarkdown();
    for (const cut of cuts.sort((a, b) => a - b)) growing.blocks(sample.slice(0, cut), true);
    const blocks = growing.blocks(sample, false);
    assertEquals(blocks.map((block) => block.token), [...Lexer.lex(sample)]);
  }));
});

Deno.test("GrowingMarkdown keeps finished blocks the same while text arrives", () => {
  const growing = new GrowingMarkdown();
  const before = growing.blocks(sample.slice(0, 90), true)[0];
  const after = growing.blocks(sample.slice(0, 140), true)[0];
  assert(before === after);
});

Deno.test("GrowingMarkdown starts over when the text is another one", () => {
  const growing = new GrowingMarkdown();
  growing.blocks("First answer\n\nwith two parts\n\nand three", true);
  assertEquals(raws(growing, "Second", true), "Second");
});

Deno.test("closeTail() shows half-written marks as what they become", () => {
  const cases: [string, string][] = [
    ["a **bo", "a **bo**"],
    ["a `co", "a `co`"],
    ["see [the do", "see the do"],
    ["see [docs](https://ex", "see docs"],
    ["text\n\n| a | b", "text\n\n"],
    ["an *em ", "an *em*"],
    ["an *em*", "an *em*"],
    ["an _em", "an _em_"],
    ["all **bo*", "all **bo**"],
    ["**a *b", "**a *b***"],
    ["2 * 3 and snake_case", "2 * 3 and snake_case"],
    ["`a *b`", "`a *b`"],
    ["text\n-", "text\n"],
    ["done **bold** and `code`", "done **bold** and `code`"],
    ["```\nlet a = `", "```\nlet a = `"],
  ];
  for (const [text, shown] of cases) assertEquals(closeTail(text), shown);
});

const html = (text: string) => renderToString(h(Markdown, { text }));

Deno.test("Markdown shows markup as text and follows no script link", () => {
  const shown = html(
    "<img src=x onerror=alert(1)> [x](javascript:alert(1)) ![p](https://t.example/p.png)",
  );
  assert(!shown.includes("<img"), shown);
  assert(!shown.includes("javascript:"), shown);
  assert(shown.includes('href="https://t.example/p.png"'), shown);
});

Deno.test("Markdown decodes entities and knows line breaks in cells", () => {
  const shown = html("| a |\n|---|\n| 1 &lt; 2<br>&amp; 3 |");
  assert(shown.includes("1 &lt; 2<br>&amp; 3"), shown);
});
