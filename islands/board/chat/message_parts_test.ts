import { assertEquals } from "@std/assert";
import { completeMention, mentionAt, messageParts, rankNames } from "./message_parts.ts";

const shown = (text: string) => messageParts(text).map((part) => [part.kind, part.text]);

Deno.test("messageParts() finds mentions without the punctuation after them", () => {
  assertEquals(shown("Ask @sage, then @cedar.two."), [
    ["text", "Ask "],
    ["mention", "@sage"],
    ["text", ", then "],
    ["mention", "@cedar.two"],
    ["text", "."],
  ]);
});

Deno.test("messageParts() takes no address and no code for a mention", () => {
  assertEquals(shown("a@b.example `@sage` x"), [
    ["text", "a@b.example "],
    ["code", "@sage"],
    ["text", " x"],
  ]);
});

Deno.test("messageParts() leaves the full stop out of a link", () => {
  assertEquals(shown("see https://a.example/x?y=1."), [
    ["text", "see "],
    ["link", "https://a.example/x?y=1"],
    ["text", "."],
  ]);
});

Deno.test("messageParts() keeps a block of code whole", () => {
  assertEquals(shown("```ts\nlet a = 1;\n```"), [["block", "let a = 1;"]]);
  assertEquals(shown("See\n```\na @b\n\n```\nand this"), [
    ["text", "See\n"],
    ["block", "a @b\n"],
    ["text", "and this"],
  ]);
});

Deno.test("mentionAt() sees the mention under the caret only", () => {
  assertEquals(mentionAt("hi @sa", 6), { from: 3, query: "sa" });
  assertEquals(mentionAt("@", 1), { from: 0, query: "" });
  assertEquals(mentionAt("hi @sa there", 12), null);
  assertEquals(mentionAt("a@b", 3), null);
});

Deno.test("completeMention() puts the name and one space, and the caret after it", () => {
  assertEquals(completeMention("hi @sa", { from: 3, query: "sa" }, 6, "sage"), {
    text: "hi @sage ",
    caret: 9,
  });
  assertEquals(completeMention("hi @sa can", { from: 3, query: "s" }, 5, "sage"), {
    text: "hi @sage can",
    caret: 9,
  });
});

Deno.test("rankNames() puts names that begin with the query first", () => {
  assertEquals(rankNames(["osage", "sage", "cedar"], "sa", 5), ["sage", "osage"]);
});
