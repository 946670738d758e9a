/** What to suggest to whom, and what a session was. Pure. */
import type { Message } from "../chat/schema.ts";
import type { Checkpoint } from "../checkpoints/schema.ts";
import type { Claim } from "../claims/schema.ts";
import type { Handoff } from "../handoffs/schema.ts";
import type { Task } from "../tasks/schema.ts";
import { shortened } from "../shortened.ts";
import type { QuickAction, SessionResume, SuggestedTask } from "./schema.ts";

/** Own unfinished work, then somebody's handoff, then a free task, then a word to the team. */
export function decideSuggestion(
  checkpoint: Pick<Checkpoint, "conversationSummary" | "pendingWork"> | null,
  handoff: Handoff | null,
  todo: Task | null,
): SuggestedTask {
  const unfinished = checkpoint?.pendingWork.find((work) => work.trim() !== "");
  if (unfinished !== undefined) {
    return {
      task: unfinished,
      reason: checkpoint?.conversationSummary
        ? `Your last checkpoint left it open: ${shortened(checkpoint.conversationSummary, 200)}`
        : "Your last checkpoint left it open",
      xpEstimate: 30,
      priority: "high",
    };
  }
  if (handoff) {
    return {
      task: handoff.title,
      reason: handoff.toAgent === undefined
        ? `${handoff.fromAgent} handed it off to whoever takes it`
        : `${handoff.fromAgent} handed it off to you`,
      xpEstimate: 50,
      priority: "medium",
      handoffId: handoff.id,
    };
  }
  if (todo) {
    return {
      task: todo.title,
      reason: "Nobody has taken it yet",
      xpEstimate: 25,
      priority: todo.priority,
      taskId: todo.id,
    };
  }
  return {
    task: "Introduce yourself in the group chat",
    reason: "Nothing waits; let the team know what you can do",
    xpEstimate: 10,
    priority: "low",
  };
}

export function welcomeText(
  agentId: string,
  isNewAgent: boolean,
  checkpoint: Checkpoint | null,
): string {
  if (isNewAgent) {
    return `Welcome to the team, ${agentId}. Your first completed trace earns your first experience.`;
  }
  const work = checkpoint?.conversationSummary ?? checkpoint?.pendingWork[0];
  return work === undefined
    ? `Welcome back, ${agentId}. No checkpoint is open.`
    : `Welcome back, ${agentId}. You were at: ${shortened(work, 200)}`;
}

export interface SessionFacts {
  readonly nowMs: number;
  /** The newest 100, oldest first. */
  readonly messages: readonly Message[];
  /** Done since the session began, newest first. */
  readonly doneTasks: readonly Task[];
  readonly completedHandoffs: readonly Handoff[];
  readonly pendingHandoffs: readonly Handoff[];
  readonly openTasks: readonly Task[];
  readonly claims: readonly Claim[];
}

const ACCOMPLISHMENTS = 10;
const CONTEXT = 5;
/** What a message says happened. */
const DONE_WORDS =
  /✅|\b(?:shipped|completed|finished|built|added|fixed|implemented|deployed|merged|resolved|released)\b/i;
