import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  type AgentRecord,
  type ConnectionEntry,
  decidePresence,
  type HostRecord,
  isSameAgent,
  mergeAgent,
  type SeenRecord,
  shownAgent,
} from "./decide.ts";
import { agent, agentInput, agentsSettings, type AgentStatus } from "./schema.ts";

const MINUTE = 60_000;
const NOW = 1_760_000_000_000;

const seen = (atMs: number, leftMs?: number): SeenRecord => ({
  v: 1,
  atMs,
  leftMs,
  watchMs: 0,
  offlineAfterMs: 60 * MINUTE,
});
const connection = (hostId: string, openedAtMs = NOW - 90 * MINUTE): ConnectionEntry => ({
  id: `req_${hostId}`,
  hostId,
  openedAtMs,
});
const host = (hostId: string, untilMs: number): [string, HostRecord] => [
  hostId,
  { v: 1, hostId, aliveAtMs: untilMs - MINUTE, untilMs },
];
const ALIVE = host("alive", NOW + 30_000);
const LAPSED = host("lapsed", NOW - MINUTE);

interface Row {
  readonly when: string;
  readonly said?: AgentStatus;
  readonly seen: SeenRecord | null;
  readonly connections?: readonly ConnectionEntry[];
  readonly online: boolean;
  readonly connected?: boolean;
}

/** "An agent without a WebSocket is offline 60 min after lastSeen; with one, after 3 missed 20 s pings." */
const TABLE: readonly Row[] = [
  { when: "heard just now", seen: seen(NOW), online: true },
  { when: "heard 59 min 59 s ago", seen: seen(NOW - 60 * MINUTE + 1_000), online: true },
  { when: "heard 60 min ago", seen: seen(NOW - 60 * MINUTE), online: false },
  { when: "never heard", seen: null, online: false },
  { when: "it said offline", said: "offline", seen: seen(NOW), online: false },
  {
    when: "it said offline and is connected",
    said: "offline",
    seen: seen(NOW),
    connections: [connection("alive")],
    online: false,
    connected: true,
  },
  {
    when: "silent for two hours but connected",
    seen: seen(NOW - 120 * MINUTE),
    connections: [connection("alive")],
    online: true,
    connected: true,
  },
  {
    when: "its host missed its pings",
    seen: seen(NOW - 10 * MINUTE),
    connections: [connection("lapsed")],
    online: false,
  },
  {
    when: "its host missed its pings, another is alive",
    seen: seen(NOW - 10 * MINUTE),
    connections: [connection("lapsed"), connection("alive")],
    online: true,
    connected: true,
  },
  {
    when: "its host missed its pings, it called since",
    seen: seen(NOW - 30_000),
    connections: [connection("lapsed")],
    online: true,
  },
  {
    when: "its host is gone from the store",
    seen: seen(NOW - 100 * MINUTE),
    connections: [connection("unknown")],
    online: false,
  },
  { when: "it closed its last connection", seen: seen(NOW - 1_000, NOW - 1_000), online: false },
];

for (const { when, said = "active", connections = [], ...row } of TABLE) {
  Deno.test(`decidePresence() ${when}: ${row.online ? "here" : "offline"}`, () => {
    const hosts = new Map([ALIVE, LAPSED]);
    const presence = decidePresence({ status: said }, row.seen, connections, hosts, NOW);
    assertEquals([presence.isOnline, presence.isConnected], [row.online, row.connected ?? false]);
  });
}

Deno.test("decidePresence() takes a living connection as heard at its host's last ping", () => {
  const hosts = new Map([ALIVE]);
  const { lastSeenMs } = decidePresence(
    { status: "active" },
    seen(NOW - 120 * MINUTE),
    [connection("alive")],
    hosts,
    NOW,
  );
  assertEquals(lastSeenMs, NOW - 30_000);
});

Deno.test("agentsSettings are the document's numbers", () => {
  const { offlineAfterMs, pingIntervalMs, missedPings } = agentsSettings.parse({});
  assertEquals([offlineAfterMs, pingIntervalMs, missedPings], [60 * MINUTE, 20_000, 3]);
});

const words = fc.array(fc.constantFrom("deno", "css", "sql"), { maxLength: 3 });
const input = fc.record({
  status: fc.constantFrom("active", "idle", "waiting", "offline"),
  currentTask: fc.constantFrom("", "A", "B"),
  workingOn: fc.constantFrom("", "a.ts"),
  capabilities: words,
  offers: words,
  needs: words,
}, { requiredKeys: [] });

Deno.test("mergeAgent() keeps absent fields and takes present ones, whatever was there", () => {
  fc.assert(fc.property(input, input, (first, second) => {
    const read = (fields: object) => agentInput.parse({ agentId: "phoenix", ...fields });
    const before = mergeAgent(null, read(first), NOW);
    const after = mergeAgent(before, read(second), NOW + 1);
    for (const name of ["status", "capabilities", "offers", "needs"] as const) {
      assertEquals(after[name], second[name] ?? before[name]);
    }
    for (const name of ["currentTask", "workingOn"] as const) {
      assertEquals(after[name], name in second ? second[name] || undefined : before[name]);
    }
    assertEquals(after.registeredAtMs, NOW);
  }));
});

Deno.test("isSameAgent() sees every shown field", () => {
  const record = mergeAgent(null, { agentId: "phoenix", needs: ["a key"] }, NOW);
  const changes: Partial<AgentRecord>[] = [
    { status: "idle" },
    { currentTask: "A" },
    { workingOn: "a.ts" },
    { capabilities: ["x"] },
    { offers: ["x"] },
    { needs: [] },
  ];
  assertEquals(isSameAgent(record, { ...record }), true);
  for (const change of changes) assertEquals(isSameAgent(record, { ...record, ...change }), false);
});

Deno.test("shownAgent() is what the schema says, without what is not set", () => {
  const record = mergeAgent(null, { agentId: "phoenix", status: "idle" }, NOW);
  const shown = shownAgent(record, { isOnline: false, lastSeenMs: NOW });
  assertEquals(agent.parse(shown), shown);
  assertEquals([shown.status, "currentTask" in shown], ["offline", false]);
});
