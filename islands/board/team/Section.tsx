/** A part of the board's side. */
import type { ComponentChildren, JSX } from "preact";
import { formatCount } from "../../../lib/ui/format.ts";
import { Icon } from "../../../lib/ui/icons.tsx";

export interface SectionProps {
  readonly id: string;
  readonly title: string;
  readonly count: number;
  /** After the title, in place of the bare count. */
  readonly note?: string;
  readonly action?: ComponentChildren;
  /** Said when there is nothing. */
  readonly empty: string;
  readonly children: ComponentChildren;
}

/** A part of the side that folds; empty, it says so in one line. */
export function Section(props: SectionProps): JSX.Element {
  const { id, title, count, note, action, empty, children } = props;
  return (
    <section class="side-section" aria-labelledby={`side-${id}`}>
      <details open>
        <summary>
          <Icon name="chevronRight" size={12} />
          <h2 id={`side-${id}`}>
            {title} <span class="count">{note ?? formatCount(count)}</span>
          </h2>
        </summary>
        {count > 0 ? children : <p class="side-empty">{empty}</p>}
      </details>
      {action && <div class="side-action">{action}</div>}
    </section>
  );
}
