/** Small marks: a Badge states, a Chip is a value or a filter, Kbd is a key. Colour is for state alone. */
import type { ComponentChildren, JSX } from "preact";
import { Icon, type IconName } from "./icons.tsx";

export type Tone = "neutral" | "accent" | "ok" | "warn" | "bad" | "pause";

export interface BadgeProps {
  readonly tone?: Tone;
  readonly children: ComponentChildren;
  readonly title?: string;
}

export function Badge({ tone = "neutral", children, title }: BadgeProps): JSX.Element {
  return <span class="badge" data-tone={tone} title={title}>{children}</span>;
}

export interface ChipProps {
  readonly tone?: Tone;
  readonly icon?: IconName;
  readonly children: ComponentChildren;
  /** With it the chip is a button. */
  readonly onClick?: (event: MouseEvent) => void;
  readonly pressed?: boolean;
  readonly onRemove?: () => void;
  readonly removeLabel?: string;
  readonly disabled?: boolean;
  readonly title?: string;
}

export function Chip(props: ChipProps): JSX.Element {
  const { tone = "neutral", icon, children, onClick, pressed, onRemove, removeLabel, disabled } =
    props;
  const inner = (
    <>
      {icon && <Icon name={icon} size={12} />}
      <span class="chip-text">{children}</span>
    </>
  );
  if (onClick) {
    return (
      <button
        type="button"
        class="chip"
        data-tone={tone}
        aria-pressed={pressed}
        onClick={onClick}
        disabled={disabled}
        title={props.title}
      >
        {inner}
      </button>
    );
  }
  return (
    <span class="chip" data-tone={tone} title={props.title}>
      {inner}
      {onRemove && (
        <button
          type="button"
          class="chip-remove"
          aria-label={removeLabel ?? "Remove"}
          onClick={onRemove}
        >
          <Icon name="close" size={12} />
        </button>
      )}
    </span>
  );
}

export function Kbd({ children }: { readonly children: ComponentChildren }): JSX.Element {
  return <kbd class="kbd">{children}</kbd>;
}
