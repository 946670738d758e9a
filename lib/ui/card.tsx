/** A titled section with hairlines, and a row that opens to show more. */
import type { ComponentChildren, JSX } from "preact";
import { classNames } from "./class_names.ts";
import { Icon } from "./icons.tsx";
import { useUid } from "./uid.ts";

export interface CardProps {
  readonly title: ComponentChildren;
  /** Beside the title: a badge, a count. */
  readonly aside?: ComponentChildren;
  /** At the far end of the header: buttons. */
  readonly actions?: ComponentChildren;
  readonly tone?: "plain" | "warn" | "bad" | "accent";
  readonly level?: 2 | 3;
  readonly class?: string;
  readonly children: ComponentChildren;
}

export function Card(props: CardProps): JSX.Element {
  const { title, aside, actions, tone = "plain", level = 2, class: className, children } = props;
  const id = useUid();
  const Heading = `h${level}` as "h2" | "h3";
  return (
    <section class={classNames("card", className)} data-tone={tone} aria-labelledby={id}>
      <header class="card-header">
        <Heading class="card-title" id={id}>{title}</Heading>
        {aside}
        {actions && <div class="card-actions">{actions}</div>}
      </header>
      {children}
    </section>
  );
}

/** A block of a card, set off by a hairline. */
export function CardSection(
  { class: className, children }: { readonly class?: string; readonly children: ComponentChildren },
): JSX.Element {
  return <div class={classNames("card-section", className)}>{children}</div>;
}

export interface DisclosureProps {
  readonly summary: ComponentChildren;
  readonly open?: boolean;
  readonly onToggle?: (open: boolean) => void;
  readonly class?: string;
  readonly children: ComponentChildren;
}

/** Native `details`: works without script. */
export function Disclosure(
  { summary, open, onToggle, class: className, children }: DisclosureProps,
): JSX.Element {
  return (
    <details
      class={classNames("disclosure", className)}
      open={open}
      onToggle={onToggle && ((event) => onToggle(event.currentTarget.open))}
    >
      <summary class="disclosure-summary">
        <Icon name="chevronRight" size={12} />
        <span>{summary}</span>
      </summary>
      <div class="disclosure-body">{children}</div>
    </details>
  );
}
