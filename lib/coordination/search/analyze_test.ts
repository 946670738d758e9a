import { assertEquals } from "@std/assert";
import { analyze, isPaired } from "./analyze.ts";

const TERMS: readonly [text: string, terms: string[]][] = [
  ["Deno KV commits", ["deno", "kv", "commits"]],
  ["getUserById", ["getuserbyid", "get", "user", "by", "id"]],
  ["parseHTTPHeader", ["parsehttpheader", "parse", "http", "header"]],
  ["MAX_RETRY_COUNT", ["maxretrycount", "max", "retry", "count"]],
  ["lib/kernel/kv/store.ts:42", ["lib", "kernel", "kv", "store", "ts", "42"]],
  ["TS2304 v2.1.0", ["ts2304", "v2", "1", "0"]],
  ["C++ and C# but not F#x", ["c++", "and", "c#", "but", "not", "f", "x"]],
  ["don't Phoenix's l'erreur d’accord", ["don", "phoenix", "erreur", "accord"]],
  ["Straße GRÜẞE Łódź", ["strasse", "grusse", "lodz"]],
  ["Café naïve São", ["cafe", "naive", "sao"]],
  ["ﬁle ＡＢＣ １２", ["file", "abc", "12"]],
  ["Ёлка ЙОГУРТ", ["елка", "иогурт"]],
  ["ΟΔΟΣ οδός", ["οδοσ", "οδοσ"]],
  ["İstanbul ISPARTA", ["istanbul", "isparta"]],
  ["مُحَمَّد", ["محمد"]],
  ["数据库锁", ["数据", "据库", "库锁", "锁"]],
  ["猫", ["猫"]],
  ["KV数据库", ["kv", "数据", "据库", "库"]],
  ["データベース", ["デー", "ータ", "タベ", "ベー", "ース", "ス"]],
  ["락을 얻는다", ["락을", "을", "얻는", "는다", "다"]],
  ["ฐานข้อมูล", ["ฐา", "าน", "นข", "ข้", "้อ", "อม", "มู", "ูล", "ล"]],
  ["🦕 ok 👍🏽", ["ok"]],
  ["", []],
  ["--- !!! ___", []],
];

for (const [text, terms] of TERMS) {
  Deno.test(`analyze() "${text}" is ${terms.join(" ") || "nothing"}`, () => {
    assertEquals(analyze(text), terms);
  });
}

Deno.test("analyze() cuts what no word is as long as", () => {
  assertEquals(analyze("x".repeat(500)), ["x".repeat(64)]);
});

Deno.test("isPaired() tells pairs from words", () => {
  assertEquals(["数据", "猫", "ฐา", "kv", "k数", "é"].map(isPaired), [
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
});
