/** Every tool: a call that works and one that is refused, in an order in which each finds what it needs. */

export interface Case {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** Found in the structured result. */
  readonly shows?: Record<string, unknown>;
  /** Said by the text, of a result or a refusal. */
  readonly says: RegExp;
  readonly refused?: true;
}

const me = { agentId: "phoenix" };
const other = { agentId: "griffin" };

const COORDINATION: readonly Case[] = [
  {
    tool: "onboard",
    args: me,
    shows: { onboarding: { agentId: "phoenix", isNewAgent: true } },
    says: /Suggested: /,
  },
  { tool: "onboard", args: {}, says: /agentId/, refused: true },
  {
    tool: "agent-status",
    args: { ...me, status: "active", currentTask: "Parser", capabilities: ["typescript"] },
    shows: { agent: { agentId: "phoenix", currentTask: "Parser", capabilities: ["typescript"] } },
    says: /^phoenix is active$/,
  },
  {
    tool: "agent-status",
    args: { ...other, status: "sleeping" },
    says: /status – .*active/,
    refused: true,
  },
  { tool: "agent-status", args: { agentId: "nobody" }, says: /no agent "nobody"/, refused: true },
  { tool: "agent-status", args: { ...other, status: "idle" }, says: /^griffin is idle$/ },
  {
    tool: "agent-status",
    args: { action: "list" },
    shows: { items: [{ agentId: "griffin" }, { agentId: "phoenix" }], nextCursor: null },
    says: /2 agents/,
  },
  {
    tool: "group-chat",
    args: { ...me, message: "Beginning with the parser, @griffin" },
    shows: { message: { author: "phoenix", authorType: "agent", mentions: ["griffin"] } },
    says: /reaches griffin/,
  },
  {
    tool: "group-chat",
    args: { ...me, action: "post", message: " " },
    says: /message – must not be empty/,
    refused: true,
  },
  {
    tool: "group-chat",
    args: { action: "read", limit: 5 },
    shows: { items: [{ message: "Beginning with the parser, @griffin" }] },
    says: /^1 message\n/,
  },
  {
    tool: "group-chat",
    args: { query: "parser" },
    shows: { items: [{ author: "phoenix" }] },
    says: /^1 message fits/,
  },
  {
    tool: "message",
    args: { ...me, to: "griffin", message: "Do you need src/a.ts?" },
    shows: { message: { from: "phoenix", type: "note", read: false } },
    says: /^Sent .* to griffin$/,
  },
  {
    tool: "message",
    args: { ...other, action: "read", unread: true },
    shows: { items: [{ type: "note" }, { type: "mention", from: "phoenix" }] },
    says: /2 messages/,
  },
  { tool: "message", args: { ...me, message: "To whom?" }, says: /to is required/, refused: true },
  {
    tool: "handoff",
    args: { ...me, title: "Finish the lexer", context: "Numbers are missing", toAgent: "griffin" },
    shows: { handoff: { fromAgent: "phoenix", toAgent: "griffin", status: "pending" } },
    says: /waits for griffin/,
  },
  {
    tool: "handoff",
    args: { ...other, action: "claim", handoffId: "handoff_nothing" },
    says: /handoff_nothing/,
    refused: true,
  },
  {
    tool: "checkpoint",
    args: { ...me, conversationSummary: "Parser half done", pendingWork: ["numbers"] },
    shows: { checkpoint: { agentId: "phoenix", pendingWork: ["numbers"] } },
    says: /^Saved at /,
  },
  {
    tool: "checkpoint",
    args: { ...me, action: "save", pendingWork: "numbers" },
    says: /pendingWork – .*array/,
    refused: true,
  },
  { tool: "checkpoint", args: other, shows: { checkpoint: null }, says: /none yet/ },
  {
    tool: "memory",
    args: { ...me, content: "The lexer keeps positions in bytes", category: "discovery" },
    shows: { memory: { agentId: "phoenix", category: "discovery" } },
    says: /^Kept as /,
  },
  {
    tool: "memory",
    args: { ...me, query: "lexer positions" },
    shows: { items: [{ content: "The lexer keeps positions in bytes" }] },
    says: /^1 memory/,
  },
  {
    tool: "memory",
    args: { ...me, content: "x", category: "gossip" },
    says: /category – .*discovery/,
    refused: true,
  },
  {
    tool: "task",
    args: { ...me, id: "lexer", title: "Write the lexer", files: ["src/lexer.ts"] },
    shows: { task: { id: "lexer", status: "todo", createdBy: "phoenix" } },
    says: /^Created lexer$/,
  },
  {
    tool: "task",
    args: { ...me, action: "claim", taskId: "lexer" },
    shows: { task: { assignee: "phoenix", status: "in-progress" } },
    says: /lexer is yours/,
  },
  {
    tool: "task",
    args: { ...other, action: "claim", taskId: "lexer" },
    says: /phoenix/,
    refused: true,
  },
  { tool: "task", args: { action: "list", status: "in-progress" }, says: /^1 task/ },
  {
    tool: "zone",
    args: { ...me, zoneId: "core", path: "src/core" },
    shows: { zone: { zoneId: "core", path: "src/core", owner: "phoenix" } },
    says: /src\/core is yours/,
  },
  {
    tool: "zone",
    args: { ...other, zoneId: "deep", path: "src/core/deep" },
    says: /phoenix/,
    refused: true,
  },
  {
    tool: "claim",
    args: { ...me, action: "claim", what: "Update the dependencies" },
    shows: { claim: { what: "Update the dependencies", by: "phoenix", stale: false } },
    says: /^It is yours until /,
  },
  {
    tool: "claim",
    args: { ...other, action: "claim", what: "Update the dependencies" },
    says: /phoenix/,
    refused: true,
  },
  {
    tool: "resource",
    args: { ...me, action: "lock", resourcePath: "src/a.ts", reason: "parser" },
    shows: { lock: { resourcePath: "src/a.ts", lockedBy: "phoenix", token: 1 }, renewed: false },
    says: /^Locked src\/a.ts until .*, token 1$/,
  },
  {
    tool: "resource",
    args: { ...other, action: "lock", resourcePath: "src/a.ts" },
    says: /locked by "phoenix" until .*waitMs.*message phoenix/,
    refused: true,
  },
  {
    tool: "resource",
    args: { resourcePath: "src/a.ts" },
    shows: { locked: true, resourcePath: "src/a.ts", lock: { lockedBy: "phoenix" } },
    says: /locked by phoenix until/,
  },
  {
    tool: "trace",
    args: { ...me, task: "Find the leak", sessionId: "leak" },
    shows: { trace: { sessionId: "leak", agentId: "phoenix" } },
    says: /^Trace leak has begun$/,
  },
  {
    tool: "trace",
    args: { ...me, sessionId: "leak", tool: "grep", outcome: "found", durationMs: 100 },
    shows: { step: { number: 1, outcome: "found" } },
    says: /^Step 1$/,
  },
  {
    tool: "trace",
    args: { ...me, sessionId: "unknown", tool: "grep", outcome: "found" },
    says: /unknown/,
    refused: true,
  },
  {
    tool: "trace",
    args: { ...me, action: "complete", sessionId: "leak" },
    shows: { summary: { totalSteps: 1, deadEnds: 0 } },
    says: /^1 step, efficiency 1\.00/,
  },
  {
    tool: "soul",
    args: { ...me, traceId: "leak", domain: "backend" },
    shows: { xpGained: 40, totalXP: 40 },
    says: /^40 xp gained, 40 in all$/,
  },
  { tool: "soul", args: { ...me, traceId: "nothing" }, says: /nothing/, refused: true },
  {
    tool: "dashboard",
    args: me,
    shows: { dashboard: { agentId: "phoenix", level: { current: "novice", xp: 40 } } },
    says: /phoenix: novice, 40 xp/,
  },
  { tool: "dashboard", args: other, says: /griffin has no soul yet; make one/, refused: true },
  { tool: "heartbeat", args: { ...me, tokensUsed: 100 }, says: /^Heard at / },
  {
    tool: "heartbeat",
    args: { ...me, action: "status" },
    shows: { isHealthy: true, heartbeatCount: 1 },
    says: /^Healthy/,
  },
  {
    tool: "heartbeat",
    args: { ...me, tokensUsed: -1 },
    says: /tokensUsed – /,
    refused: true,
  },
  {
    tool: "shadow-agent",
    args: { ...me, shadowId: "griffin" },
    shows: { shadow: { hasShadow: true, shadowId: "griffin", shadowStatus: "monitoring" } },
    says: /^griffin watches you$/,
  },
  {
    tool: "shadow-agent",
    args: { ...other, action: "takeover" },
    says: /stalled/,
    refused: true,
  },
  {
    tool: "session-resume",
    args: {},
    shows: { sessionResume: { session: { messageCount: 1 } } },
    says: /./,
  },
  { tool: "session-resume", args: { since: 1 }, says: /since is not known/, refused: true },
  {
    tool: "digest",
    args: other,
    shows: { agentId: "griffin", mentions: [{ from: "phoenix" }], unread: 3 },
    says: /^1 mention, 3 unread/,
  },
  { tool: "digest", args: { ...other, since: "yesterday" }, says: /since/, refused: true },
  {
    tool: "kudos",
    args: { ...me, to: "griffin", note: "Thanks for the review" },
    shows: { kudos: { from: "phoenix", to: "griffin" } },
    says: /^griffin is thanked$/,
  },
  { tool: "kudos", args: { ...me, to: "phoenix", note: "Well done" }, says: /./, refused: true },
  {
    tool: "work",
    args: me,
    shows: { agentId: "phoenix", tasks: { mine: [{ id: "lexer" }] } },
    says: /2 agents active|1 agents active/,
  },
  { tool: "work", args: { agentId: "no spaces" }, says: /agentId – letters/, refused: true },
  {
    tool: "hot-start",
    args: me,
    shows: { agentId: "phoenix", checkpoint: { pendingWork: ["numbers"] }, unreadMessages: 0 },
    says: /^Your checkpoint is of /,
  },
  { tool: "hot-start", args: {}, says: /agentId/, refused: true },
  {
    tool: "shadow-agent",
    args: { ...other, action: "takeover", force: true },
    shows: {
      takeover: {
        primaryAgent: "phoenix",
        shadowId: "griffin",
        locks: [{ resourcePath: "src/a.ts", token: 2 }],
        claims: ["Update the dependencies"],
        tasks: ["lexer"],
      },
    },
    says: /^You go on for phoenix: 1 lock with new tokens, 1 claim, 1 task\. Read its checkpoint/,
  },
];

