/**
 * A tree of rows for very many nodes: only those in view exist in the document. One tab stop; arrows,
 * Home, End, paging and type-ahead move in it. A row may open a detail of any height below itself.
 */
import type { ComponentChildren, JSX, RefObject } from "preact";
import { useCallback, useMemo, useRef, useState } from "preact/hooks";
import { TreeItem } from "./tree_item.tsx";
import {
  type TreeLayout,
  treeLayout,
  type TreeMove,
  treeMove,
  type TreeNode,
  type TreeRow,
  treeRows,
} from "./tree_model.ts";
import { createTypeahead } from "./typeahead.ts";
import { useUid } from "./uid.ts";
import { scrollerOf, useWindow, viewOn } from "./use_window.ts";

export interface TreeProps<Node extends TreeNode> {
  readonly label: string;
  /** In the order to show siblings in; `parentId` makes the tree. */
  readonly nodes: readonly Node[];
  readonly expanded: ReadonlySet<string>;
  readonly onToggle: (id: string, open: boolean) => void;
  readonly selected?: string;
  readonly onSelect?: (id: string) => void;
  /** One line, inside a row of fixed height. Its text names the row: part words with spaces. */
  readonly renderRow: (node: Node, row: TreeRow<Node>) => ComponentChildren;
  /** Whether an open row shows a detail. */
  readonly hasDetail?: (node: Node) => boolean;
  readonly renderDetail?: (node: Node) => ComponentChildren;
  /** Rows in the server's HTML, read when there is no script. */
  readonly serverRows?: number;
}

const rowPx = 28;
/** Before a detail has been measured. */
const detailGuessPx = 120;
const nothing = (): boolean => false;

export function Tree<Node extends TreeNode>(props: TreeProps<Node>): JSX.Element {
  const { label, selected, hasDetail = nothing, serverRows = 200 } = props;
  const id = useUid();
  const canvas = useRef<HTMLDivElement>(null);
  const { rows, layout, onHeight } = useRows(props);
  const view = useWindow(canvas, layout, rows.length);
  const { activeIndex, press, onKeyDown } = useTreeFocus(props, rows, layout, canvas);
  const first = view?.first ?? 0;
  const last = Math.min(rows.length, view?.last ?? serverRows);
  // The row with the keyboard stays in the document, or `aria-activedescendant` would name nothing.
  const strayed = activeIndex >= 0 && (activeIndex < first || activeIndex >= last);
  const rowId = (row: TreeRow<Node>): string => `${id}-${row.node.id}`;
  const item = (row: TreeRow<Node>, index: number): JSX.Element => (
    <TreeItem
      key={row.node.id}
      id={rowId(row)}
      row={row}
      active={index === activeIndex}
      selected={row.node.id === selected}
      content={props.renderRow(row.node, row)}
      detail={row.expanded && hasDetail(row.node) ? props.renderDetail?.(row.node) : undefined}
      onPress={press}
      onHeight={onHeight}
    />
  );
  return (
    <div
      class="tree"
      role="tree"
      aria-label={label}
      tabIndex={0}
      aria-activedescendant={activeIndex >= 0 ? rowId(rows[activeIndex]!) : undefined}
      onKeyDown={onKeyDown}
    >
      <div
        ref={canvas}
        class="tree-canvas"
        role="presentation"
        style={view ? { height: `${layout.totalPx}px` } : undefined}
      >
        <div
          class="tree-window"
          role="presentation"
          style={view ? { transform: `translateY(${layout.top(first)}px)` } : undefined}
        >
          {rows.slice(first, last).map((row, offset) => item(row, first + offset))}
        </div>
        {strayed && (
          <div class="tree-stray" role="presentation">{item(rows[activeIndex]!, activeIndex)}</div>
        )}
      </div>
    </div>
  );
}

interface Rows<Node extends TreeNode> {
  readonly rows: readonly TreeRow<Node>[];
  readonly layout: TreeLayout;
  readonly onHeight: (nodeId: string, px: number) => void;
}

