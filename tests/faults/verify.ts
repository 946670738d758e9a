/** What must hold of every run after whatever was done to its process; each finding is one sentence. */
import type { Outcome, RunEvent } from "./driver.ts";
import type { Received } from "./protocol.ts";
import { EXPECTED } from "./protocol.ts";
import type { Receiver } from "./receiver.ts";

export interface Finding {
  /** Events that are there twice, or not at all, or out of order. */
  readonly problems: string[];
  readonly repeatedModelCalls: number;
}

/** Events that may come again without anything having happened twice. */
const REPEATABLE = new Set([
  "step.delta",
  "run.waiting",
  "step.waiting",
  "run.started",
  "run.resumed",
  "step.progress",
  "step.started",
  "effect.unknown",
  "approval.requested",
  "approval.answered",
]);

export function verify(outcome: Outcome, receiver: Receiver): Finding {
  const problems: string[] = [];
  outcome.views.forEach((view, i) => {
    if (view.run.status !== "completed") {
      problems.push(`${view.run.id} ended ${view.run.status}: ${JSON.stringify(view.run.error)}`);
    }
    problems.push(...verifyEvents(view.run.id, outcome.events[i]!));
    for (const step of view.steps) {
      if (step.status !== "completed") {
        problems.push(`${step.id} (${step.agent}) is ${step.status}`);
      }
    }
  });
  for (const [key, n] of receiver.count("tool")) {
    if (n !== 1) problems.push(`tool ${key} happened ${n} times`);
  }
  const tools = receiver.count("tool").size;
  if (tools !== EXPECTED.tools * outcome.views.length) {
    problems.push(`${tools} tool calls happened`);
  }
  const models = receiver.count("model");
  if (models.size !== EXPECTED.models * outcome.views.length) {
    problems.push(`${models.size} model calls happened`);
  }
  problems.push(...verifyRecordedNotRepeated(outcome.events.flat(), receiver.received));
  const calls = [...models.values()].reduce((sum, n) => sum + n, 0);
  return { problems, repeatedModelCalls: calls - models.size };
}

function verifyEvents(run: string, events: readonly RunEvent[]): string[] {
  const problems: string[] = [];
  const seen = new Map<string, number>();
  let before = "";
  for (const event of events) {
    if (before && compare(before, event.id) >= 0) {
      problems.push(`${run}: ${event.id} after ${before}`);
    }
    before = event.id;
    if (REPEATABLE.has(event.type)) continue;
    const effect = event.effect as
      | { id?: string; key?: string; stepId?: string; attempts?: number }
      | undefined;
    const step = event.step as { id?: string } | undefined;
    const name = [
      event.type,
      event.stepId ?? step?.id ?? effect?.stepId,
      effect?.key,
      effect?.attempts,
      event.text,
    ].join(" ");
    seen.set(name, (seen.get(name) ?? 0) + 1);
  }
  for (const [name, n] of seen) if (n !== 1) problems.push(`${run}: "${name}" ${n} times`);
  if (events[0]?.type !== "run.created") problems.push(`${run} begins with ${events[0]?.type}`);
  if (events.at(-1)?.type !== "run.completed") {
    problems.push(`${run} ends with ${events.at(-1)?.type}`);
  }
  const done = events.filter((event) => event.type === "effect.done");
  const wanted = EXPECTED.models + EXPECTED.tools + EXPECTED.children + 2;
  if (done.length < wanted - EXPECTED.children) {
    problems.push(`${run}: ${done.length} effects done`);
  }
  problems.push(...verifyOrder(run, events));
  return problems;
}

function verifyOrder(run: string, events: readonly RunEvent[]): string[] {
  const first = (type: string, id: string) =>
    events.findIndex((e) =>
      e.type === type && (e.stepId === id || (e.step as { id: string } | undefined)?.id === id)
    );
  return events.filter((event) => event.type === "step.spawned").flatMap((event) => {
    const id = (event.step as { id: string }).id;
    const [spawned, completed] = [first("step.spawned", id), first("step.completed", id)];
    return completed < 0 || spawned < completed
      ? []
      : [`${run}: ${id} completed before it was spawned`];
  });
}

/** A call that reached the world after its result was recorded was asked again for nothing. */
function verifyRecordedNotRepeated(
  events: readonly RunEvent[],
  received: readonly Received[],
): string[] {
  return events.filter((event) => event.type === "effect.done").flatMap((event) => {
    const effect = event.effect as { key: string; stepId: string; completedAt?: string };
    const done = Date.parse(effect.completedAt ?? event.at);
    return received.filter((item) =>
      item.key.includes(effect.stepId) && item.key.endsWith(effect.key) && item.at > done
    ).map((item) =>
      `${item.kind} ${item.key} was asked again ${item.at - done} ms after it was recorded`
    );
  });
}

function compare(a: string, b: string): number {
  const [stampA = "", indexA = "0"] = a.split(".");
  const [stampB = "", indexB = "0"] = b.split(".");
  return stampA === stampB ? Number(indexA) - Number(indexB) : stampA < stampB ? -1 : 1;
}
