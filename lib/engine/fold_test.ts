import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { RunEvent } from "./events.ts";
import { answerText, compareIds, emptyView, foldEvents, foldRun } from "./fold.ts";
import { applyEvent } from "./fold_events.ts";
import { RunState } from "./fold_state.ts";
import { type RunView, runView } from "./schema.ts";

const AT = "2026-01-01T00:00:00.000Z";
const RUN = "run_00000000000000000000000001";
const stepIds = ["a", "b", "c"];
const stepId = fc.constantFrom(...stepIds);

const created = (): Omit<Extract<RunEvent, { type: "run.created" }>, "at" | "actor"> => {
  const { run, covenant } = emptyView(RUN);
  return {
    type: "run.created",
    run: { ...run, createdAt: AT, covenantId: "cov_1", mode: "auto" },
    covenant: {
      ...covenant,
      id: "cov_1",
      constraints: { costMicros: 1, latencyMs: 1, quality: 1 },
    },
  };
};

const spawned = (id: string) => ({
  type: "step.spawned",
  step: {
    id,
    runId: RUN,
    ...(id === "a" ? {} : { parentId: "a" }),
    agent: "x",
    title: "x",
    role: "worker",
    status: "queued",
    dependsOn: [],
    answer: id === "c",
    attempt: 1,
    progress: 0,
    thoughts: [],
    actions: [],
    text: "",
    usage: { inputTokens: 0, outputTokens: 0 },
    costMicros: 0,
    queuedAt: AT,
  },
});

const effect = (id: string, cost: number) => ({
  type: "effect.done",
  effect: {
    id: "eff_1",
    runId: RUN,
    stepId: id,
    kind: "model",
    name: "m",
    key: "0:model:x",
    status: "done",
    attempts: 1,
    costMicros: cost,
    usage: { inputTokens: cost, outputTokens: 1 },
    model: "m",
    startedAt: AT,
  },
});

const error = { code: "internal", message: "no" };
const body: fc.Arbitrary<object> = fc.oneof(
  stepId.map(spawned),
  fc.tuple(stepId, fc.nat(50)).map(([id, cost]) => effect(id, cost)),
  fc.tuple(stepId, fc.string(), fc.nat(20), fc.integer({ min: 1, max: 3 })).map((
    [id, delta, offset, attempt],
  ) => ({ type: "step.delta", stepId: id, delta, offset, attempt })),
  stepId.map((id) => ({ type: "step.started", stepId: id, attempt: 1 })),
  stepId.map((id) => ({ type: "step.waiting", stepId: id, kind: "timer", name: "t" })),
  stepId.map((id) => ({ type: "step.thought", stepId: id, text: "hm" })),
  stepId.map((id) => ({ type: "step.progress", stepId: id, progress: 40 })),
  stepId.map((id) => ({ type: "step.completed", stepId: id, output: "out" })),
  stepId.map((id) => ({ type: "step.failed", stepId: id, error })),
  stepId.map((id) => ({ type: "step.retried", stepId: id, attempt: 2, delayMs: 1 })),
  fc.tuple(stepId, fc.subarray(stepIds)).map(([id, superseded]) => ({
    type: "run.rewound",
    stepId: id,
    superseded,
    reopened: ["a"],
  })),
  fc.tuple(stepId, fc.subarray(stepIds)).map(([id, reopened]) => ({
    type: "step.overridden",
    stepId: id,
    output: 1,
    superseded: [],
    reopened,
  })),
  fc.constantFrom(
    { type: "run.started" },
    { type: "run.waiting", waitingFor: ["x"], timeMs: 3 },
    { type: "run.paused", timeMs: 4 },
    { type: "run.resumed" },
    { type: "run.canceled", timeMs: 5 },
    { type: "run.failed", error, timeMs: 6 },
    { type: "run.completed", output: "end", costMicros: 0, usage: {}, progress: 100, timeMs: 7 },
    { type: "budget.exhausted", clause: "tokens", limit: 1, used: 1 },
    { type: "something.new", data: 1 },
  ),
);

const events: fc.Arbitrary<RunEvent[]> = fc.array(body, { maxLength: 40 }).map((bodies) =>
  [created(), ...bodies].map((event, i) => ({
    ...structuredClone(event),
    id: `${"0".repeat(19)}1.${i}`,
    at: AT,
    actor: "system",
  })) as RunEvent[]
);

function freeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) freeze(part);
  }
  return value;
}

function owned(all: readonly RunEvent[]): RunView {
  const state = new RunState(emptyView(RUN));
  for (const event of structuredClone(all)) applyEvent(state, event);
  return state.view();
}

Deno.test("foldRun() one by one, foldEvents() at once and the owner's own state are the same", () => {
  fc.assert(fc.property(events, (all) => {
    const atOnce = foldEvents(emptyView(RUN), structuredClone(all));
    const oneByOne = all.reduce((view, event) => foldRun(view, event), emptyView(RUN));
    assertEquals(oneByOne, atOnce);
    assertEquals(owned(all), atOnce);
  }));
});

Deno.test("foldRun() changes neither the view nor the event it is given", () => {
  fc.assert(fc.property(events, (all) => {
    let view = freeze(emptyView(RUN));
    for (const event of all) view = freeze(foldRun(view, freeze(event)));
  }));
});

Deno.test("foldRun() takes an event in once", () => {
  fc.assert(fc.property(events, (all) => {
    const view = foldEvents(emptyView(RUN), all);
    assertEquals(foldEvents(view, all), view);
  }));
});

Deno.test("a fold split anywhere is the whole fold", () => {
  fc.assert(fc.property(events, fc.nat(40), (all, at) => {
    const first = foldEvents(emptyView(RUN), all.slice(0, at));
    assertEquals(foldEvents(first, all.slice(at)), foldEvents(emptyView(RUN), all));
  }));
});

Deno.test("every fold is a view by its schema, and nothing runs in an ended run", () => {
  fc.assert(fc.property(events, (all) => {
    const view = foldEvents(emptyView(RUN), all);
    assert(runView.safeParse(view).success, JSON.stringify(runView.safeParse(view).error));
    const last = all.at(-1)!;
    if (last.type === "run.completed" && view.run.status === "completed") {
      assert(view.steps.every((step) => step.status !== "running" && step.status !== "waiting"));
    }
  }));
});

Deno.test("answerText() is the output, else what the latest answering step streamed", () => {
  const view = foldEvents(
    emptyView(RUN),
    [
      created(),
      spawned("c"),
      { type: "step.delta", stepId: "c", attempt: 1, offset: 0, delta: "so far" },
    ].map((event) => ({ ...event, at: AT, actor: "x" })) as RunEvent[],
  );
  assertEquals(answerText(view), "so far");
  assertEquals(answerText({ ...view, run: { ...view.run, output: { text: "end" } } }), "end");
});

Deno.test("compareIds() orders by stamp, then by index as a number", () => {
  assert(compareIds("", "1.0") < 0);
  assert(compareIds("1.9", "1.10") < 0);
  assert(compareIds("2.0", "1.10") > 0);
  assertEquals(compareIds("1.3", "1.3"), 0);
});
