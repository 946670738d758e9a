import { assertEquals } from "@std/assert";
import { counted, outline } from "./outline.ts";

Deno.test("outline() leaves out what is empty and puts small objects on a line", () => {
  const task = { id: "t1", title: "Write", files: ["a.ts", "b.ts"], tags: [], assignee: null };
  assertEquals(
    outline({ items: [task], nextCursor: null }),
    "items:\n  - id t1 · title Write · files a.ts, b.ts",
  );
});

Deno.test("outline() keeps the lines of a text", () => {
  assertEquals(
    outline({ run: { id: "r1", output: "# Answer\nFour" } }),
    "run:\n  id: r1\n  output:\n    # Answer\n    Four",
  );
});

Deno.test("outline() says how many items of a long list it left out", () => {
  const text = outline({ items: Array.from({ length: 53 }, (_, i) => i + 1) }).split("\n");
  assertEquals(text.length, 52);
  assertEquals(text.at(-1), "  … 3 more in the structured result");
});

Deno.test("outline() of a long object is one field a line", () => {
  const long = { intent: "x".repeat(150), status: "y".repeat(60) };
  assertEquals(outline(long).split("\n").map((line) => line.split(":")[0]), ["intent", "status"]);
});

Deno.test("counted() knows one from many", () => {
  assertEquals([counted(1, "task"), counted(0, "task"), counted(2, "reply", "replies")], [
    "1 task",
    "0 tasks",
    "2 replies",
  ]);
});
