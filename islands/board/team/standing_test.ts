import { assertEquals } from "@std/assert";
import type { Agent } from "../../../lib/coordination/agents/schema.ts";
import type { TeamState } from "../state.ts";
import { formatLeft, standingOf, teamRows } from "./standing.ts";

const agent = (agentId: string, more: Partial<Agent> = {}): Agent => ({
  agentId,
  status: "active",
  lastSeen: "2026-01-01T12:00:00.000Z",
  capabilities: [],
  offers: [],
  needs: [],
  ...more,
});
const team = (agentId: string, more: Partial<TeamState>): TeamState => ({
  agentId,
  status: "available",
  durationMinutes: 0,
  ...more,
});

Deno.test("standingOf() says stuck with the reason before anything else of who is here", () => {
  const stuck = team("a", { status: "stuck", reason: "grep 4 times" });
  assertEquals(standingOf(agent("a", { currentTask: "x" }), stuck), {
    kind: "stuck",
    text: "stuck: grep 4 times",
  });
  assertEquals(standingOf(agent("a", { status: "offline" }), stuck).kind, "offline");
});

Deno.test("standingOf() says how long somebody has been in flow, and with what", () => {
  const flow = team("a", { status: "in_flow", durationMinutes: 24 });
  assertEquals(
    standingOf(agent("a", { currentTask: "queue" }), flow).text,
    "in flow, 24\u202fmin · queue",
  );
});

Deno.test("standingOf() falls back to what the agent said of itself", () => {
  assertEquals(standingOf(agent("a"), undefined), { kind: "available", text: "available" });
  assertEquals(standingOf(agent("a", { status: "idle" }), team("a", {})).kind, "idle");
  assertEquals(standingOf(agent("a", { workingOn: "docs" }), undefined).text, "docs");
});

Deno.test("teamRows() puts who needs help first and who is away last", () => {
  const agents = [agent("z"), agent("b", { status: "offline" }), agent("c"), agent("a")];
  const rows = teamRows(
    new Map(agents.map((entry) => [entry.agentId, entry])),
    new Map([["z", team("z", { status: "stuck" })]]),
  );
  assertEquals(rows.map((row) => row.agent.agentId), ["z", "a", "c", "b"]);
});

Deno.test("formatLeft() counts seconds only where they matter, and never below nothing", () => {
  assertEquals(formatLeft(41_200), "42\u202fs");
  assertEquals(formatLeft(0), "running out");
  assertEquals(formatLeft(12 * 60_000 + 31_000), "12\u202fmin");
  assertEquals(formatLeft(112 * 60_000), "1\u202fh 52\u202fmin");
});
