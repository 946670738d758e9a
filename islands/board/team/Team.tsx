/** Beside the tasks: who needs help, who is here, who holds what. */
import type { JSX } from "preact";
import { formatCount } from "../../../lib/ui/format.ts";
import { useBoard } from "../context.ts";
import { Escalations } from "./Escalations.tsx";
import { Handoffs } from "./Handoffs.tsx";
import { Claims, Zones } from "./Holdings.tsx";
import { Locks } from "./Locks.tsx";
import { Section } from "./Section.tsx";
import { StandingDot } from "./Standing.tsx";
import { type TeamRow, teamRows } from "./standing.ts";

/** More than these are on their own page. */
const ROWS = 40;

export function Team(): JSX.Element {
  return (
    <div class="team">
      <Escalations />
      <Agents />
      <Locks />
      <Handoffs />
      <Claims />
      <Zones />
    </div>
  );
}

function Agents(): JSX.Element {
  const { state } = useBoard();
  const { agents, team } = state.data.value;
  const rows = teamRows(agents, team);
  const online = rows.filter((row) => row.standing.kind !== "offline").length;
  return (
    <Section
      id="agents"
      title="Agents"
      count={rows.length}
      note={rows.length > 0 ? `${formatCount(online)} of ${formatCount(rows.length)} here` : "0"}
      empty="No agent has registered yet. They join by MCP or REST."
    >
      <ul class="agent-rows">
        {rows.slice(0, ROWS).map((row) => <AgentRow key={row.agent.agentId} row={row} />)}
      </ul>
      {rows.length > ROWS && (
        <a class="side-more" href="/agents">{`All ${formatCount(rows.length)} agents`}</a>
      )}
    </Section>
  );
}

export function AgentRow({ row }: { readonly row: TeamRow }): JSX.Element {
  const { agent, team, standing } = row;
  return (
    <li class="agent-row" data-kind={standing.kind}>
      <StandingDot kind={standing.kind} />
      <a href={`/agents/${encodeURIComponent(agent.agentId)}`}>{agent.agentId}</a>
      <span class="agent-doing" title={standing.text}>{standing.text}</span>
      {team?.level && <span class="mono agent-level">{team.level}</span>}
    </li>
  );
}
