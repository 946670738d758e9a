import { assertEquals } from "@std/assert";
import type { Message } from "../chat/schema.ts";
import type { Handoff } from "../handoffs/schema.ts";
import type { Task } from "../tasks/schema.ts";
import { decideSessionResume, decideSuggestion, describeDuration, welcomeText } from "./decide.ts";
import { sessionResume } from "./schema.ts";

const AT = "2026-01-01T10:00:00.000Z";
const unfinished = { pendingWork: ["finish the parser"] };
const handoff = { id: "hof_1", title: "H", fromAgent: "heron", toAgent: "phoenix" } as Handoff;
const todo = { id: "task_1", title: "T", priority: "urgent" } as Task;

/** "own checkpoint's unfinished work (30 xp, high) → a pending handoff (50, medium) → an unassigned todo (25, its priority) → introduce yourself (10, low)" */
const ORDER = [
  ["own unfinished work", unfinished, handoff, todo, 30, "high"],
  ["a pending handoff", null, handoff, todo, 50, "medium"],
  ["a handoff after a checkpoint without work", { pendingWork: [] }, handoff, todo, 50, "medium"],
  ["an unassigned todo", null, null, todo, 25, "urgent"],
  ["introduce yourself", null, null, null, 10, "low"],
] as const;

for (const [what, checkpoint, offered, task, xp, priority] of ORDER) {
  Deno.test(`decideSuggestion() ${what}`, () => {
    const open = checkpoint && { pendingWork: [...checkpoint.pendingWork] };
    const suggested = decideSuggestion(open, offered, task);
    assertEquals([suggested.xpEstimate, suggested.priority], [xp, priority]);
  });
}

Deno.test("welcomeText() knows a new agent, one with a checkpoint and one without", () => {
  const checkpoint = {
    agentId: "phoenix",
    conversationSummary: "the lexer",
    accomplishments: [],
    pendingWork: [],
    filesEdited: [],
    checkpointAt: AT,
  };
  assertEquals(welcomeText("phoenix", true, null).startsWith("Welcome to the team, phoenix"), true);
  assertEquals(welcomeText("phoenix", false, checkpoint).endsWith("You were at: the lexer"), true);
  assertEquals(welcomeText("phoenix", false, null).startsWith("Welcome back, phoenix"), true);
});

for (
  const [ms, text] of [
    [0, "less than a minute"],
    [60_000, "1 min"],
    [3_600_000, "1 h"],
    [5_400_000, "1 h 30 min"],
    [86_400_000, "1 day"],
    [180_000_000, "2 days 2 h"],
  ] as const
) Deno.test(`describeDuration() of ${ms} ms`, () => assertEquals(describeDuration(ms), text));

const said = (author: string, message: string, authorType: Message["authorType"] = "agent") => ({
  id: message,
  author,
  authorType,
  message,
  timestamp: AT,
  reactions: [],
  mentions: [],
});

function resumeOf(messages: readonly Message[]) {
  return decideSessionResume({
    nowMs: Date.parse(AT),
    messages,
    doneTasks: [],
    completedHandoffs: [],
    pendingHandoffs: [],
    openTasks: [],
    claims: [],
  });
}

Deno.test("decideSessionResume() is what the schema says", () => {
  const resume = resumeOf([said("phoenix", "Fixed it")]);
  assertEquals(sessionResume.parse(resume), resume);
});

Deno.test("decideSessionResume() counts people and agents, not systems", () => {
  const { participants } = resumeOf([
    said("ada", "hello", "human"),
    said("ci", "Build finished", "system"),
    said("phoenix", "hi"),
    said("phoenix", "bye"),
  ]);
  assertEquals(participants.map(({ agentId }) => agentId), ["phoenix", "ada"]);
});

Deno.test("decideSessionResume() takes what was done once, newest first, and leaves out what was not", () => {
  const { accomplishments } = resumeOf([
    said("a", "Fixed the lexer"),
    said("a", "The parser is not fixed yet"),
    said("a", "I will be finished soon"),
    said("a", "✅ docs"),
    said("b", "Fixed the lexer"),
  ]);
  assertEquals(accomplishments, ["Fixed the lexer", "✅ docs"]);
});
