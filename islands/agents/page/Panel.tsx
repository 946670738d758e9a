/** A part of the agent's page: a heading on a hairline. */
import type { ComponentChildren, JSX } from "preact";
import { formatCount } from "../../../lib/ui/format.ts";

export interface PanelProps {
  readonly id: string;
  readonly title: string;
  readonly count?: number;
  readonly note?: ComponentChildren;
  readonly children: ComponentChildren;
}

export function Panel({ id, title, count, note, children }: PanelProps): JSX.Element {
  return (
    <section class="panel" aria-labelledby={`panel-${id}`}>
      <header class="panel-head">
        <h2 id={`panel-${id}`}>
          {title} {count !== undefined && <span class="count">{formatCount(count)}</span>}
        </h2>
        {note}
      </header>
      {children}
    </section>
  );
}
