import { assertEquals } from "@std/assert";
import { parseDotEnv } from "./env.ts";

Deno.test("parseDotEnv() reads plain, quoted and exported values and skips comments", () => {
  const text = [
    "# a comment",
    "PLAIN=one",
    "export EXPORTED=two",
    `SINGLE='three # not a comment'`,
    `DOUBLE="four\\nfive" # a comment`,
    "TRAILING=six # a comment",
    "HASH=a#b",
    "EMPTY=",
    "not a line",
  ].join("\r\n");
  assertEquals(parseDotEnv(text), {
    PLAIN: "one",
    EXPORTED: "two",
    SINGLE: "three # not a comment",
    DOUBLE: "four\nfive",
    TRAILING: "six",
    HASH: "a#b",
    EMPTY: "",
  });
});