const RUNS: readonly Case[] = [
  {
    tool: "workflow",
    args: {},
    shows: { items: [{ template: "full" }, { template: "parallel" }], nextCursor: null },
    says: /^Templates: full, parallel, workers, optimize/,
  },
  {
    tool: "workflow",
    args: { template: "parallel", inputs: { requests: ["Add 2 and 3"] }, waitMs: 20_000 },
    shows: { run: { status: "completed", pattern: "parallel", intent: "Add 2 and 3" } },
    says: /^Run run_\w+ is completed/,
  },
  {
    tool: "workflow",
    args: { template: "parallel", inputs: {} },
    says: /inputs.requests/,
    refused: true,
  },
  {
    tool: "workflow",
    args: { template: "magic" },
    says: /no template "magic"; there are full/,
    refused: true,
  },
  {
    tool: "orchestrate",
    args: { intent: "Compare tabs and spaces", waitMs: 20_000 },
    shows: { run: { status: "completed", intent: "Compare tabs and spaces" } },
    says: /^Run run_\w+ is completed/,
  },
  { tool: "orchestrate", args: {}, says: /intent is required/, refused: true },
  {
    tool: "run-status",
    args: {},
    shows: { items: [{ status: "completed" }, { status: "completed" }] },
    says: /2 runs/,
  },
  {
    tool: "run-status",
    args: { runId: "run_nothing" },
    says: /no run "run_nothing"/,
    refused: true,
  },
  { tool: "approve", args: {}, shows: { items: [], nextCursor: null }, says: /^0 approvals/ },
  {
    tool: "approve",
    args: { approvalId: "appr_nothing", decision: "approve" },
    says: /appr_nothing/,
    refused: true,
  },
];

export const CASES: readonly Case[] = [...COORDINATION, ...RUNS];
