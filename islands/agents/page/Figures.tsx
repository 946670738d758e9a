/** The dashboard's figures: all measured, none estimated. */
import type { ComponentChildren, JSX } from "preact";
import type { Dashboard } from "../../../lib/coordination/dashboard/schema.ts";
import { Badge } from "../../../lib/ui/badge.tsx";
import { formatCount, formatDuration, formatPercent, formatShort } from "../../../lib/ui/format.ts";
import { Meter } from "../../../lib/ui/meter.tsx";
import { Empty } from "../../../lib/ui/states.tsx";
import { Ago } from "../../board/team/Ago.tsx";
import { nameOf } from "../../board/team/Avatar.tsx";
import { useAgent } from "./context.ts";
import { Panel } from "./Panel.tsx";

const HOUR_MS = 3_600_000;

export function Figures(): JSX.Element {
  const { state } = useAgent();
  const { dashboard } = state.data.value;
  if (!dashboard) {
    return (
      <Empty icon="agent" title="No record yet" compact>
        It begins with the agent's first finished trace, or when it is onboarded.
      </Empty>
    );
  }
  return (
    <dl class="tiles">
      <Level level={dashboard.level} />
      <Streak streak={dashboard.streak} />
      <Tile label="Trust" value={formatPercent(dashboard.trust.overall)}>
        {`${dashboard.trust.successRate}\u202f% of traces found something`}
      </Tile>
      <Flow flow={dashboard.flow} />
      <Tile label="Today" value={formatCount(dashboard.session.tasksToday)} unit="traces">
        {`${
          formatCount(dashboard.session.xpToday)
        } xp · ${dashboard.session.avgEfficiency}\u202f% efficient`}
      </Tile>
      <Tile label="Tokens today" value={formatShort(dashboard.session.tokensUsed)}>
        as its heartbeats reported
      </Tile>
      <Rust rust={dashboard.rust} />
    </dl>
  );
}

interface TileProps {
  readonly label: string;
  readonly value: ComponentChildren;
  readonly unit?: string;
  readonly children?: ComponentChildren;
}

function Tile({ label, value, unit, children }: TileProps): JSX.Element {
  return (
    <div class="tile">
      <dt>{label}</dt>
      <dd>
        <span class="tile-value">{value}{unit && <small>{unit}</small>}</span>
        {children && <span class="tile-note">{children}</span>}
      </dd>
    </div>
  );
}

const flowWord = {
  in_flow: "In flow",
  available: "Available",
  stuck: "Stuck",
  offline: "Offline",
} as const;

/** Flow is read from traces alone: who is here and keeps none is not offline. */
function Flow({ flow }: Pick<Dashboard, "flow">): JSX.Element {
  const { state } = useAgent();
  const agent = state.data.value.board.agents.get(state.agentId);
  if (flow.status === "offline" && agent && agent.status !== "offline") {
    return <Tile label="Flow" value="Unknown">it records no trace</Tile>;
  }
  return <Tile label="Flow" value={flowWord[flow.status]}>{flowText(flow)}</Tile>;
}

function flowText(flow: Dashboard["flow"]): string {
  const long = flow.durationMinutes > 0
    ? `for ${formatDuration(flow.durationMinutes * 60_000)}`
    : "";
  if (flow.status === "stuck" && flow.reason) return flow.reason;
  if (flow.respectFlow) return `${long} · do not interrupt`.replace(/^ · /, "");
  return long || "just now";
}

function Level({ level }: Pick<Dashboard, "level">): JSX.Element {
  const missing = [
    level.xpNeeded > 0 && `${formatCount(level.xpNeeded)} xp`,
    level.streakNeeded > 0 && `a streak ${level.streakNeeded} longer`,
    level.tasksNeeded > 0 &&
    `${formatCount(level.tasksNeeded)} more ${level.tasksNeeded === 1 ? "trace" : "traces"}`,
  ].filter(Boolean).join(", ");
  return (
    <div class="tile tile-wide">
      <dt>Level</dt>
      <dd>
        <span class="tile-value">
          {capital(level.current)} <small>{`${formatCount(level.xp)} xp`}</small>
        </span>
        {level.nextLevel
          ? (
            <>
              <Meter
                kind="plain"
                label={`Experience for ${level.nextLevel}`}
                value={level.xpProgress}
                max={1}
                text={formatPercent(level.xpProgress)}
              />
              {missing && <span class="tile-note">{`still missing: ${missing}`}</span>}
            </>
          )
          : <span class="tile-note">the highest there is</span>}
      </dd>
    </div>
  );
}

