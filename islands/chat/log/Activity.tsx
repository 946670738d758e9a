/** What is being done right now, in the words of the steps that do it. */
import type { JSX } from "preact";
import type { RunView, Step } from "../../../lib/engine/schema.ts";
import { formatDuration } from "../../../lib/ui/format.ts";
import { StatusDot } from "../../../lib/ui/status.tsx";
import { useChat } from "../context.ts";
import { busySteps, workedMs } from "../figures.ts";
import { openApprovals } from "../state.ts";

const MOST_SHOWN = 4;
const TAIL_LENGTH = 80;

export interface ActivityProps {
  readonly view: RunView;
  /** The answer already streams: say only what else goes on. */
  readonly quiet: boolean;
}

export function Activity({ view, quiet }: ActivityProps): JSX.Element | null {
  const { run } = view;
  const busy = busySteps(view).filter((step) => !(quiet && step.answer));
  if (openApprovals(view).length > 0 && busy.length === 0) return null;
  if (quiet && busy.length === 0) return null;
  if (run.status === "paused") return null;
  if (busy.length === 0) {
    return <Line status={run.status === "waiting" ? "waiting" : "queued"} text={idleText(view)} />;
  }
  return (
    <div class="activity">
      {busy.slice(0, MOST_SHOWN).map((step) => (
        <Line key={step.id} status="running" text={step.title} detail={latestWord(step)} />
      ))}
      {busy.length > MOST_SHOWN && <p class="activity-more">and {busy.length - MOST_SHOWN} more</p>}
      {!quiet && <Elapsed view={view} />}
    </div>
  );
}

function Elapsed({ view }: { view: RunView }): JSX.Element | null {
  const { state } = useChat();
  const worked = workedMs(view, state.nowMs.value);
  // Nobody waits for less, and a figure that flashes by is noise.
  return worked < 1_000 ? null : <p class="activity-time">{formatDuration(worked)}</p>;
}

interface LineProps {
  readonly status: "running" | "waiting" | "queued";
  readonly text: string;
  readonly detail?: string | undefined;
}

function Line({ status, text, detail }: LineProps): JSX.Element {
  return (
    <p class="activity-line">
      <StatusDot status={status} labelled={false} />
      <span class="activity-title">{text}</span>
      {detail && <span class="activity-detail">{detail}</span>}
    </p>
  );
}

function latestWord(step: Step): string | undefined {
  if (step.text) return tail(step.text);
  return step.actions.at(-1)?.text ?? step.thoughts.at(-1)?.text;
}

/** The newest words of a growing text, without its markup. */
function tail(text: string): string {
  const plain = text.slice(-2 * TAIL_LENGTH).replace(/[*_`#>|]+/g, "").replace(/\s+/g, " ").trim();
  if (plain.length <= TAIL_LENGTH) return plain;
  const cut = plain.slice(-TAIL_LENGTH);
  return `… ${cut.slice(cut.indexOf(" ") + 1)}`;
}

function idleText(view: RunView): string {
  const waits = view.run.waitingFor;
  if (view.run.status === "waiting") {
    return waits?.length ? `Waits for ${waits.join(", ")}` : "Waits";
  }
  return view.run.status === "pending" ? "Starting" : "Between steps";
}