function useRows<Node extends TreeNode>(props: TreeProps<Node>): Rows<Node> {
  const { nodes, expanded, hasDetail = nothing } = props;
  const heights = useRef(new Map<string, number>());
  const [version, setVersion] = useState(0);
  const rows = useMemo(() => treeRows(nodes, { expanded, opens: hasDetail }), [nodes, expanded]);
  const layout = useMemo(() => layoutOf(rows, hasDetail, heights.current), [rows, version]);
  const onHeight = useCallback((nodeId: string, px: number): void => {
    if (heights.current.get(nodeId) === px) return;
    heights.current.set(nodeId, px);
    setVersion((old) => old + 1);
  }, []);
  return { rows, layout, onHeight };
}

interface TreeFocus<Node extends TreeNode> {
  readonly activeIndex: number;
  readonly press: (row: TreeRow<Node>) => void;
  readonly onKeyDown: (event: KeyboardEvent & { currentTarget: HTMLElement }) => void;
}

function useTreeFocus<Node extends TreeNode>(
  props: TreeProps<Node>,
  rows: readonly TreeRow<Node>[],
  layout: TreeLayout,
  canvas: RefObject<HTMLElement | null>,
): TreeFocus<Node> {
  const [active, setActive] = useState<string | undefined>(undefined);
  const typeahead = useRef(createTypeahead());
  const indexById = useMemo(() => new Map(rows.map((row, index) => [row.node.id, index])), [rows]);
  const activeIndex = indexById.get(active ?? props.selected ?? "") ?? (rows.length > 0 ? 0 : -1);

  function focusRow(index: number): void {
    const row = rows[index];
    if (!row || !canvas.current) return;
    setActive(row.node.id);
    reveal(canvas.current, layout.top(index));
  }
  function press(row: TreeRow<Node>): void {
    setActive(row.node.id);
    props.onSelect?.(row.node.id);
    if (row.expandable) props.onToggle(row.node.id, !row.expanded);
  }
  function perform(move: TreeMove): void {
    const row = rows[move.index]!;
    if (move.kind === "focus") focusRow(move.index);
    else if (move.kind === "toggle") props.onToggle(row.node.id, move.open);
    else if (move.kind === "select") props.onSelect?.(row.node.id);
    else {
      for (const sibling of rows) {
        const closed = sibling.expandable && !sibling.expanded;
        if (closed && sibling.parentIndex === row.parentIndex) {
          props.onToggle(sibling.node.id, true);
        }
      }
    }
  }
  function onKeyDown(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
    if (event.target !== event.currentTarget) {
      if (event.key === "Escape") event.currentTarget.focus();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const move = treeMove(event.key, rows, activeIndex, pageRows(canvas.current));
    if (move) {
      event.preventDefault();
      return perform(move);
    }
    const found = typeahead.current(event, rows.map((row) => row.node.label), activeIndex);
    if (found === null) return;
    event.preventDefault();
    focusRow(found);
  }
  return { activeIndex, press, onKeyDown };
}

function layoutOf<Node extends TreeNode>(
  rows: readonly TreeRow<Node>[],
  hasDetail: (node: Node) => boolean,
  heights: ReadonlyMap<string, number>,
): TreeLayout {
  const details: { index: number; px: number }[] = [];
  rows.forEach((row, index) => {
    if (!row.expanded || !hasDetail(row.node)) return;
    details.push({ index, px: heights.get(row.node.id) ?? detailGuessPx });
  });
  return treeLayout(rows.length, rowPx, details);
}

function pageRows(canvas: HTMLElement | null): number {
  if (!canvas) return 1;
  return Math.max(1, Math.floor(scrollerOf(canvas).clientHeight / rowPx) - 1);
}

/** Scrolls no further than needed to show the row. */
function reveal(canvas: HTMLElement, top: number): void {
  const scroller = scrollerOf(canvas);
  const view = viewOn(canvas, scroller);
  if (top < view.top) scroller.scrollTop += top - view.top;
  else if (top + rowPx > view.top + view.height) {
    scroller.scrollTop += top + rowPx - view.top - view.height;
  }
}
