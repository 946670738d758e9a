import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { treeLayout, treeMove, type TreeNode, treeRows } from "./tree_model.ts";

const nodes: TreeNode[] = [
  { id: "a", label: "A" },
  { id: "a1", parentId: "a", label: "A1" },
  { id: "b", label: "B" },
  { id: "a2", parentId: "a", label: "A2" },
  { id: "a1x", parentId: "a1", label: "A1x" },
];
const shown = (open: string[]) => treeRows(nodes, { expanded: new Set(open) });
const ids = (open: string[]): string[] => shown(open).map((row) => row.node.id);

Deno.test("treeRows() shows children of open rows only, siblings in their order", () => {
  assertEquals(ids([]), ["a", "b"]);
  assertEquals(ids(["a"]), ["a", "a1", "a2", "b"]);
  assertEquals(ids(["a1"]), ["a", "b"]);
  assertEquals(ids(["a", "a1"]), ["a", "a1", "a1x", "a2", "b"]);
});

Deno.test("treeRows() tells level, position and parent", () => {
  const row = shown(["a"])[2]!;
  assertEquals(
    [row.level, row.position, row.siblings, row.parentIndex, row.expandable],
    [2, 2, 2, 0, false],
  );
});

Deno.test("treeRows() takes a node with an unknown parent as a root and survives a chain of 20 000", () => {
  assertEquals(
    treeRows([{ id: "x", parentId: "gone", label: "" }], { expanded: new Set() }).length,
    1,
  );
  const chain = Array.from({ length: 20_000 }, (_, index) => ({
    id: `${index}`,
    parentId: index === 0 ? undefined : `${index - 1}`,
    label: "",
  }));
  const rows = treeRows(chain, { expanded: new Set(chain.map((node) => node.id)) });
  assertEquals(rows.at(-1)!.level, 20_000);
});

Deno.test("treeMove() opens, enters, leaves and closes by the arrows to the sides", () => {
  assertEquals(treeMove("ArrowRight", shown([]), 0, 5), { kind: "toggle", index: 0, open: true });
  assertEquals(treeMove("ArrowRight", shown(["a"]), 0, 5), { kind: "focus", index: 1 });
  assertEquals(treeMove("ArrowLeft", shown(["a"]), 2, 5), { kind: "focus", index: 0 });
  assertEquals(treeMove("ArrowLeft", shown(["a"]), 0, 5), {
    kind: "toggle",
    index: 0,
    open: false,
  });
  assertEquals(treeMove("ArrowRight", shown([]), 1, 5), null);
});

Deno.test("treeMove() stays inside the rows", () => {
  const rows = shown(["a"]);
  assertEquals(treeMove("ArrowUp", rows, 0, 5), { kind: "focus", index: 0 });
  assertEquals(treeMove("PageDown", rows, 1, 50), { kind: "focus", index: 3 });
  assertEquals(treeMove("End", rows, 0, 5), { kind: "focus", index: 3 });
  assertEquals(treeMove("Home", rows, 3, 5), { kind: "focus", index: 0 });
  assertEquals(treeMove("ArrowDown", [], 0, 5), null);
});

Deno.test("treeLayout() finds for every row its own top", () => {
  const detail = fc.record({ index: fc.nat(200), px: fc.integer({ min: 0, max: 900 }) });
  fc.assert(fc.property(fc.uniqueArray(detail, { selector: (one) => one.index }), (details) => {
    details.sort((a, b) => a.index - b.index);
    const layout = treeLayout(201, 28, details);
    let top = 0;
    for (let index = 0; index <= 200; index++) {
      assertEquals(layout.top(index), top);
      assertEquals(layout.indexAt(top), index);
      top += 28 + (details.find((one) => one.index === index)?.px ?? 0);
    }
    assertEquals(layout.totalPx, top);
  }));
});
