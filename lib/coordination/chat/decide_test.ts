import { assertEquals } from "@std/assert";
import { agentsPerCommit, chunked, meant, mentionsIn, recipientsOf } from "./decide.ts";

const NAMED: readonly [text: string, names: string[]][] = [
  ["@phoenix please look", ["phoenix"]],
  ["please look, @phoenix", ["phoenix"]],
  ["please look, @phoenix.", ["phoenix"]],
  ["@phoenix: look", ["phoenix"]],
  ["@phoenix, @sage and @cedar-2 look", ["phoenix", "sage", "cedar-2"]],
  ["(@phoenix) [@sage] \"@cedar\" '@oak'!", ["phoenix", "sage", "cedar", "oak"]],
  ["**@phoenix**, *@sage* > @cedar", ["phoenix", "sage", "cedar"]],
  ["@phoenix's branch", ["phoenix"]],
  ["@phoenix @phoenix", ["phoenix"]],
  ["@phoenix/@sage", ["phoenix"]],
  ["@phoenix\n@sage\t@cedar", ["phoenix", "sage", "cedar"]],
  ["ask @claude:laptop or @ann@host.example", ["claude:laptop", "ann@host.example"]],
  ["@v1.2 and @_x", ["v1.2", "_x"]],
  ["@phoenix...", ["phoenix"]],
  ["请@phoenix看一下", ["phoenix"]],
  ["＠phoenix をお願い", ["phoenix"]],
  ["ผู้ช่วย@sageครับ", ["sage"]],
  ["привет @sage, посмотри", ["sage"]],
  // Addresses, packages, paths, code and names that go on.
  ["mail phoenix@example.org", []],
  ["mail first.last+tag@example.org or иван@почта.рф", []],
  ["npm i @types/node @std/assert", []],
  ["git@github.com:acme/x and https://x.org/@phoenix", []],
  ["pkg@1.2.3, user:pass@host", []],
  ["use `@phoenix` in code", []],
  ["```ts\n@phoenix\n```", []],
  ["an unclosed fence ```\n@phoenix", []],
  ["@ alone, @@, @., @-", []],
  ["@josé and @bobé", []],
  ["\\@phoenix", []],
  ["no mention at all", []],
];

for (const [text, names] of NAMED) {
  Deno.test(`mentionsIn() ${JSON.stringify(text)} names ${names.join(", ") || "nobody"}`, () => {
    const { named, all } = mentionsIn(text);
    assertEquals([named.map(({ readings }) => readings[0]), all], [names, false]);
  });
}

for (const word of ["@all", "@team", "@everyone", "@All,", "hey @TEAM!"]) {
  Deno.test(`mentionsIn() "${word}" is a mention of everybody`, () => {
    assertEquals(mentionsIn(word), { named: [], all: true });
  });
}

Deno.test("mentionsIn() finds names beside @all", () => {
  const { named, all } = mentionsIn("@sage and @everyone else");
  assertEquals([named.map(({ readings }) => readings[0]), all], [["sage"], true]);
});

Deno.test("mentionsIn() does not take @allied or @teammate for everybody", () => {
  const { named, all } = mentionsIn("@allied @teammate");
  assertEquals([named.map(({ readings }) => readings[0]), all], [["allied", "teammate"], false]);
});

Deno.test("mentionsIn() is quick on hostile text", () => {
  const began = performance.now();
  for (
    const text of ["@".repeat(10_000), "`".repeat(10_000), "@a.".repeat(3_333), "```".repeat(3_333)]
  ) {
    mentionsIn(text);
  }
  assertEquals(performance.now() - began < 500, true);
});

const MEANT: readonly [text: string, registered: string[], id: string][] = [
  ["@phoenix", ["phoenix", "sage"], "phoenix"],
  ["@Phoenix", ["phoenix"], "phoenix"],
  ["@Phoenix", ["phoenix", "Phoenix"], "Phoenix"],
  ["@bob.Please", ["bob"], "bob"],
  ["@bob.Please", ["bob", "bob.Please"], "bob.Please"],
  ["@claude:laptop", ["claude"], "claude"],
  ["@later", ["phoenix"], "later"],
  ["@v1.2", [], "v1.2"],
];

for (const [text, registered, id] of MEANT) {
  Deno.test(`meant() ${text} is "${id}" where [${registered}] are registered`, () => {
    assertEquals(meant(mentionsIn(text).named[0]!, registered), id);
  });
}

Deno.test("recipientsOf() tells named agents first, each once, never the author", () => {
  assertEquals(recipientsOf("phoenix", ["sage", "phoenix"], ["cedar", "phoenix", "sage"]), [
    "sage",
    "cedar",
  ]);
});

Deno.test("agentsPerCommit() keeps a commit below 400 mutations and 200 kB", () => {
  for (const textBytes of [1, 100, 1_000, 2_000, 6_000, 30_000]) {
    const agents = agentsPerCommit(textBytes, 100);
    assertEquals(agents * 3 + 10 <= 400, true, `${textBytes}`);
    assertEquals(agents === 1 || agents * (2 * textBytes + 1_200) <= 100_000, true);
  }
  assertEquals([agentsPerCommit(20, 60), agentsPerCommit(6_000, 60)], [60, 7]);
});

Deno.test("chunked() keeps order and loses nothing", () => {
  assertEquals([chunked([1, 2, 3, 4, 5], 2), chunked([], 2)], [[[1, 2], [3, 4], [5]], []]);
});
