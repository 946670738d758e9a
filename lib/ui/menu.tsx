/** A button's menu: arrows, Home, End, type-ahead; Escape and Tab close, and focus goes back. */
import type { JSX, RefObject } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Kbd } from "./badge.tsx";
import { Icon, type IconName } from "./icons.tsx";
import { placePopover } from "./place.ts";
import { createTypeahead, type Typeahead } from "./typeahead.ts";
import { useUid } from "./uid.ts";

export interface MenuItem {
  readonly id: string;
  readonly label: string;
  readonly icon?: IconName;
  /** A shortcut to show. */
  readonly kbd?: string;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  /** Given, the item is one of a set of choices. */
  readonly checked?: boolean;
  /** A hairline above. */
  readonly separated?: boolean;
  readonly onSelect: () => void;
}

/** Spread onto the `Button` or `IconButton` that opens the menu. */
export interface MenuTriggerProps {
  readonly id: string;
  readonly buttonRef: RefObject<HTMLButtonElement | null>;
  readonly "aria-haspopup": "menu";
  readonly "aria-expanded": boolean;
  readonly "aria-controls": string;
  readonly onPointerDown: (event: PointerEvent) => void;
  readonly onClick: (event: MouseEvent) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

export interface MenuProps {
  readonly items: readonly MenuItem[];
  readonly side?: "top" | "bottom";
  readonly align?: "start" | "end";
  readonly trigger: (props: MenuTriggerProps) => JSX.Element;
}

export function Menu(props: MenuProps): JSX.Element {
  const { items, trigger } = props;
  const id = useUid();
  const { list, triggerProps, hide, onListKey, onToggle } = useMenu(id, props);
  return (
    <>
      {trigger(triggerProps)}
      <div
        ref={list}
        id={id}
        class="menu"
        role="menu"
        popover="auto"
        aria-labelledby={triggerProps.id}
        onToggle={onToggle}
        onKeyDown={onListKey}
      >
        {items.map((item) => (
          <MenuRow
            key={item.id}
            item={item}
            onSelect={() => {
              hide();
              item.onSelect();
            }}
          />
        ))}
      </div>
    </>
  );
}

export interface FloatingMenuProps {
  readonly items: readonly MenuItem[];
  /** Where it hangs and where the focus goes back to; null: closed. */
  readonly anchor: HTMLElement | null;
  readonly label: string;
  readonly onClose: () => void;
}

/** One menu for many places, such as the rows of a long list: opened by giving it an anchor. */
export function FloatingMenu({ items, anchor, label, onClose }: FloatingMenuProps): JSX.Element {
  const list = useRef<HTMLDivElement>(null);
  const typeahead = useRef(createTypeahead());
  useLayoutEffect(() => {
    if (!anchor || !list.current) return;
    list.current.showPopover();
    placePopover(list.current, anchor, { side: "bottom", align: "end", gap: 4 });
    menuEntries(list.current)[0]?.focus();
  }, [anchor]);

  function hide(): void {
    list.current?.hidePopover();
    anchor?.focus();
  }
  return (
    <div
      ref={list}
      class="menu"
      role="menu"
      popover="auto"
      aria-label={label}
      onToggle={(event) => event.newState === "closed" && onClose()}
      onKeyDown={(event) => onMenuKey(event, list.current, typeahead.current, hide)}
    >
      {anchor && items.map((item) => (
        <MenuRow
          key={item.id}
          item={item}
          onSelect={() => {
            hide();
            item.onSelect();
          }}
        />
      ))}
    </div>
  );
}

interface MenuState {
  readonly list: RefObject<HTMLDivElement | null>;
  readonly triggerProps: MenuTriggerProps;
  readonly hide: () => void;
  readonly onListKey: (event: KeyboardEvent) => void;
  readonly onToggle: (event: Pick<ToggleEvent, "newState">) => void;
}

function useMenu(id: string, { side = "bottom", align = "start" }: MenuProps): MenuState {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const typeahead = useRef(createTypeahead());
  const wasOpen = useRef(false);

  function show(focus: "first" | "last"): void {
    if (!list.current || !button.current) return;
    list.current.showPopover();
    placePopover(list.current, button.current, { side, align, gap: 4 });
    menuEntries(list.current).at(focus === "first" ? 0 : -1)?.focus();
  }
  function hide(): void {
    list.current?.hidePopover();
    button.current?.focus();
  }
  const onListKey = (event: KeyboardEvent): void =>
    onMenuKey(event, list.current, typeahead.current, hide);
  const triggerProps: MenuTriggerProps = {
    id: `${id}-button`,
    buttonRef: button,
    "aria-haspopup": "menu",
    "aria-expanded": open,
    "aria-controls": id,
    // The press itself dismisses an open menu, so by the click it would look closed.
    onPointerDown: () => {
      wasOpen.current = list.current?.matches(":popover-open") ?? false;
    },
    onClick: () => {
      if (wasOpen.current) hide();
      else show("first");
      wasOpen.current = false;
    },
    onKeyDown: (event) => {
      if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
      event.preventDefault();
      show(event.key === "ArrowDown" ? "first" : "last");
    },
  };
  const onToggle: MenuState["onToggle"] = (event) => setOpen(event.newState === "open");
  return { list, triggerProps, hide, onListKey, onToggle };
}

function onMenuKey(
  event: KeyboardEvent,
  list: HTMLElement | null,
  typeahead: Typeahead,
  hide: () => void,
): void {
  if (event.key === "Tab") return hide();
  if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    return hide();
  }
  const target = menuTarget(event, menuEntries(list), typeahead);
  if (!target) return;
  event.preventDefault();
  target.focus();
}

function menuEntries(list: HTMLElement | null): HTMLElement[] {
  const entries = list?.querySelectorAll<HTMLElement>("[role^=menuitem]:not([aria-disabled=true])");
  return [...entries ?? []];
}

function menuTarget(
  event: KeyboardEvent,
  all: HTMLElement[],
  typeahead: Typeahead,
): HTMLElement | undefined {
  const at = all.indexOf(document.activeElement as HTMLElement);
  switch (event.key) {
    case "ArrowDown":
      return all[(at + 1) % all.length];
    case "ArrowUp":
      return all.at(at <= 0 ? -1 : at - 1);
    case "Home":
      return all[0];
    case "End":
      return all.at(-1);
    default: {
      const found = typeahead(event, all.map((entry) => entry.textContent ?? ""), at);
      return found === null ? undefined : all[found];
    }
  }
}

function MenuRow({ item, onSelect }: { item: MenuItem; onSelect: () => void }): JSX.Element {
  const choice = item.checked !== undefined;
  return (
    <>
      {item.separated && <hr class="menu-line" />}
      <button
        type="button"
        class="menu-item"
        role={choice ? "menuitemradio" : "menuitem"}
        aria-checked={choice ? item.checked : undefined}
        aria-disabled={item.disabled ? "true" : undefined}
        data-danger={item.danger ? "" : undefined}
        tabIndex={-1}
        onClick={item.disabled ? undefined : onSelect}
        onPointerMove={(event) => event.currentTarget.focus()}
      >
        <span class="menu-icon">
          {choice
            ? item.checked && <Icon name="approve" />
            : item.icon && <Icon name={item.icon} />}
        </span>
        <span class="menu-label">{item.label}</span>
        {item.kbd && <Kbd>{item.kbd}</Kbd>}
      </button>
    </>
  );
}
