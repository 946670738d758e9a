/** Buttons, and links that look like them. An icon alone needs a label: `IconButton`. */
import type { AriaAttributes, ComponentChildren, JSX, Ref } from "preact";
import { classNames } from "./class_names.ts";
import { Icon, type IconName } from "./icons.tsx";

interface Common extends Omit<AriaAttributes, "role"> {
  readonly id?: string;
  readonly type?: "button" | "submit" | "reset";
  readonly disabled?: boolean;
  readonly title?: string;
  readonly name?: string;
  readonly value?: string;
  readonly autofocus?: boolean;
  readonly tabIndex?: number;
  /** The id of the form it submits, where it stands outside. */
  readonly form?: string;
  readonly onClick?: (event: MouseEvent) => void;
  readonly onPointerDown?: (event: PointerEvent) => void;
  readonly onKeyDown?: (event: KeyboardEvent) => void;
  readonly variant?: "default" | "primary" | "quiet" | "danger";
  readonly size?: "s" | "m";
  /** Something started by this button is under way: it stays focusable, and does nothing. */
  readonly busy?: boolean;
  readonly href?: string;
  readonly class?: string;
  readonly buttonRef?: Ref<HTMLButtonElement | null>;
}

export interface ButtonProps extends Common {
  readonly icon?: IconName;
  /** On narrow screens only the icon shows; the text still names the button. */
  readonly collapse?: boolean;
  readonly children: ComponentChildren;
}

export interface IconButtonProps extends Common {
  readonly icon: IconName;
  /** The accessible name, also shown as a tooltip. */
  readonly label: string;
  readonly tooltip?: "top" | "bottom" | "none";
}

function stay(event: Event): void {
  event.preventDefault();
  event.stopPropagation();
}

function Pressable(
  { variant = "default", size = "m", busy, href, class: className, buttonRef, children, ...rest }:
    & Common
    & { children: ComponentChildren },
): JSX.Element {
  const look = { class: className, "data-variant": variant, "data-size": size };
  if (href !== undefined && !rest.disabled) {
    return <a {...look} href={href} id={rest.id} title={rest.title}>{children}</a>;
  }
  return (
    <button
      type="button"
      {...rest}
      {...look}
      ref={buttonRef}
      aria-busy={busy ? "true" : undefined}
      aria-disabled={busy ? "true" : rest["aria-disabled"]}
      onClick={busy ? stay : rest.onClick}
    >
      {children}
    </button>
  );
}

export function Button({ icon, collapse, children, ...rest }: ButtonProps): JSX.Element {
  return (
    <Pressable {...rest} class={classNames("btn", collapse && "btn-collapse", rest.class)}>
      {rest.busy ? <span class="spinner" aria-hidden="true" /> : icon && <Icon name={icon} />}
      <span class="btn-text">{children}</span>
    </Pressable>
  );
}

export function IconButton(
  { icon, label, tooltip = "top", ...rest }: IconButtonProps,
): JSX.Element {
  return (
    <Pressable
      variant="quiet"
      {...rest}
      class={classNames("btn icon-btn", rest.class)}
      aria-label={label}
      data-tooltip={tooltip === "none" ? undefined : label}
      data-tooltip-side={tooltip === "none" ? undefined : tooltip}
    >
      {rest.busy ? <span class="spinner" aria-hidden="true" /> : <Icon name={icon} />}
    </Pressable>
  );
}
