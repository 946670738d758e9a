/** What the agent holds and has to do, and the checkpoint it would go on from. */
import type { JSX } from "preact";
import { Badge } from "../../../lib/ui/badge.tsx";
import { useNow } from "../../_runtime/server_clock.ts";
import { STATUS_NAMES } from "../../board/columns.ts";
import { Priority } from "../../board/tasks/Card.tsx";
import { Ago } from "../../board/team/Ago.tsx";
import { Path } from "../../board/team/Path.tsx";
import { formatLeft } from "../../board/team/standing.ts";
import { useAgent } from "./context.ts";
import { Panel } from "./Panel.tsx";
import { holdingsOf } from "./state.ts";

export function Holds(): JSX.Element {
  const { state } = useAgent();
  const now = useNow();
  const { locks, claims, zones, tasks, handoffs } = holdingsOf(state.data.value, state.agentId);
  const fresh = claims.filter((claim) => Date.parse(claim.staleAt) > now);
  const nothing = locks.length + fresh.length + zones.length + tasks.length + handoffs.length === 0;
  return (
    <Panel id="holds" title="At work on">
      {nothing && <p class="quiet-text">It holds nothing and has nothing to do</p>}
      <ul class="plain-list rows">
        {tasks.map((task) => (
          <li key={task.id} class="row-line">
            <Priority priority={task.priority} />
            <a href={`/board?task=${encodeURIComponent(task.id)}`} dir="auto">{task.title}</a>
            <span class="quiet-text">{STATUS_NAMES[task.status]}</span>
          </li>
        ))}
        {handoffs.map((handoff) => (
          <li key={handoff.id} class="row-line">
            <Priority priority={handoff.priority} />
            <span dir="auto">{handoff.title}</span>
            <Badge tone={handoff.status === "pending" ? "warn" : "accent"}>
              {`handoff ${handoff.status}`}
            </Badge>
          </li>
        ))}
        {locks.map((lock) => (
          <li key={lock.resourcePath} class="row-line">
            <code title={lock.reason}>
              <Path path={lock.resourcePath} />
            </code>
            <span class="quiet-text">
              {`lock #${lock.token}, `}
              {formatLeft(Date.parse(lock.expiresAt) - now)}
            </span>
          </li>
        ))}
        {fresh.map((claim) => (
          <li key={claim.what} class="row-line">
            <span dir="auto">{claim.what}</span>
            <span class="quiet-text">
              {`claim, ${formatLeft(Date.parse(claim.staleAt) - now)}`}
            </span>
          </li>
        ))}
        {zones.map((zone) => (
          <li key={zone.zoneId} class="row-line">
            <code>
              <Path path={zone.path} />
            </code>
            <span class="quiet-text">zone</span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

export function CheckpointPanel(): JSX.Element {
  const { state } = useAgent();
  const { checkpoint } = state.data.value;
  if (!checkpoint) {
    return (
      <Panel id="checkpoint" title="Checkpoint">
        <p class="quiet-text">None saved: after a crash it would begin anew</p>
      </Panel>
    );
  }
  return (
    <Panel id="checkpoint" title="Checkpoint" note={<Ago iso={checkpoint.checkpointAt} />}>
      {checkpoint.conversationSummary && (
        <p class="pre" dir="auto">{checkpoint.conversationSummary}</p>
      )}
      <Points title="Left to do" texts={checkpoint.pendingWork} />
      <Points title="Done" texts={checkpoint.accomplishments} />
      {checkpoint.recentContext && (
        <>
          <h3>Context</h3>
          <p class="pre quiet-text" dir="auto">{checkpoint.recentContext}</p>
        </>
      )}
      <Points title="Files" texts={checkpoint.filesEdited} mono />
    </Panel>
  );
}

interface PointsProps {
  readonly title: string;
  readonly texts: readonly string[];
  readonly mono?: boolean;
}

function Points({ title, texts, mono }: PointsProps): JSX.Element | null {
  if (texts.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <ul class="points">
        {texts.map((text, index) => (
          <li key={index} dir="auto">{mono ? <code class="mono">{text}</code> : text}</li>
        ))}
      </ul>
    </>
  );
}
