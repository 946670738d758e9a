import { assertEquals } from "@std/assert";
import { comesBefore, isLive, nextPlace } from "./alive.ts";
import { nextGlobToken, nextPathToken } from "./gate.ts";
import {
  decideAll,
  decideGate,
  decidePath,
  type Decision,
  EMPTY_GATE,
  looksAgainAt,
  pruneGate,
} from "./decide.ts";
import type { Gate, LockRecord, StoredLock, Ticket, WideTicket } from "./keys.ts";

const NOW = 1_000_000;

function lock(agentId: string, more: Partial<StoredLock> = {}): StoredLock {
  return {
    id: `lock_${agentId}`,
    kind: "path",
    path: "src/a.ts",
    agentId,
    type: "file-lock",
    at: NOW - 10,
    ttlMs: 100,
    until: NOW + 90,
    token: 7,
    ...more,
  };
}

const expired = { until: NOW } as const;
const glob = (agentId: string, path: string, more: Partial<StoredLock> = {}) =>
  lock(agentId, { kind: "glob", path, ...more });

function ticket(agentId: string, at: number, more: Partial<WideTicket> = {}): WideTicket {
  const id = `lock_${agentId}`;
  return { id, agentId, at, aliveUntil: NOW + 50, store: "s", waits: true, ...more };
}

interface Case {
  readonly held?: StoredLock | null;
  readonly queue?: readonly Ticket[];
  readonly globs?: readonly StoredLock[];
  readonly wide?: readonly WideTicket[];
  readonly asker?: string;
  readonly place?: { readonly id: string; readonly at: number };
}

function decide({ held = null, queue = [], globs = [], wide = [], asker = "me", place }: Case) {
  const path = "src/a.ts";
  const record: LockRecord = {
    v: 1,
    path,
    last: 7,
    held,
    listedUntil: 0,
    past: [],
    groups: 0,
  };
  const gate: Gate = { ...EMPTY_GATE, globs, wide };
  return decidePath(
    { path, record, tickets: queue },
    gate,
    { agentId: asker, ticket: place },
    NOW,
  );
}

const KINDS: readonly (readonly [string, Case, Decision["kind"]])[] = [
  ["a free path is granted", {}, "grant"],
  ["held by another: blocked", { held: lock("x") }, "blocked"],
  ["own lock: renewed", { held: lock("me") }, "renew"],
  [
    "own lock is renewed although others wait",
    { held: lock("me"), queue: [ticket("x", 1)] },
    "renew",
  ],
  ["expiry is decided by the stored expiresAt", { held: lock("x", expired) }, "grant"],
  ["an own lock that has expired is a new grant", { held: lock("me", expired) }, "grant"],
  ["a glob that overlaps conflicts", { globs: [glob("x", "src/**")] }, "blocked"],
  ["a glob that does not overlap does not", { globs: [glob("x", "docs/**")] }, "grant"],
  ["an expired glob does not", { globs: [glob("x", "src/**", expired)] }, "grant"],
  ["an own glob is not in the way", { globs: [glob("me", "src/**")] }, "grant"],
  ["who does not wait overtakes nobody who does", { queue: [ticket("x", 1)] }, "blocked"],
  [
    "who came first is served first",
    { queue: [ticket("x", 5), ticket("me", 1)], place: { id: "lock_me", at: 1 } },
    "grant",
  ],
  [
    "who came later waits",
    { queue: [ticket("x", 1), ticket("me", 5)], place: { id: "lock_me", at: 5 } },
    "blocked",
  ],
  [
    "a dead caller is passed over",
    { queue: [ticket("x", 1, { aliveUntil: NOW })], place: { id: "lock_me", at: 5 } },
    "grant",
  ],
  [
    "a caller that waits for a glob came first",
    { wide: [ticket("x", 1, { glob: "src/*" })], place: { id: "lock_me", at: 5 } },
    "blocked",
  ],
  [
    "a caller that waits for another glob is not in the way",
    { wide: [ticket("x", 1, { glob: "docs/*" })] },
    "grant",
  ],
  [
    "a caller that waits for several paths came first",
    { wide: [ticket("x", 1, { paths: ["b", "src/a.ts"] })] },
    "blocked",
  ],
  [
    "a caller that only makes up its mind is waited for, not refused",
    { wide: [ticket("x", 1, { glob: "src/*", waits: false })] },
    "unsettled",
  ],
  [
    "held by another is held, whoever makes up its mind",
    { held: lock("y"), wide: [ticket("x", 1, { glob: "src/*", waits: false })] },
    "blocked",
  ],
];

for (const [what, given, kind] of KINDS) {
  Deno.test(`decidePath() ${what}`, () => assertEquals(decide(given).kind, kind));
}