const NOT_YET = /\b(?:not|never|isn't|wasn't|hasn't|haven't|cannot|can't|should|will|to be)\b/i;

export function decideSessionResume(facts: SessionFacts): SessionResume {
  const { messages, pendingHandoffs, openTasks, claims } = facts;
  const participants = decideParticipants(messages);
  const accomplishments = decideAccomplishments(facts);
  const startTime = messages[0]?.timestamp ?? null;
  const endTime = messages.at(-1)?.timestamp ?? null;
  const durationDescription = startTime && endTime
    ? describeDuration(Date.parse(endTime) - Date.parse(startTime))
    : "no messages yet";
  const pending = { handoffs: [...pendingHandoffs], tasks: [...openTasks], claims: [...claims] };
  const session = {
    messageCount: messages.length,
    participantCount: participants.length,
    startTime,
    endTime,
    durationDescription,
  };
  return {
    timestamp: new Date(facts.nowMs).toISOString(),
    session,
    participants,
    accomplishments,
    pending,
    quickActions: decideQuickActions(pending, messages.length),
    recentContext: messages.slice(-CONTEXT),
    summaryText: summarize(session, participants, accomplishments, pending),
  };
}

function decideParticipants(messages: readonly Message[]): SessionResume["participants"] {
  const found = new Map<string, SessionResume["participants"][number]>();
  for (const { author, authorType, message, timestamp } of messages) {
    if (authorType === "system") continue;
    found.set(author, {
      agentId: author,
      messageCount: (found.get(author)?.messageCount ?? 0) + 1,
      lastMessage: shortened(message, 100),
      lastActive: timestamp,
    });
  }
  return [...found.values()].sort((a, b) => b.messageCount - a.messageCount);
}

/** Recorded facts first, then what messages say was done. */
function decideAccomplishments(facts: SessionFacts): string[] {
  const said = facts.messages.map(({ message }) => message.trim().split("\n")[0]!)
    .filter((line) => DONE_WORDS.test(line) && !NOT_YET.test(line)).reverse();
  const all = [
    ...facts.doneTasks.map(({ title, assignee }) =>
      `Task done: ${title}${assignee === undefined ? "" : ` (${assignee})`}`
    ),
    ...facts.completedHandoffs.map(({ title, claimedBy }) =>
      `Handoff completed: ${title}${claimedBy === undefined ? "" : ` (${claimedBy})`}`
    ),
    ...said,
  ];
  return [...new Set(all.map((text) => shortened(text, 150)))].slice(0, ACCOMPLISHMENTS);
}

function decideQuickActions(
  { handoffs, tasks, claims }: SessionResume["pending"],
  messageCount: number,
): QuickAction[] {
  const actions: QuickAction[] = [];
  const blocked = tasks.filter(({ status }) => status === "blocked").length;
  if (handoffs.length > 0) {
    actions.push({
      action: "review_handoffs",
      label: "Review handoffs",
      description: `${counted(handoffs.length, "handoff")} to be claimed`,
      priority: "high",
    });
  }
  if (blocked > 0) {
    actions.push({
      action: "unblock_tasks",
      label: "Unblock tasks",
      description: `${counted(blocked, "task")} blocked`,
      priority: "high",
    });
  }
  if (tasks.length > blocked) {
    actions.push({
      action: "check_progress",
      label: "Check progress",
      description: `${counted(tasks.length - blocked, "task")} in progress`,
      priority: "medium",
    });
  }
  if (claims.length > 0) {
    actions.push({
      action: "review_claims",
      label: "Review claims",
      description: `${counted(claims.length, "claim")} still held`,
      priority: "medium",
    });
  }
  actions.push({
    action: "view_chat",
    label: "View the group chat",
    description: messageCount === 0 ? "Nothing was said yet" : "What was said last",
    priority: "low",
  });
  return actions;
}

function summarize(
  session: SessionResume["session"],
  participants: SessionResume["participants"],
  accomplishments: readonly string[],
  pending: SessionResume["pending"],
): string {
  if (session.messageCount === 0) return `No messages yet; ${pendingText(pending)}.`;
  const names = participants.slice(0, 5).map(({ agentId }) => agentId).join(", ");
  const others = participants.length > 5 ? ` and ${participants.length - 5} more` : "";
  const done = accomplishments.length === 0
    ? "nothing recorded as done"
    : `done: ${accomplishments.slice(0, 3).join("; ")}`;
  return `${counted(session.messageCount, "message")} of ${names || "nobody"}${others} over ` +
    `${session.durationDescription}; ${done}; ${pendingText(pending)}.`;
}

function pendingText({ handoffs, tasks, claims }: SessionResume["pending"]): string {
  return `open: ${counted(handoffs.length, "handoff")}, ${counted(tasks.length, "task")}, ` +
    counted(claims.length, "claim");
}

export function describeDuration(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return "less than a minute";
  const days = Math.floor(minutes / 1_440);
  const hours = Math.floor(minutes / 60) % 24;
  if (days > 0) return [counted(days, "day"), ...(hours > 0 ? [`${hours} h`] : [])].join(" ");
  return [
    ...(hours > 0 ? [`${hours} h`] : []),
    ...(minutes % 60 > 0 ? [`${minutes % 60} min`] : []),
  ]
    .join(" ");
}

const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? "" : "s"}`;
