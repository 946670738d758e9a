import { assertEquals } from "@std/assert";
import { diffLines, readableLines } from "./json_lines.ts";

Deno.test("readableLines() writes a flat object as keys and values", () => {
  assertEquals(readableLines({ url: "https://a.example", n: 2 }), [
    "url  https://a.example",
    "n    2",
  ]);
});

Deno.test("readableLines() indents what is nested", () => {
  assertEquals(readableLines({ a: { b: 1 } }), ["{", '  "a": {', '    "b": 1', "  }", "}"]);
});

Deno.test("diffLines() names what went and what came", () => {
  assertEquals(diffLines(["a", "b", "c"], ["a", "x", "c"]), [
    { kind: "same", text: "a" },
    { kind: "del", text: "b" },
    { kind: "add", text: "x" },
    { kind: "same", text: "c" },
  ]);
});

Deno.test("diffLines() of equal lines changes nothing", () => {
  assertEquals(diffLines(["a"], ["a"]), [{ kind: "same", text: "a" }]);
});
