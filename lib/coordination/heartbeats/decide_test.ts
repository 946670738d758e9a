import { assertEquals } from "@std/assert";
import {
  decideHealth,
  decideTakeover,
  decideTiming,
  type ShadowRecord,
  stallsAt,
} from "./decide.ts";
import { heartbeatsSettings, type Takeover } from "./schema.ts";

const NOW = 1_760_000_000_000;
const MINUTE = 60_000;
const settings = heartbeatsSettings.parse({});
const beat = (agoMs: number) => ({ lastMs: NOW - agoMs });
const watch = (agoMs: number, more: Partial<ShadowRecord> = {}): ShadowRecord => ({
  v: 1,
  primaryAgent: "phoenix",
  shadowId: "heron",
  status: "monitoring",
  registeredAtMs: NOW - agoMs,
  takeoverAtMs: null,
  isTold: false,
  ...more,
});

Deno.test("heartbeatsSettings: stall threshold 5 min, interval 1 min by default", () => {
  assertEquals(settings, { stallThresholdMs: 5 * MINUTE, heartbeatIntervalMs: MINUTE });
});

const HEALTH: readonly [string, ReturnType<typeof beat> | null, ShadowRecord | null, unknown][] = [
  ["nobody waits for it", null, null, [true, 0, 0]],
  ["a beat just now", beat(0), null, [true, 0, 0]],
  ["a beat 90 s ago", beat(90_000), null, [true, 90_000, 1.5]],
  ["a beat 5 min ago", beat(5 * MINUTE), null, [false, 5 * MINUTE, 5]],
  ["watched, never a beat", null, watch(6 * MINUTE), [false, 6 * MINUTE, 6]],
  ["an old beat, watched since a minute", beat(60 * MINUTE), watch(MINUTE), [true, MINUTE, 1]],
  ["a beat since the watch", beat(1_000), watch(MINUTE), [true, 1_000, 0]],
  [
    "its own threshold",
    beat(2 * MINUTE),
    watch(3 * MINUTE, { stallThresholdMs: MINUTE }),
    [false, 2 * MINUTE, 2],
  ],
];

for (const [when, head, record, expected] of HEALTH) {
  Deno.test(`decideHealth() ${when}`, () => {
    const health = decideHealth(head, record, settings, NOW);
    assertEquals([health.isHealthy, health.stalledForMs, health.stalledForMinutes], expected);
  });
}

const made = { primaryAgent: "phoenix" } as Takeover;
const taken = watch(9 * MINUTE, { status: "taken-over", takeoverAtMs: NOW - MINUTE });
const unwatched = watch(0, { shadowId: null, status: "none", registeredAtMs: null });

const TAKEOVERS: readonly [
  string,
  ShadowRecord | null,
  ReturnType<typeof beat> | null,
  boolean,
  unknown,
][] = [
  ["without a watch", null, beat(0), true, ["deny", "no_shadow"]],
  ["configured, but nobody watches", unwatched, beat(0), true, ["deny", "no_shadow"]],
  ["not stalled", watch(9 * MINUTE), beat(MINUTE), false, ["deny", "not_stalled"]],
  ["not stalled, forced", watch(9 * MINUTE), beat(MINUTE), true, ["allow", true]],
  ["stalled at this moment", watch(9 * MINUTE), beat(5 * MINUTE), false, ["allow", false]],
  ["stalled, forced: not by force", watch(9 * MINUTE), beat(6 * MINUTE), true, ["allow", false]],
  ["a second time", taken, beat(9 * MINUTE), false, ["deny", "taken_over"]],
  ["a second time, forced", taken, beat(9 * MINUTE), true, ["deny", "taken_over"]],
  ["the server was first", { ...taken, automatic: made }, beat(0), false, ["made", "phoenix"]],
];

for (const [when, record, head, force, expected] of TAKEOVERS) {
  Deno.test(`decideTakeover() ${when}`, () => {
    const decision = decideTakeover(record, head, settings, force, NOW);
    const detail = decision.kind === "deny"
      ? decision.reason
      : decision.kind === "made"
      ? decision.takeover.primaryAgent
      : decision.forced;
    assertEquals([decision.kind, detail], expected);
  });
}

Deno.test("stallsAt() is the threshold after the last sign, and never without a watch", () => {
  assertEquals(stallsAt(beat(MINUTE), watch(9 * MINUTE), settings), NOW + 4 * MINUTE);
  assertEquals(stallsAt(null, watch(MINUTE), settings), NOW + 4 * MINUTE);
  assertEquals(stallsAt(beat(MINUTE), taken, settings), null);
});

const TIMINGS: readonly [string, ShadowRecord | null, number | undefined, boolean, string][] = [
  ["nothing is said", null, undefined, false, "allow"],
  ["sooner than the setting", null, 5 * MINUTE - 1, false, "deny"],
  ["sooner, by who may", null, 1, true, "allow"],
  ["as the setting", null, 5 * MINUTE, false, "allow"],
  ["later", null, 6 * MINUTE, false, "allow"],
  ["sooner than its own", { ...taken, stallThresholdMs: 9 * MINUTE }, 6 * MINUTE, false, "deny"],
];

for (const [when, record, stallThresholdMs, may, expected] of TIMINGS) {
  Deno.test(`decideTiming() ${when}: ${expected}`, () => {
    const given = stallThresholdMs === undefined ? {} : { stallThresholdMs };
    assertEquals(decideTiming(record, given, settings, may).kind, expected);
  });
}
