/** All agents: who is here and how they stand, found by name, skill or what they do. */
import { effect, type Signal, signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { Chip } from "../../lib/ui/badge.tsx";
import { Button } from "../../lib/ui/button.tsx";
import { Input } from "../../lib/ui/field.tsx";
import { formatCount } from "../../lib/ui/format.ts";
import { Empty } from "../../lib/ui/states.tsx";
import { ClockContext, serverClock } from "../_runtime/server_clock.ts";
import type { StreamState } from "../_runtime/sse.ts";
import { StreamChip } from "../board/StreamChip.tsx";
import type { BoardData } from "../board/state.ts";
import { Ago } from "../board/team/Ago.tsx";
import { StandingDot } from "../board/team/Standing.tsx";
import { type TeamRow, teamRows } from "../board/team/standing.ts";
import { followPeople } from "./people.ts";
import type { People } from "./people.ts";
import type { BuiltIn } from "./page/state.ts";

export interface AgentListProps {
  readonly people: People;
  readonly builtIn: readonly BuiltIn[];
  readonly q: string;
}

export interface PeopleState {
  readonly data: Signal<Pick<BoardData, "agents" | "team">>;
  readonly stream: Signal<StreamState>;
  readonly nowMs: Signal<number>;
}

/** Rows at first, and how many more at a time. */
const STEP = 200;

// deno-lint-ignore muster/function-size -- one table, read from top to bottom
export function AgentList({ people, builtIn, q }: AgentListProps): JSX.Element {
  const { state, wanted, most } = useMemo(() => ({
    state: {
      data: signal({
        agents: new Map(people.agents.map((agent) => [agent.agentId, agent])),
        team: new Map(people.team.map((team) => [team.agentId, team])),
      }),
      stream: signal<StreamState>("connecting"),
      nowMs: serverClock(people.nowMs),
    } satisfies PeopleState,
    wanted: signal(q),
    most: signal(STEP),
  }), []);
  useEffect(() => followPeople(state, people.cursor), []);
  useEffect(() => effect(() => keepAddress(wanted.value)), []);

  const rows = teamRows(state.data.value.agents, state.data.value.team);
  const found = rows.filter((row) => fits(wanted.value, agentText(row)));
  const own = builtIn.filter((agent) => fits(wanted.value, `${agent.id} ${agent.description}`));
  const here = rows.filter((row) => row.standing.kind !== "offline").length;
  return (
    <ClockContext.Provider value={state.nowMs}>
      <div class="agent-page">
        <header class="page-bar">
          <h1 class="page-title">Agents</h1>
          <Chip>{`${formatCount(here)} here`}</Chip>
          <StreamChip stream={state.stream} />
          <form
            class="page-actions"
            role="search"
            aria-label="Find agents"
            onSubmit={(event) => event.preventDefault()}
          >
            <Input
              type="search"
              name="q"
              aria-label="Find agents"
              placeholder="Name, skill, task"
              value={wanted.value}
              onInput={(event) => wanted.value = event.currentTarget.value}
            />
          </form>
        </header>
        <main id="main" class="agent-list" tabIndex={-1}>
          {rows.length === 0 && (
            <Empty icon="agent" title="No agent has registered yet">
              Agents that Muster does not run join by MCP, REST or WebSocket. The README shows how
              to connect one.
            </Empty>
          )}
          {found.length > 0 && (
            <table class="table people">
              <caption class="visually-hidden">Agents that Muster does not run</caption>
              <thead>
                <tr>
                  <th scope="col">Agent</th>
                  <th scope="col">Doing</th>
                  <th scope="col" data-optional="">Can</th>
                  <th scope="col" data-optional="">Level</th>
                  <th scope="col" data-numeric="">Heard</th>
                </tr>
              </thead>
              <tbody>
                {found.slice(0, most.value).map((row) => (
                  <PersonRow key={row.agent.agentId} row={row} />
                ))}
              </tbody>
            </table>
          )}
          {found.length > most.value && (
            <Button variant="quiet" onClick={() => most.value += STEP}>
              {`Show ${formatCount(Math.min(STEP, found.length - most.value))} more`}
            </Button>
          )}
          {rows.length > 0 && found.length + own.length === 0 && (
            <Empty title="Nobody fits" compact>Try a part of a name or a skill.</Empty>
          )}
          <OwnAgents agents={own} />
        </main>
      </div>
    </ClockContext.Provider>
  );
}

function PersonRow({ row }: { readonly row: TeamRow }): JSX.Element {
  const { agent, team, standing } = row;
  return (
    <tr data-kind={standing.kind}>
      <th scope="row">
        <StandingDot kind={standing.kind} />
        <a href={`/agents/${encodeURIComponent(agent.agentId)}`}>{agent.agentId}</a>
      </th>
      <td class="person-doing" title={standing.text}>{standing.text}</td>
      <td data-optional="" class="quiet-text">{agent.capabilities.slice(0, 4).join(", ")}</td>
      <td data-optional="" class="mono">{team?.level}</td>
      <td data-numeric="">
        <Ago iso={agent.lastSeen} />
      </td>
    </tr>
  );
}

function OwnAgents({ agents }: { readonly agents: readonly BuiltIn[] }): JSX.Element | null {
  if (agents.length === 0) return null;
  return (
    <section class="panel" aria-labelledby="built-in">
      <header class="panel-head">
        <h2 id="built-in">
          Built in <span class="count">{agents.length}</span>
        </h2>
      </header>
      <ul class="plain-list rows">
        {agents.map((agent) => (
          <li key={agent.id} class="own-agent">
            <a href={`/agents/${encodeURIComponent(agent.id)}`}>{agent.id}</a>
            <span class="quiet-text">{agent.description}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function agentText({ agent, standing, team }: TeamRow): string {
  return [
    agent.agentId,
    standing.text,
    standing.kind,
    team?.level ?? "",
    ...agent.capabilities,
    ...agent.offers,
    ...agent.needs,
  ].join(" ");
}

function fits(wanted: string, text: string): boolean {
  const lower = text.toLocaleLowerCase();
  return wanted.toLocaleLowerCase().split(/\s+/).every((word) => lower.includes(word));
}

function keepAddress(q: string): void {
  const url = new URL(location.href);
  if (q.trim()) url.searchParams.set("q", q);
  else url.searchParams.delete("q");
  if (url.href !== location.href) history.replaceState(null, "", url);
}
