/**
 * A tree of rows for very many nodes: only those in view exist in the document. One tab stop; arrows,
 * Home, End, paging and type-ahead move in it. A row may open a detail of any height below itself.
 */
import type { ComponentChildren, JSX } from "preact";
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { Icon } from "./icons.tsx";
import {
  type TreeLayout,
  treeLayout,
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
  /** One line, inside a row of fixed height. */
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
  const { label, nodes, expanded, selected, hasDetail = nothing, serverRows = 200 } = props;
  const id = useUid();
  const canvas = useRef<HTMLDivElement>(null);
  const heights = useRef(new Map<string, number>());
  const [heightsVersion, setHeightsVersion] = useState(0);
  const [active, setActive] = useState<string | undefined>(selected);
  const typeahead = useRef(createTypeahead());

  const rows = useMemo(() => treeRows(nodes, { expanded, opens: hasDetail }), [nodes, expanded]);
  const layout = useMemo(() => layoutOf(rows, hasDetail, heights.current), [rows, heightsVersion]);
  const view = useWindow(canvas, layout, rows.length);
  const indexById = useMemo(() => new Map(rows.map((row, index) => [row.node.id, index])), [rows]);
  const activeIndex = indexById.get(active ?? selected ?? "") ?? (rows.length > 0 ? 0 : -1);

  function onHeight(nodeId: string, px: number): void {
    if (heights.current.get(nodeId) === px) return;
    heights.current.set(nodeId, px);
    setHeightsVersion((version) => version + 1);
  }
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
  function onKeyDown(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
    if (event.target !== event.currentTarget) {
      if (event.key === "Escape") event.currentTarget.focus();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const move = treeMove(event.key, rows, activeIndex, pageRows(canvas.current));
    if (move) {
      event.preventDefault();
      const row = rows[move.index]!;
      if (move.kind === "focus") focusRow(move.index);
      else if (move.kind === "toggle") props.onToggle(row.node.id, move.open);
      else if (move.kind === "select") props.onSelect?.(row.node.id);
      else {
        for (const sibling of rows) {
          if (sibling.parentIndex === row.parentIndex && sibling.expandable && !sibling.expanded) {
            props.onToggle(sibling.node.id, true);
          }
        }
      }
      return;
    }
    const found = typeahead.current(event, rows.map((row) => row.node.label), activeIndex);
    if (found === null) return;
    event.preventDefault();
    focusRow(found);
  }

  const first = view?.first ?? 0;
  const last = view?.last ?? Math.min(rows.length, serverRows);
  // The row with the keyboard stays in the document, or `aria-activedescendant` would name nothing.
  const strayed = activeIndex >= 0 && (activeIndex < first || activeIndex >= last);
  const item = (index: number): JSX.Element => (
    <TreeItem
      key={rows[index]!.node.id}
      id={`${id}-${rows[index]!.node.id}`}
      row={rows[index]!}
      active={index === activeIndex}
      selected={rows[index]!.node.id === selected}
      content={props.renderRow(rows[index]!.node, rows[index]!)}
      detail={rows[index]!.expanded && hasDetail(rows[index]!.node)
        ? props.renderDetail?.(rows[index]!.node)
        : undefined}
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
      aria-activedescendant={activeIndex >= 0 ? `${id}-${rows[activeIndex]!.node.id}` : undefined}
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
          {rows.slice(first, last).map((_row, offset) => item(first + offset))}
        </div>
        {strayed && <div class="tree-stray" role="presentation">{item(activeIndex)}</div>}
      </div>
    </div>
  );
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

interface TreeItemProps<Node extends TreeNode> {
  readonly id: string;
  readonly row: TreeRow<Node>;
  readonly active: boolean;
  readonly selected: boolean;
  readonly content: ComponentChildren;
  readonly detail: ComponentChildren;
  readonly onPress: (row: TreeRow<Node>) => void;
  readonly onHeight: (nodeId: string, px: number) => void;
}

function TreeItem<Node extends TreeNode>(props: TreeItemProps<Node>): JSX.Element {
  const { id, row, active, selected, content, detail, onPress, onHeight } = props;
  return (
    <div
      id={id}
      class="tree-item"
      role="treeitem"
      aria-level={row.level}
      aria-setsize={row.siblings}
      aria-posinset={row.position}
      aria-expanded={row.expandable ? row.expanded : undefined}
      aria-selected={selected}
      aria-labelledby={`${id}-row`}
      data-active={active ? "" : undefined}
    >
      <div id={`${id}-row`} class="tree-row" onClick={() => onPress(row)}>
        <span class="tree-twisty">
          {row.expandable && <Icon name="chevronRight" size={12} />}
        </span>
        {content}
      </div>
      {detail && <Detail nodeId={row.node.id} onHeight={onHeight}>{detail}</Detail>}
    </div>
  );
}

interface DetailProps {
  readonly nodeId: string;
  readonly onHeight: (nodeId: string, px: number) => void;
  readonly children: ComponentChildren;
}

function Detail({ nodeId, onHeight, children }: DetailProps): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const report = useRef(onHeight);
  report.current = onHeight;
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const measure = (): void => report.current(nodeId, element.offsetHeight);
    measure();
    const resized = new ResizeObserver(measure);
    resized.observe(element);
    return () => resized.disconnect();
  }, [nodeId]);
  return <div ref={box} class="tree-detail">{children}</div>;
}
