/** Tabs: arrows, Home and End move and select; only the selected panel is rendered. */
import type { ComponentChildren, JSX } from "preact";
import { useUid } from "./uid.ts";

export interface Tab {
  readonly id: string;
  readonly label: string;
  readonly count?: number;
  readonly disabled?: boolean;
}

export interface TabsProps {
  readonly label: string;
  readonly tabs: readonly Tab[];
  readonly selected: string;
  readonly onSelect: (id: string) => void;
  /** The panel of the selected tab. */
  readonly children: ComponentChildren;
  readonly look?: "line" | "pill";
  /** Set at the end of the row of tabs. */
  readonly aside?: ComponentChildren;
  /** Set before the row of tabs, such as a heading. */
  readonly lead?: ComponentChildren;
}

const moves: Record<string, (at: number, count: number) => number> = {
  ArrowRight: (at, count) => (at + 1) % count,
  ArrowLeft: (at, count) => (at - 1 + count) % count,
  Home: () => 0,
  End: (_at, count) => count - 1,
};

export function Tabs(props: TabsProps): JSX.Element {
  const { label, tabs, selected, onSelect, children, look = "line", aside, lead } = props;
  const id = useUid();

  function onKeyDown(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
    const key = getComputedStyle(event.currentTarget).direction === "rtl"
      ? mirrored(event.key)
      : event.key;
    const move = moves[key];
    const enabled = tabs.filter((tab) => !tab.disabled);
    const next = move &&
      enabled[move(enabled.findIndex((tab) => tab.id === selected), enabled.length)];
    if (!next) return;
    event.preventDefault();
    onSelect(next.id);
    document.getElementById(`${id}-${next.id}`)?.focus();
  }

  return (
    <div class="tabs" data-look={look}>
      <div class="tabs-bar">
        {lead}
        <div class="tabs-list" role="tablist" aria-label={label} onKeyDown={onKeyDown}>
          {tabs.map((tab) => (
            <button
              key={tab.id}
              type="button"
              class="tab"
              role="tab"
              id={`${id}-${tab.id}`}
              aria-selected={tab.id === selected}
              aria-controls={tab.id === selected ? `${id}-panel` : undefined}
              disabled={tab.disabled}
              tabIndex={tab.id === selected ? 0 : -1}
              onClick={() => onSelect(tab.id)}
            >
              {tab.label}
              {tab.count !== undefined && <span class="tab-count">{tab.count}</span>}
            </button>
          ))}
        </div>
        {aside}
      </div>
      <div
        class="tab-panel"
        role="tabpanel"
        id={`${id}-panel`}
        aria-labelledby={`${id}-${selected}`}
      >
        {children}
      </div>
    </div>
  );
}

function mirrored(key: string): string {
  return key === "ArrowRight" ? "ArrowLeft" : key === "ArrowLeft" ? "ArrowRight" : key;
}