Deno.test("decidePath() says everybody who is in the way and when to look again", () => {
  const decision = decide({
    held: lock("x"),
    globs: [glob("y", "src/*", { until: NOW + 20 })],
    queue: [ticket("z", 1)],
  });
  assertEquals(decision.kind === "blocked" && decision.held.map((l) => l.agentId), ["x", "y"]);
  assertEquals(decision.kind === "blocked" && decision.ahead.map((t) => t.agentId), ["z"]);
  assertEquals(decision.kind === "blocked" && looksAgainAt(decision), NOW + 20);
});

const GATES: readonly (readonly [string, Partial<Gate>, Decision["kind"]])[] = [
  ["nothing overlaps", { globs: [glob("x", "docs/**")] }, "grant"],
  ["glob locks conflict with the globs they overlap", { globs: [glob("x", "**/*.ts")] }, "blocked"],
  ["an own glob does not", { globs: [glob("me", "**/*.ts")] }, "grant"],
  ["several paths asked for before", { wide: [ticket("x", 1, { paths: ["src/b"] })] }, "blocked"],
  ["several paths asked for later", { wide: [ticket("x", 9, { paths: ["src/b"] })] }, "grant"],
  ["other paths asked for before", { wide: [ticket("x", 1, { paths: ["docs"] })] }, "grant"],
];

for (const [what, gate, kind] of GATES) {
  Deno.test(`decideGate() for a glob: ${what}`, () => {
    const asker = { agentId: "me", ticket: { id: "lock_me", at: 5 } };
    const target = { kind: "glob", glob: "src/**" } as const;
    assertEquals(decideGate(target, { ...EMPTY_GATE, ...gate }, asker, NOW).kind, kind);
  });
}

Deno.test("decideAll() is all or nothing", () => {
  const grant: Decision = { kind: "grant" };
  const renew: Decision = { kind: "renew", lock: lock("me") };
  const blocked: Decision = { kind: "blocked", held: [lock("x")], ahead: [] };
  const kindOf = (...all: Decision[]) => decideAll(all).kind;
  assertEquals(kindOf(grant, grant), "grant");
  assertEquals(kindOf(renew, renew), "renew");
  assertEquals(kindOf(renew, grant), "grant");
  assertEquals(kindOf(grant, blocked, renew), "blocked");
  assertEquals(kindOf(grant, { kind: "unsettled" }), "unsettled");
  assertEquals(kindOf(blocked, { kind: "unsettled" }), "blocked");
});

Deno.test("a token is higher than every one before on what overlaps", () => {
  const first = nextPathToken(0, EMPTY_GATE);
  assertEquals(first, { token: 1, high: 1_001 });
  const gate = { ...EMPTY_GATE, high: first.high };
  assertEquals(nextPathToken(41, gate), { token: 42, high: 1_001 });
  assertEquals(nextPathToken(1_001, gate), { token: 1_002, high: 2_002 });
  const wide = nextGlobToken(gate);
  assertEquals(wide, { token: 1_002, floor: 1_002, high: 2_002 });
  assertEquals(nextPathToken(3, { ...gate, ...wide }).token, 1_003);
  assertEquals(nextGlobToken({ ...gate, ...wide }).token, 2_003);
});

Deno.test("isLive() ends at the moment itself", () => {
  assertEquals([isLive(lock("x"), NOW + 89), isLive(lock("x"), NOW + 90)], [true, false]);
  assertEquals([isLive(null, NOW), isLive(undefined, NOW)], [false, false]);
});

Deno.test("comesBefore() orders by time, then id, and never both ways", () => {
  const [a, b, c] = [{ id: "a", at: 1 }, { id: "b", at: 1 }, { id: "a", at: 2 }];
  assertEquals([comesBefore(a, b), comesBefore(b, a)], [true, false]);
  assertEquals([comesBefore(b, c), comesBefore(c, b)], [true, false]);
  assertEquals(comesBefore(a, a), false);
});

Deno.test("nextPlace() is behind everybody, whatever the clocks say", () => {
  assertEquals(nextPlace([], NOW), NOW);
  assertEquals(nextPlace([ticket("x", NOW + 500)], NOW), NOW + 501);
});

Deno.test("pruneGate() leaves out dead callers and changes nothing when there are none", () => {
  const alive = ticket("x", 1);
  const dead = ticket("y", 1, { aliveUntil: NOW });
  const gate = { ...EMPTY_GATE, wide: [alive] };
  assertEquals(pruneGate(gate, NOW) === gate, true);
  assertEquals(pruneGate({ ...gate, wide: [alive, dead] }, NOW).wide, [alive]);
});
