/** One row of a tree and the detail it opens below itself, which reports its height. */
import type { ComponentChildren, JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { Icon } from "./icons.tsx";
import type { TreeNode, TreeRow } from "./tree_model.ts";

/** Rows below this are not indented further. */
const deepest = 10;

export interface TreeItemProps<Node extends TreeNode> {
  readonly id: string;
  readonly row: TreeRow<Node>;
  readonly active: boolean;
  readonly selected: boolean;
  readonly content: ComponentChildren;
  readonly detail: ComponentChildren;
  readonly onPress: (row: TreeRow<Node>) => void;
  readonly onHeight: (nodeId: string, px: number) => void;
}

export function TreeItem<Node extends TreeNode>(props: TreeItemProps<Node>): JSX.Element {
  const { id, row, active, selected, content, detail, onPress, onHeight } = props;
  return (
    <div class="tree-item" data-depth={Math.min(row.level, deepest)} role="presentation">
      <div
        id={id}
        class="tree-row"
        role="treeitem"
        aria-level={row.level}
        aria-setsize={row.siblings}
        aria-posinset={row.position}
        aria-expanded={row.expandable ? row.expanded : undefined}
        aria-selected={selected}
        aria-details={detail ? `${id}-detail` : undefined}
        data-active={active ? "" : undefined}
        onClick={() => onPress(row)}
      >
        <span class="tree-twisty">
          {row.expandable && <Icon name="chevronRight" size={12} />}
        </span>
        {content}
      </div>
      {detail && (
        <Detail
          id={`${id}-detail`}
          level={row.level + 1}
          nodeId={row.node.id}
          onHeight={onHeight}
        >
          {detail}
        </Detail>
      )}
    </div>
  );
}

interface DetailProps {
  readonly id: string;
  readonly level: number;
  readonly nodeId: string;
  readonly onHeight: (nodeId: string, px: number) => void;
  readonly children: ComponentChildren;
}

function Detail({ id, level, nodeId, onHeight, children }: DetailProps): JSX.Element {
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
  // An item of the level below: a tree holds nothing but items, and an item may hold anything.
  return (
    <div ref={box} id={id} class="tree-detail" role="treeitem" aria-level={level}>{children}</div>
  );
}
