/** A tree as the rows a person sees: what is visible, where it lies, and what a key does. Pure. */
export interface TreeNode {
  readonly id: string;
  /** A parent that is not among the nodes makes this one a root. */
  readonly parentId?: string;
  /** For type-ahead. */
  readonly label: string;
}

export interface TreeRow<Node extends TreeNode> {
  readonly node: Node;
  /** 1 for roots, as `aria-level`. */
  readonly level: number;
  readonly position: number;
  readonly siblings: number;
  readonly parentIndex: number;
  readonly hasChildren: boolean;
  readonly expandable: boolean;
  readonly expanded: boolean;
}

export interface TreeShape<Node extends TreeNode> {
  readonly expanded: ReadonlySet<string>;
  /** Rows that open to show something although they have no children. */
  readonly opens?: (node: Node) => boolean;
}

/** The visible rows in order; siblings keep the order of `nodes`. Iterative: depth is not bounded. */
export function treeRows<Node extends TreeNode>(
  nodes: readonly Node[],
  { expanded, opens }: TreeShape<Node>,
): TreeRow<Node>[] {
  const known = new Set(nodes.map((node) => node.id));
  const children = new Map<string | undefined, Node[]>();
  for (const node of nodes) {
    const parent = node.parentId !== undefined && known.has(node.parentId)
      ? node.parentId
      : undefined;
    const siblings = children.get(parent);
    if (siblings) siblings.push(node);
    else children.set(parent, [node]);
  }
  const rows: TreeRow<Node>[] = [];
  const roots = children.get(undefined) ?? [];
  const open: { list: readonly Node[]; next: number; level: number; parentIndex: number }[] = [
    { list: roots, next: 0, level: 1, parentIndex: -1 },
  ];
  for (let at = open.at(-1); at; at = open.at(-1)) {
    const node = at.list[at.next++];
    if (!node) {
      open.pop();
      continue;
    }
    const below = children.get(node.id);
    const expandable = below !== undefined || (opens?.(node) ?? false);
    const row: TreeRow<Node> = {
      node,
      level: at.level,
      position: at.next,
      siblings: at.list.length,
      parentIndex: at.parentIndex,
      hasChildren: below !== undefined,
      expandable,
      expanded: expandable && expanded.has(node.id),
    };
    rows.push(row);
    if (below && row.expanded) {
      open.push({ list: below, next: 0, level: at.level + 1, parentIndex: rows.length - 1 });
    }
  }
  return rows;
}

export type TreeMove =
  | { readonly kind: "focus"; readonly index: number }
  | { readonly kind: "toggle"; readonly index: number; readonly open: boolean }
  | { readonly kind: "expand_siblings"; readonly index: number }
  | { readonly kind: "select"; readonly index: number };

/** What a key does on the row at `index`, as the ARIA tree pattern says; null when nothing. */
export function treeMove(
  key: string,
  rows: readonly TreeRow<TreeNode>[],
  index: number,
  pageRows: number,
): TreeMove | null {
  const row = rows[index];
  if (!row) return rows.length > 0 ? { kind: "focus", index: 0 } : null;
  const focus = (to: number): TreeMove => ({
    kind: "focus",
    index: Math.max(0, Math.min(rows.length - 1, to)),
  });
  switch (key) {
    case "ArrowDown":
      return focus(index + 1);
    case "ArrowUp":
      return focus(index - 1);
    case "PageDown":
      return focus(index + pageRows);
    case "PageUp":
      return focus(index - pageRows);
    case "Home":
      return focus(0);
    case "End":
      return focus(rows.length - 1);
    case "ArrowRight":
      if (row.expandable && !row.expanded) return { kind: "toggle", index, open: true };
      return row.hasChildren ? focus(index + 1) : null;
    case "ArrowLeft":
      if (row.expanded) return { kind: "toggle", index, open: false };
      return row.parentIndex >= 0 ? focus(row.parentIndex) : null;
    case "*":
      return { kind: "expand_siblings", index };
    case "Enter":
    case " ":
      return row.expandable
        ? { kind: "toggle", index, open: !row.expanded }
        : { kind: "select", index };
    default:
      return null;
  }
}

export interface TreeLayout {
  readonly totalPx: number;
  readonly top: (index: number) => number;
  readonly indexAt: (y: number) => number;
}

/** Rows have one height; the few that show a detail below add its measured height. */
export function treeLayout(
  count: number,
  rowPx: number,
  details: readonly { readonly index: number; readonly px: number }[],
): TreeLayout {
  const sums: number[] = [];
  let sum = 0;
  for (const detail of details) {
    sum += detail.px;
    sums.push(sum);
  }
  /** How many details lie above the row. */
  function above(index: number): number {
    let low = 0;
    let high = details.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (details[middle]!.index < index) low = middle + 1;
      else high = middle;
    }
    return low;
  }
  function top(index: number): number {
    const before = above(index);
    return index * rowPx + (before > 0 ? sums[before - 1]! : 0);
  }
  function indexAt(y: number): number {
    let low = 0;
    let high = Math.max(0, count - 1);
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (top(middle) <= y) low = middle;
      else high = middle - 1;
    }
    return low;
  }
  return { totalPx: count * rowPx + sum, top, indexAt };
}
