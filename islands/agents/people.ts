/** Keeps the list of agents in step with the server. */
import type { Agent } from "../../lib/coordination/agents/schema.ts";
import { followFeed } from "../_runtime/feed.ts";
import { getPage } from "../_runtime/http.ts";
import { runClock } from "../_runtime/server_clock.ts";
import { refreshTeam } from "../board/refresh_team.ts";
import { type BoardEvent, putAgent, type TeamState } from "../board/state.ts";
import type { PeopleState } from "./AgentList.tsx";

/** Everybody, and how they stand; as the server sends it. */
export interface People {
  readonly cursor: string;
  readonly nowMs: number;
  readonly agents: readonly Agent[];
  readonly team: readonly TeamState[];
}

/** Starts following; returns what stops it. */
export function followPeople(state: PeopleState, cursor: string): () => void {
  const put = (people: People) =>
    state.data.value = {
      agents: new Map(people.agents.map((agent) => [agent.agentId, agent])),
      team: new Map(people.team.map((team) => [team.agentId, team])),
    };
  const team = refreshTeam((fresh) => state.data.value = { ...state.data.peek(), team: fresh });
  const stops = [
    runClock(state.nowMs),
    team.stop,
    followFeed({
      types: ["agent.*", "escalation.*", "trace.*", "soul.changed"],
      after: cursor,
      state: state.stream,
      reload: async () => {
        const people = await getPage<People>("/board/team");
        put(people);
        return people.cursor;
      },
      apply: (events) => {
        const told = events.map((event) => event.data as BoardEvent);
        const agents = told.reduce(
          (known, event) => event.agent ? putAgent(known, event.agent as Agent) : known,
          state.data.peek().agents,
        );
        state.data.value = { ...state.data.peek(), agents };
        team.soon();
      },
    }),
  ];
  return () => stops.forEach((stop) => stop());
}
