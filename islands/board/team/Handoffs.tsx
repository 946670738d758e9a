/** Work given from one to another: waiting to be taken, taken, and what was finished lately. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Handoff } from "../../../lib/coordination/handoffs/schema.ts";
import { Badge } from "../../../lib/ui/badge.tsx";
import { Button, IconButton } from "../../../lib/ui/button.tsx";
import { Dialog } from "../../../lib/ui/dialog.tsx";
import { useBoard } from "../context.ts";
import { Priority } from "../tasks/Card.tsx";
import { Ago } from "./Ago.tsx";
import { nameOf } from "./Avatar.tsx";
import { NewHandoff } from "./NewHandoff.tsx";
import { Section } from "./Section.tsx";

const order = ["pending", "claimed", "completed"];
/** Finished ones stay in view for a while, so that one sees that they were. */
const FINISHED_SHOWN = 3;

export function Handoffs(): JSX.Element {
  const { state } = useBoard();
  const [creating, setCreating] = useState(false);
  const [shown, setShown] = useState<string | null>(null);
  const all = [...state.data.value.handoffs.values()].sort((a, b) =>
    order.indexOf(a.status) - order.indexOf(b.status) || (a.createdAt > b.createdAt ? -1 : 1)
  );
  const open = all.filter((handoff) => handoff.status !== "completed");
  const rows = [...open, ...all.slice(open.length, open.length + FINISHED_SHOWN)];
  return (
    <>
      <Section
        id="handoffs"
        title="Handoffs"
        count={rows.length}
        note={String(open.length)}
        empty="Nothing is handed over"
        action={state.mayWrite && (
          <IconButton
            icon="plus"
            size="s"
            label="New handoff"
            tooltip="none"
            onClick={() => setCreating(true)}
          />
        )}
      >
        <ul class="held-rows">
          {rows.map((handoff) => (
            <HandoffRow
              key={handoff.id}
              handoff={handoff}
              onOpen={() => setShown(handoff.id)}
            />
          ))}
        </ul>
      </Section>
      <NewHandoff open={creating} onClose={() => setCreating(false)} />
      <HandoffDialog
        handoff={shown === null ? undefined : state.data.value.handoffs.get(shown)}
        onClose={() => setShown(null)}
      />
    </>
  );
}

const marks = { pending: "warn", claimed: "accent", completed: "ok" } as const;

function HandoffRow({ handoff, onOpen }: { handoff: Handoff; onOpen: () => void }): JSX.Element {
  return (
    <li class="held-row">
      <button
        type="button"
        class="held-what held-open"
        onClick={onOpen}
        title={handoff.title}
        dir="auto"
      >
        {handoff.title}
      </button>
      <span class="held-left">
        <Badge tone={marks[handoff.status]}>{handoff.status}</Badge>
      </span>
      <span class="held-by">
        <Priority priority={handoff.priority} />
        <span title={route(handoff)}>{route(handoff)}</span>
        <Ago iso={handoff.completedAt ?? handoff.claimedAt ?? handoff.createdAt} />
      </span>
    </li>
  );
}

function route({ fromAgent, toAgent, claimedBy }: Handoff): string {
  return `${nameOf(fromAgent)} → ${
    claimedBy ?? toAgent ? nameOf((claimedBy ?? toAgent)!) : "anyone"
  }`;
}

function HandoffDialog(
  { handoff, onClose }: { handoff: Handoff | undefined; onClose: () => void },
): JSX.Element {
  return (
    <Dialog
      open={handoff !== undefined}
      onClose={onClose}
      title={handoff?.title ?? ""}
      footer={<Button onClick={onClose}>Close</Button>}
    >
      {handoff && (
        <>
          <dl class="facts">
            <dt>State</dt>
            <dd>
              <Badge tone={marks[handoff.status]}>{handoff.status}</Badge> {route(handoff)}
            </dd>
            {handoff.filePath && (
              <>
                <dt>File</dt>
                <dd>
                  <code class="mono">{handoff.filePath}</code>
                </dd>
              </>
            )}
            <dt>Made</dt>
            <dd>
              <Ago iso={handoff.createdAt} />
            </dd>
          </dl>
          <p class="pre" dir="auto">{handoff.context}</p>
          {handoff.code && <pre class="code-plain" tabIndex={0}>{handoff.code}</pre>}
          {handoff.nextSteps.length > 0 && (
            <ol class="steps-next">
              {handoff.nextSteps.map((step, index) => <li key={index} dir="auto">{step}</li>)}
            </ol>
          )}
        </>
      )}
    </Dialog>
  );
}
