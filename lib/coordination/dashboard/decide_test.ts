import { assertEquals, assertStringIncludes } from "@std/assert";
import { decideSuggestions } from "./decide.ts";
import { type Dashboard, dashboardSettings } from "./schema.ts";

const SETTINGS = dashboardSettings.parse({});

type Measured = Omit<Dashboard, "suggestions">;

/** An agent nothing needs to be said to: a master with a shadow. */
const CALM: Measured = {
  agentId: "phoenix",
  timestamp: "2026-11-21T12:00:00.000Z",
  level: {
    current: "master",
    xp: 3_000,
    nextLevel: null,
    xpNeeded: 0,
    xpProgress: 1,
    streakNeeded: 0,
    tasksNeeded: 0,
  },
  streak: { current: 12, longest: 12, atRisk: false, hoursUntilExpires: 40 },
  rust: { level: 0, xpMultiplier: 1, status: "fresh" },
  flow: { status: "available", durationMinutes: 3, respectFlow: false },
  session: { tasksToday: 2, xpToday: 80, avgEfficiency: 80, tokensUsed: 0 },
  trust: { overall: 0.9, transparency: 0.9, trackRecord: 1, successRate: 100 },
  abilities: {
    canCommit: true,
    canSpawnSubagents: true,
    canAccessProd: true,
    canMentorPeers: true,
    extendedBudget: true,
  },
  specializations: [],
  recentAchievements: [],
  alerts: { pendingEscalations: 0, streakAtRisk: false, highRust: false },
  shadow: {
    hasShadow: true,
    shadowId: "owl",
    shadowStatus: "monitoring",
    isShadow: false,
    primaryAgent: null,
    lastHeartbeat: "2026-11-21T11:59:00.000Z",
    isHealthy: true,
    stallThresholdMs: 300_000,
    heartbeatIntervalMs: 60_000,
    registeredAt: "2026-11-21T11:00:00.000Z",
    takeoverAt: null,
  },
  heartbeat: {
    lastHeartbeat: "2026-11-21T11:59:00.000Z",
    isHealthy: true,
    stalledForMs: 60_000,
    stalledForMinutes: 1,
    heartbeatCount: 9,
    recentHeartbeats: [],
  },
};

const silent = { ...CALM.heartbeat, isHealthy: false, stalledForMinutes: 7.5 };
const capable = {
  ...CALM.level,
  current: "capable",
  nextLevel: "expert",
  xpNeeded: 120,
  streakNeeded: 2,
  tasksNeeded: 1,
} as const;

const TABLE: readonly [
  when: string,
  measured: Partial<Measured>,
  tasksCompleted: number,
  expected: readonly [action: string, priority: string, reason: string] | null,
][] = [
  ["nothing is wrong", {}, 100, null],
  [
    "an escalation is open",
    {
      alerts: { ...CALM.alerts, pendingEscalations: 1 },
      flow: { ...CALM.flow, status: "stuck", reason: "grep 4 times" },
    },
    100,
    ["resolve-escalation", "urgent", "1 escalation open (grep 4 times)"],
  ],
  [
    "its shadow may take over",
    { heartbeat: silent },
    100,
    ["send-heartbeat", "urgent", 'Silent for 7 min; "owl" may take over'],
  ],
  [
    "nobody watches its silence",
    { heartbeat: silent, shadow: { ...CALM.shadow, shadowStatus: "taken-over" } },
    100,
    ["send-heartbeat", "high", "Silent for 7 min"],
  ],
  [
    "the streak is at risk",
    { streak: { ...CALM.streak, atRisk: true, hoursUntilExpires: 5.5 } },
    100,
    ["complete-trace", "high", "The streak of 12 ends in 5.5 h"],
  ],
  [
    "it is rusty",
    { rust: { level: 0.4, xpMultiplier: 0.8, status: "medium" } },
    100,
    ["complete-trace", "medium", "80 %"],
  ],
  ["nothing was counted yet", {}, 0, ["start-trace", "medium", "No trace was counted yet"]],
  [
    "half of today's time at 50 %: enough",
    { session: { ...CALM.session, avgEfficiency: 50 } },
    100,
    null,
  ],
  [
    "less than half of today's time",
    { session: { ...CALM.session, avgEfficiency: 49 } },
    100,
    ["review-approach", "medium", "Only 49 % of today's time"],
  ],
  [
    "no task today has no efficiency",
    { session: { ...CALM.session, tasksToday: 0, avgEfficiency: 0 } },
    100,
    null,
  ],
  [
    "few steps said what they were for",
    { trust: { ...CALM.trust, transparency: 0.25 } },
    100,
    ["state-intent", "low", "25 % of the steps"],
  ],
  [
    "a level is ahead",
    { level: capable },
    24,
    ["level-up", "low", "Missing to expert: 120 xp, a streak longer by 2, 1 task"],
  ],
  [
    "it has no shadow",
    { shadow: { ...CALM.shadow, hasShadow: false, shadowId: null, shadowStatus: "none" } },
    100,
    ["register-shadow", "low", "Nobody takes over"],
  ],
];

for (const [when, measured, tasksCompleted, expected] of TABLE) {
  Deno.test(`decideSuggestions() ${when}`, () => {
    const found = decideSuggestions({ ...CALM, ...measured }, tasksCompleted, SETTINGS);
    assertEquals(found.length, expected ? 1 : 0);
    if (!expected) return;
    assertEquals([found[0]!.action, found[0]!.priority], [expected[0], expected[1]]);
    assertStringIncludes(found[0]!.reason, expected[2]);
  });
}

Deno.test("decideSuggestions() most urgent first", () => {
  const measured = {
    ...CALM,
    level: capable,
    streak: { ...CALM.streak, atRisk: true },
    alerts: { ...CALM.alerts, pendingEscalations: 2 },
    rust: { level: 0.2, xpMultiplier: 0.9, status: "light" } as const,
  };
  const priorities = decideSuggestions(measured, 24, SETTINGS).map(({ priority }) => priority);
  assertEquals(priorities, ["urgent", "high", "medium", "low"]);
});
