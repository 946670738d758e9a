import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { type HubContext, hubContext } from "../../../tests/harness/hub_context.ts";
import { AppError } from "../../kernel/core/errors.ts";
import { readEvents } from "../../kernel/events/mod.ts";
import { getTallies } from "../tallies/mod.ts";
import type { FlowRecord } from "./flow.ts";
import {
  escalationKey,
  flowKey,
  openEscalationKey,
  traceEscalationKey,
  traceKey,
  traceStepKey,
} from "./keys.ts";
import { addStep, completeTrace, listEscalations, resolveEscalation, startTrace } from "./mod.ts";
import type { StoredEscalation, StoredStep, StoredTrace } from "./record.ts";
import { stepOutcome } from "./schema.ts";
import { foldStep, NO_WORK } from "./work.ts";

const WS = "default";
const AGENT = "phoenix";
const TRACES = ["s1", "s2"];

type Act = readonly ["step" | "resolve" | "complete", sessionId: string, outcome: string];

/** Does one thing; what the rules refuse changes nothing and is not of interest here. */
async function act(hub: HubContext, [what, sessionId, outcome]: Act): Promise<void> {
  const call = hub.as(AGENT);
  const of = { agentId: AGENT, sessionId };
  try {
    if (what === "step") {
      const found = stepOutcome.parse(outcome);
      await addStep(hub, call, { ...of, tool: "grep", outcome: found, durationMs: 5 });
    } else if (what === "complete") await completeTrace(hub, call, of);
    else {
      const { items } = await listEscalations(hub, WS, AGENT, { sessionId, open: true });
      for (const { id } of items) {
        const resolvedBy = outcome === "found" ? "peer" : "human";
        await resolveEscalation(hub, call, { ...of, escalationId: id, resolvedBy });
      }
    }
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "conflict") throw error;
  }
}

async function all<T>(hub: HubContext, prefix: ReturnType<typeof traceKey>): Promise<T[]> {
  const found: T[] = [];
  for await (const { value } of hub.kv.list<T>({ prefix })) found.push(value);
  return found;
}

/** Everything derived is what the steps and the escalations say. */
async function checkConsistent(hub: HubContext): Promise<void> {
  const escalations = await all<StoredEscalation>(hub, escalationKey.prefix(WS, AGENT));
  const open = escalations.filter(({ resolvedAtMs }) => resolvedAtMs === undefined);
  const traces = await all<StoredTrace>(hub, traceKey.prefix(WS, AGENT));
  for (const trace of traces) {
    const { sessionId } = trace;
    const steps = await all<StoredStep>(hub, traceStepKey.prefix(WS, AGENT, sessionId));
    assertEquals(steps.map(({ number }) => number), steps.map((_, i) => i + 1));
    assertEquals(trace.work, steps.reduce(foldStep, NO_WORK));
    const own = escalations.filter((escalation) => escalation.sessionId === sessionId);
    assertEquals(trace.escalations.opened, own.length);
    assertEquals(trace.open?.id, open.find((escalation) => escalation.sessionId === sessionId)?.id);
    const pointers = await all(hub, traceEscalationKey.prefix(WS, AGENT, sessionId));
    assertEquals(pointers.length, own.length);
  }
  const pointers = await all<string>(hub, openEscalationKey.prefix(WS));
  assertEquals(pointers.length, open.length);
  const flow = (await hub.kv.get<FlowRecord>(flowKey(WS, AGENT))).value!;
  assertEquals([flow.openCount, flow.open.map(({ id }) => id).sort()], [
    open.length,
    open.map(({ id }) => id).sort(),
  ]);
  const { peer, human } = await getTallies(hub, WS, AGENT);
  assertEquals(peer + human, escalations.length - open.length);
  const events = await readEvents(hub, WS, `agent:${AGENT}`);
  const count = (type: string) => events.filter((event) => event.type === type).length;
  assertEquals(count("escalation.opened"), escalations.length);
  assertEquals(count("escalation.resolved"), escalations.length - open.length);
  assertEquals(count("trace.step"), traces.reduce((sum, { work }) => sum + work.steps, 0));
}

const acts: fc.Arbitrary<Act> = fc.tuple(
  fc.constantFrom("step", "step", "step", "step", "resolve", "complete"),
  fc.constantFrom(...TRACES),
  fc.constantFrom(...stepOutcome.options),
);

Deno.test("whatever is done to two traces of an agent, also at once, all that is derived stays true", async () => {
  const property = fc.asyncProperty(
    fc.array(fc.array(acts, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 8 }),
    async (rounds) => {
      await using hub = await hubContext();
      for (const sessionId of TRACES) {
        await startTrace(hub, hub.as(AGENT), { agentId: AGENT, sessionId, task: "x" });
      }
      for (const round of rounds) await Promise.all(round.map((given) => act(hub, given)));
      await checkConsistent(hub);
    },
  );
  await fc.assert(property, { seed: 7, numRuns: 40, endOnFailure: true });
});