function Streak({ streak }: Pick<Dashboard, "streak">): JSX.Element {
  const left = formatDuration(Math.max(0, streak.hoursUntilExpires) * HOUR_MS);
  return (
    <Tile label="Streak" value={formatCount(streak.current)}>
      {streak.current === 0
        ? `longest ${streak.longest}`
        : streak.atRisk
        ? <Badge tone="warn">{`ends in ${left}`}</Badge>
        : `longest ${streak.longest} · ${left} left`}
    </Tile>
  );
}

function Rust({ rust }: Pick<Dashboard, "rust">): JSX.Element {
  return (
    <Tile label="Rust" value={capital(rust.status)}>
      {rust.level === 0 ? "earns in full" : `earns ${formatPercent(rust.xpMultiplier)}`}
    </Tile>
  );
}

const abilityNames = {
  canCommit: "Commit",
  canSpawnSubagents: "Spawn sub-agents",
  canMentorPeers: "Mentor peers",
  canAccessProd: "Access production",
  extendedBudget: "Extended budget",
} as const;

/** What it may do, what it is good at, what it achieved. */
export function Standing(): JSX.Element | null {
  const { state } = useAgent();
  const { dashboard } = state.data.value;
  if (!dashboard) return null;
  const { abilities, specializations, recentAchievements } = dashboard;
  const known = specializations.filter((special) => special.xp > 0);
  return (
    <Panel id="standing" title="Abilities">
      <ul class="plain-list abilities">
        {Object.entries(abilityNames).map(([name, label]) => {
          const has = abilities[name as keyof typeof abilities];
          return (
            <li key={name} data-has={has ? "" : undefined}>
              {label} <span class="quiet-text">{has ? "earned" : "not yet"}</span>
            </li>
          );
        })}
      </ul>
      {known.length > 0 && (
        <div class="specials">
          {known.map((special) => (
            <Meter
              key={special.domain}
              kind="plain"
              label={special.rank
                ? `${capital(special.domain)}, ${special.rank}`
                : capital(special.domain)}
              value={special.progress}
              max={1}
              text={`${formatCount(Math.round(special.xp))} xp`}
            />
          ))}
        </div>
      )}
      {recentAchievements.length > 0 && (
        <ul class="plain-list rows">
          {recentAchievements.map((achievement) => (
            <li key={achievement.id} class="row-line">
              <span>{capital(achievement.id.replaceAll(/[-_.]/g, " "))}</span>
              <Ago iso={achievement.unlockedAt} />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

/** Whether it still works, and who takes over when it does not. */
export function Pulse(): JSX.Element | null {
  const { state } = useAgent();
  const { dashboard } = state.data.value;
  if (!dashboard) return null;
  const { heartbeat, shadow } = dashboard;
  return (
    <Panel id="pulse" title="Heartbeat and shadow">
      <dl class="facts">
        <dt>Heartbeat</dt>
        <dd>
          {heartbeat.lastHeartbeat ? <Ago iso={heartbeat.lastHeartbeat} /> : "none yet"}{" "}
          {heartbeat.lastHeartbeat && !heartbeat.isHealthy && (
            <Badge tone="bad">{`stalled ${formatDuration(heartbeat.stalledForMs)}`}</Badge>
          )}
        </dd>
        <dt>Shadow</dt>
        <dd>
          {shadow.shadowId
            ? (
              <>
                <a href={`/agents/${encodeURIComponent(shadow.shadowId)}`}>
                  {nameOf(shadow.shadowId)}
                </a>
                {`, ${
                  shadow.shadowStatus === "taken-over" ? "has taken over" : shadow.shadowStatus
                }`}
              </>
            )
            : "nobody watches"}
        </dd>
        {shadow.isShadow && shadow.primaryAgent && (
          <>
            <dt>Watches</dt>
            <dd>
              <a href={`/agents/${encodeURIComponent(shadow.primaryAgent)}`}>
                {nameOf(shadow.primaryAgent)}
              </a>
            </dd>
          </>
        )}
        <dt>Stalls after</dt>
        <dd>{formatDuration(shadow.stallThresholdMs)}</dd>
      </dl>
    </Panel>
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
