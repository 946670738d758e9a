/** Advice from what was measured: what to do next and why. Pure. */
import type { Dashboard, DashboardSettings, Suggestion } from "./schema.ts";

type Measured = Omit<Dashboard, "suggestions">;

const URGENCY = ["urgent", "high", "medium", "low"];
const PERCENT = 100;

/** Most urgent first; nothing where nothing is to be said. */
export function decideSuggestions(
  measured: Measured,
  tasksCompleted: number,
  settings: DashboardSettings,
): Suggestion[] {
  const found = [
    escalations(measured),
    heartbeat(measured),
    streak(measured),
    rust(measured),
    firstTrace(tasksCompleted),
    efficiency(measured, settings),
    transparency(measured, tasksCompleted, settings),
    levelUp(measured, tasksCompleted),
    shadow(measured),
  ].filter((suggestion) => suggestion !== null);
  return found.sort((a, b) => URGENCY.indexOf(a.priority) - URGENCY.indexOf(b.priority));
}

function escalations({ alerts, flow }: Measured): Suggestion | null {
  const open = alerts.pendingEscalations;
  if (open === 0) return null;
  return {
    action: "resolve-escalation",
    priority: "urgent",
    reason: `${counted(open, "escalation")} open${
      flow.reason ? ` (${flow.reason})` : ""
    }: ask a peer or a person, or try another approach`,
  };
}

function heartbeat({ heartbeat, shadow }: Measured): Suggestion | null {
  if (heartbeat.lastHeartbeat === null || heartbeat.isHealthy) return null;
  const watched = shadow.shadowStatus === "monitoring";
  return {
    action: "send-heartbeat",
    priority: watched ? "urgent" : "high",
    reason: `Silent for ${Math.floor(heartbeat.stalledForMinutes)} min${
      watched ? `; "${shadow.shadowId}" may take over` : ""
    }`,
  };
}

function streak({ streak }: Measured): Suggestion | null {
  if (!streak.atRisk) return null;
  return {
    action: "complete-trace",
    priority: "high",
    reason: `The streak of ${streak.current} ends in ${streak.hoursUntilExpires} h`,
  };
}

function rust({ rust }: Measured): Suggestion | null {
  if (rust.level === 0) return null;
  return {
    action: "complete-trace",
    priority: "medium",
    reason: `Rusty after a pause: a trace earns ${
      percent(rust.xpMultiplier)
    } % of its experience until one is counted`,
  };
}

function firstTrace(tasksCompleted: number): Suggestion | null {
  if (tasksCompleted > 0) return null;
  return {
    action: "start-trace",
    priority: "medium",
    reason: "No trace was counted yet: experience and abilities come from completed traces",
  };
}

function efficiency({ session }: Measured, settings: DashboardSettings): Suggestion | null {
  if (session.tasksToday === 0 || session.avgEfficiency >= percent(settings.lowEfficiency)) {
    return null;
  }
  return {
    action: "review-approach",
    priority: "medium",
    reason: `Only ${session.avgEfficiency} % of today's time led to a result`,
  };
}

function transparency(
  { trust }: Measured,
  tasksCompleted: number,
  settings: DashboardSettings,
): Suggestion | null {
  if (tasksCompleted === 0 || trust.transparency >= settings.lowTransparency) return null;
  return {
    action: "state-intent",
    priority: "low",
    reason: `${percent(trust.transparency)} % of the steps said what they were for`,
  };
}

function levelUp({ level }: Measured, tasksCompleted: number): Suggestion | null {
  if (level.nextLevel === null || tasksCompleted === 0) return null;
  const missing = [
    level.xpNeeded > 0 ? `${level.xpNeeded} xp` : "",
    level.streakNeeded > 0 ? `a streak longer by ${level.streakNeeded}` : "",
    level.tasksNeeded > 0 ? counted(level.tasksNeeded, "task") : "",
  ].filter(Boolean);
  if (missing.length === 0) return null;
  return {
    action: "level-up",
    priority: "low",
    reason: `Missing to ${level.nextLevel}: ${missing.join(", ")}`,
  };
}

function shadow({ shadow }: Measured): Suggestion | null {
  if (shadow.hasShadow || shadow.isShadow) return null;
  return {
    action: "register-shadow",
    priority: "low",
    reason: "Nobody takes over its locks, claims and tasks if it stalls",
  };
}

const percent = (share: number) => Math.round(share * PERCENT);
const counted = (n: number, what: string) => `${n} ${what}${n === 1 ? "" : "s"}`;
