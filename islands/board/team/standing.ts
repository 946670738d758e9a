/** How an agent stands, in a word and a shape: what it said, corrected by what is measured. Pure. */
import type { Agent } from "../../../lib/coordination/agents/schema.ts";
import { formatDuration } from "../../../lib/ui/format.ts";
import type { TeamState } from "../state.ts";

export type StandingKind = "stuck" | "flow" | "available" | "waiting" | "idle" | "offline";

export interface Standing {
  readonly kind: StandingKind;
  readonly text: string;
}

const MINUTE_MS = 60_000;

export function standingOf(agent: Agent, team: TeamState | undefined): Standing {
  if (agent.status === "offline") return { kind: "offline", text: "offline" };
  if (team?.status === "stuck") {
    return { kind: "stuck", text: team.reason ? `stuck: ${team.reason}` : "stuck" };
  }
  const doing = agent.currentTask || agent.workingOn;
  if (team?.status === "in_flow") {
    const long = team.durationMinutes > 0
      ? `, ${formatDuration(team.durationMinutes * MINUTE_MS)}`
      : "";
    return { kind: "flow", text: `in flow${long}${doing ? ` · ${doing}` : ""}` };
  }
  const kind = agent.status === "active" ? "available" : agent.status;
  return { kind, text: doing || kind };
}

const order: readonly StandingKind[] = [
  "stuck",
  "flow",
  "available",
  "waiting",
  "idle",
  "offline",
];

export interface TeamRow {
  readonly agent: Agent;
  readonly team: TeamState | undefined;
  readonly standing: Standing;
}

/** Who needs somebody first, who is away last, else by name. */
export function teamRows(
  agents: ReadonlyMap<string, Agent>,
  team: ReadonlyMap<string, TeamState>,
): TeamRow[] {
  return [...agents.values()]
    .map((agent) => {
      const state = team.get(agent.agentId);
      return { agent, team: state, standing: standingOf(agent, state) };
    })
    .sort((a, b) =>
      order.indexOf(a.standing.kind) - order.indexOf(b.standing.kind) ||
      (a.agent.agentId < b.agent.agentId ? -1 : 1)
    );
}

/** What is left of a lease: whole seconds under a minute, so that it is seen to run out. */
export function formatLeft(ms: number): string {
  if (ms <= 0) return "running out";
  if (ms < MINUTE_MS) return `${Math.ceil(ms / 1_000)}\u202fs`;
  if (ms < 10 * MINUTE_MS) return formatDuration(Math.floor(ms / 1_000) * 1_000);
  return formatDuration(Math.floor(ms / MINUTE_MS) * MINUTE_MS);
}
