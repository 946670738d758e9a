import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { type Activity, decideFlow, type FlowRecord, foldActivity } from "./flow.ts";
import { type Flow, tracesSettings } from "./schema.ts";

const SETTINGS = tracesSettings.parse({});
const MIN = 60_000;
const START = 1_760_000_000_000;

/** `+` a productive step, `-` another, `s` start of a trace, `o` opens an escalation, `r` resolves it; each at its minute. */
type Act = readonly [minute: number, what: "+" | "-" | "s" | "o" | "r"];

const ACTIVITY: Readonly<Record<Act[1], Activity>> = {
  "+": { step: { productive: true }, working: true },
  "-": { step: { productive: false }, working: true },
  s: { working: true },
  o: { step: { productive: false }, opened: { id: "e", reason: "grep" }, working: true },
  r: { resolved: "e", working: false },
};

function recordOf(acts: readonly Act[]): FlowRecord | null {
  return acts.reduce<FlowRecord | null>(
    (record, [minute, what]) =>
      foldActivity(record, ACTIVITY[what], SETTINGS, START + minute * MIN),
    null,
  );
}

const flowAt = (acts: readonly Act[], minute: number): Flow =>
  decideFlow(recordOf(acts), SETTINGS, START + minute * MIN);

const productive = (count: number, from = 0): Act[] =>
  Array.from({ length: count }, (_, i) => [from + i, "+"] as const);
const idle = (count: number, from: number): Act[] =>
  Array.from({ length: count }, (_, i) => [from + i / 10, "-"] as const);

const FLOWS: readonly [
  rule: string,
  acts: readonly Act[],
  minute: number,
  status: Flow["status"],
  minutes: number,
][] = [
  ["offline without any trace", [], 0, "offline", 0],
  ["available once a trace begins", [[0, "s"]], 3, "available", 3],
  ["in_flow below: 4 productive steps", productive(4), 4, "available", 4],
  ["in_flow at: 5 productive steps", productive(5), 5, "in_flow", 1],
  ["in_flow: 5 productive of the last 10", [...productive(5), ...idle(5, 5)], 6, "in_flow", 2],
  ["in_flow: the 11th last does not count", [...productive(5), ...idle(6, 5)], 6, "available", 0],
  ["in_flow within 15 min: at", productive(5), 15, "in_flow", 11],
  ["in_flow within 15 min: after", productive(5), 16, "available", 1],
  ["offline below 1 h", [[0, "s"]], 59.9, "available", 59],
  ["offline after 1 h without a trace", [[0, "s"]], 60, "offline", 0],
  ["offline since an hour after the last step", [[0, "s"], [30, "-"]], 100, "offline", 10],
  ["stuck with an open escalation", [...productive(5), [6, "o"]], 9, "stuck", 3],
  ["stuck even after 1 h without a trace", [[0, "o"]], 200, "stuck", 200],
  ["free again when it is resolved", [[0, "o"], [7, "r"]], 9, "available", 2],
  ["in flow again when it is resolved", [...productive(5), [6, "o"], [7, "r"]], 9, "in_flow", 2],
];

for (const [rule, acts, minute, status, minutes] of FLOWS) {
  Deno.test(`decideFlow() ${rule}`, () => {
    const flow = flowAt(acts, minute);
    assertEquals([flow.status, flow.durationMinutes], [status, minutes]);
    assertEquals(flow.respectFlow, status === "in_flow", "do not interrupt");
    assertEquals(flow.reason, status === "stuck" ? "grep" : undefined);
  });
}

Deno.test("decideFlow() resolving for an agent that is gone does not bring it back", () => {
  assertEquals(flowAt([[0, "o"], [90, "r"]], 91).status, "offline");
});

Deno.test("foldActivity() stays stuck until the last of several escalations is resolved", () => {
  const opened = (id: string): Activity => ({ opened: { id, reason: id }, working: true });
  const resolved = (id: string): Activity => ({ resolved: id, working: false });
  const steps = [opened("a"), opened("b"), resolved("b"), resolved("a")];
  let record: FlowRecord | null = null;
  const seen = steps.map((activity) => {
    record = foldActivity(record, activity, SETTINGS, START);
    const { status, reason } = decideFlow(record, SETTINGS, START);
    return `${status} ${reason ?? ""}`;
  });
  assertEquals(seen, ["stuck a", "stuck b", "stuck a", "available "]);
});

Deno.test("decideFlow() never says more minutes than have passed, and time alone never makes a flow", () => {
  const act = fc.tuple(fc.nat(90), fc.constantFrom("+", "-", "s", "o", "r"));
  fc.assert(
    fc.property(fc.array(act, { maxLength: 40 }), fc.nat(200), (given, wait) => {
      const acts = given.toSorted(([a], [b]) => a - b) as unknown as Act[];
      const last = acts.at(-1)?.[0] ?? 0;
      const before = flowAt(acts, last);
      const after = flowAt(acts, last + wait);
      assertEquals(after.durationMinutes <= last + wait, true);
      if (before.status !== "in_flow") assertEquals(after.status === "in_flow", false);
    }),
    { seed: 7 },
  );
});
