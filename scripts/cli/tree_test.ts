import { assertEquals } from "@std/assert";
import { emptyView } from "../../lib/engine/fold.ts";
import type { RunView, Step } from "../../lib/engine/schema.ts";
import { treeLines } from "./tree.ts";

function step(id: string, change: Partial<Step> = {}): Step {
  return {
    id,
    runId: "run_1",
    agent: "worker",
    title: id,
    role: "worker",
    status: "running",
    dependsOn: [],
    answer: false,
    attempt: 1,
    progress: 0,
    thoughts: [],
    actions: [],
    text: "",
    usage: { inputTokens: 0, outputTokens: 0 },
    costMicros: 0,
    queuedAt: "",
    ...change,
  };
}

const view = (...steps: Step[]): RunView => ({ ...emptyView("run_1"), steps });
const plain = { color: false, width: 60, height: 20 };

Deno.test("treeLines() indents children, shows attempts, costs and what is being done", () => {
  const lines = treeLines(
    view(
      step("root"),
      step("b", { parentId: "root", status: "completed", costMicros: 120 }),
      step("c", { parentId: "root", attempt: 2, actions: [{ at: "", text: "reads" }] }),
      step("old", { parentId: "root", status: "superseded" }),
    ),
    plain,
  );
  assertEquals(lines, [
    "pending  0 %  $0",
    "  ▸ root",
    "    ✓ b  $0.0001",
    "    ▸ c (attempt 2)  reads",
  ]);
});

Deno.test("treeLines() keeps to width and height and leaves out what is done", () => {
  const done = Array.from({ length: 30 }, (_, i) => step(`d${i}`, { status: "completed" }));
  const lines = treeLines(view(...done, step("x".repeat(100))), { ...plain, width: 20, height: 8 });
  assertEquals(lines.length, 3);
  assertEquals(lines[1], `  ▸ ${"x".repeat(15)}…`);
  assertEquals(lines[2], "  30 more steps");
});

Deno.test("treeLines() shows a step whose parent is not known at the top", () => {
  assertEquals(treeLines(view(step("a", { parentId: "gone" })), plain)[1], "  ▸ a");
});
