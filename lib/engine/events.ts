/** Events of a run's stream as they are stored and sent: flat, beside `id, type, at, actor`. Types only. */
import type { Json } from "../kernel/core/json.ts";
import type { Covenant } from "../agents/covenant.ts";
import type { Approval, Effect, Problem, Run, Step } from "./schema.ts";

/** Fields of a cut: what an operation took back, and which finished steps run again because of it. */
export type CutFields = {
  readonly superseded: readonly string[];
  readonly reopened: readonly string[];
  readonly reason?: string;
};

type Body =
  | { readonly type: "run.created"; readonly run: Run; readonly covenant: Covenant }
  | { readonly type: "run.started" }
  | {
    readonly type: "run.waiting";
    readonly waitingFor: readonly string[];
    readonly timeMs: number;
  }
  | { readonly type: "run.paused"; readonly reason?: string; readonly timeMs?: number }
  | { readonly type: "run.resumed"; readonly reason?: string }
  | { readonly type: "run.canceled"; readonly reason?: string; readonly timeMs: number }
  | {
    readonly type: "run.completed";
    readonly output: Json;
    readonly costMicros: number;
    readonly usage: Run["usage"];
    readonly progress: 100;
    readonly timeMs: number;
  }
  | {
    readonly type: "run.failed";
    readonly error: Problem;
    readonly output?: Json;
    readonly broken?: Covenant["broken"];
    readonly timeMs: number;
  }
  | { readonly type: "run.rewound"; readonly stepId: string } & CutFields
  | {
    readonly type: "run.forked";
    readonly toRunId: string;
    readonly stepId: string;
    readonly reason?: string;
  }
  | {
    readonly type: "run.replayed";
    readonly matches: boolean;
    readonly effects: number;
    readonly steps: number;
    readonly mismatch?: string;
    readonly reason?: string;
  }
  | { readonly type: "covenant.updated"; readonly covenant: Covenant; readonly reason?: string }
  | {
    readonly type: "budget.exhausted";
    readonly clause: string;
    readonly limit: number;
    readonly used: number;
    readonly stepId?: string;
  }
  | { readonly type: "step.spawned"; readonly step: Step }
  | {
    readonly type: "step.started";
    readonly stepId: string;
    readonly attempt: number;
    readonly model?: string;
  }
  | { readonly type: "step.progress"; readonly stepId: string; readonly progress: number }
  | {
    readonly type: "step.thought" | "step.action";
    readonly stepId: string;
    readonly text: string;
  }
  | {
    readonly type: "step.delta";
    readonly stepId: string;
    readonly attempt: number;
    readonly offset: number;
    readonly delta: string;
  }
  | {
    readonly type: "step.waiting";
    readonly stepId: string;
    readonly kind: WaitKind;
    readonly name: string;
    readonly until?: string;
  }
  | { readonly type: "step.completed"; readonly stepId: string; readonly output: Json }
  | { readonly type: "step.failed"; readonly stepId: string; readonly error: Problem }
  | {
    readonly type: "step.retried";
    readonly stepId: string;
    readonly attempt: number;
    readonly error?: Problem;
    readonly delayMs: number;
  } & Partial<CutFields>
  | { readonly type: "step.overridden"; readonly stepId: string; readonly output: Json } & CutFields
  /** More of what the event of a cut before it took back. */
  | {
    readonly type: "step.superseded";
    readonly stepId: string;
    readonly superseded: readonly string[];
  }
  | {
    readonly type: "effect.intended" | "effect.done" | "effect.failed";
    readonly effect: Effect;
  }
  | {
    readonly type: "effect.unknown";
    readonly effectId: string;
    readonly stepId: string;
    readonly kind: string;
    readonly key: string;
  }
  | { readonly type: "approval.requested"; readonly approval: Approval }
  | {
    readonly type: "approval.answered";
    readonly approvalId: string;
    readonly status: Approval["status"];
    readonly decision: Json;
    readonly answeredBy: string;
  }
  | { readonly type: "message.created"; readonly message: InjectedMessage };

export type WaitKind = "approval" | "question" | "timer" | "signal" | "children";

/** A message a person put into a running run. */
export interface InjectedMessage {
  readonly id: string;
  readonly runId: string;
  /** Absent: every step that looks into its inbox sees it once. */
  readonly stepId?: string;
  readonly role: "user";
  readonly content: string;
  readonly status: "done";
  readonly createdAt: string;
}

export type RunEventBody = Body;
export type RunEventType = Body["type"];
export type RunEvent = { readonly id?: string; readonly at: string; readonly actor: string } & Body;
