/** One agent's page: how it does, where it is stuck, what it knows and holds; kept current by the feed. */
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { Chip } from "../../lib/ui/badge.tsx";
import { Button } from "../../lib/ui/button.tsx";
import { ClockContext } from "../_runtime/server_clock.ts";
import { StreamChip } from "../board/StreamChip.tsx";
import { StandingDot } from "../board/team/Standing.tsx";
import { standingOf } from "../board/team/standing.ts";
import { Ago } from "../board/team/Ago.tsx";
import { Coaching, Help, PastHelp } from "./page/Advice.tsx";
import {
  AgentContext,
  type AgentPageProps,
  createAgentActions,
  createAgentState,
  useAgent,
} from "./page/context.ts";
import { Figures, Pulse, Standing } from "./page/Figures.tsx";
import { CheckpointPanel, Holds } from "./page/Holds.tsx";
import { Inbox } from "./page/Inbox.tsx";
import { goLive } from "./page/live.ts";
import { Memories } from "./page/Memories.tsx";
import { Traces } from "./page/Traces.tsx";

export function AgentPage(props: AgentPageProps): JSX.Element {
  const view = useMemo(() => {
    const state = createAgentState(props);
    return { state, actions: createAgentActions(state) };
  }, []);
  useEffect(() => goLive(view.state, props.snapshot.board.cursor), []);
  return (
    <ClockContext.Provider value={view.state.nowMs}>
      <AgentContext.Provider value={view}>
        <div class="agent-page">
          <Bar />
          <main id="main" class="agent-main" tabIndex={-1}>
            <div class="agent-column">
              <Help />
              <Figures />
              <Coaching />
              <Traces />
              <Memories />
              <PastHelp />
            </div>
            <div class="agent-column agent-beside">
              <Holds />
              <Inbox />
              <CheckpointPanel />
              <Standing />
              <Pulse />
              <About />
            </div>
          </main>
        </div>
      </AgentContext.Provider>
    </ClockContext.Provider>
  );
}

function Bar(): JSX.Element {
  const { state } = useAgent();
  const { board } = state.data.value;
  const agent = board.agents.get(state.agentId);
  const standing = agent ? standingOf(agent, board.team.get(state.agentId)) : null;
  return (
    <header class="page-bar">
      <a class="back" href="/agents">Agents</a>
      <span class="back-line" aria-hidden="true">/</span>
      <h1 class="page-title">{state.agentId}</h1>
      {standing && (
        <span class="bar-standing" data-kind={standing.kind}>
          <StandingDot kind={standing.kind} />
          <span>{standing.text}</span>
        </span>
      )}
      {state.builtIn && <Chip>built-in</Chip>}
      <StreamChip stream={state.stream} />
      <div class="page-actions">
        <Button href={`/board?agent=${encodeURIComponent(state.agentId)}`} icon="board" collapse>
          On the board
        </Button>
      </div>
    </header>
  );
}

function About(): JSX.Element | null {
  const { state } = useAgent();
  const agent = state.data.value.board.agents.get(state.agentId);
  const lists = agent
    ? ([["Can", agent.capabilities], ["Offers", agent.offers], ["Needs", agent.needs]] as const)
      .filter(([, words]) => words.length > 0)
    : [];
  return (
    <section class="panel" aria-labelledby="panel-about">
      <header class="panel-head">
        <h2 id="panel-about">About</h2>
      </header>
      {state.builtIn && <p>{state.builtIn.description}</p>}
      <dl class="facts">
        {agent && (
          <>
            <dt>Last heard</dt>
            <dd>
              <Ago iso={agent.lastSeen} />
            </dd>
          </>
        )}
        {lists.map(([label, words]) => (
          <>
            <dt>{label}</dt>
            <dd>{words.join(", ")}</dd>
          </>
        ))}
      </dl>
    </section>
  );
}
