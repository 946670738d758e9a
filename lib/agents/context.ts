/**
 * What a durable agent function may use. Everything an agent does outside itself goes through this
 * context: the engine records each effect and gives recorded results back when the function runs again.
 */
import type { Covenant, CovenantDraft } from "./covenant.ts";
import type { Json } from "../kernel/core/json.ts";
import type { ModelRequest, ModelResult } from "./model.ts";
import type { ModelInfo } from "./model_port.ts";

export interface SpawnOptions {
  /** Shown in the tree; defaults to the agent's name. */
  readonly title?: string;
  /** The step's streamed text is the run's answer. */
  readonly answer?: boolean;
  /** Titles or step ids this step waited for; shown in the tree, not enforced here. */
  readonly dependsOn?: readonly string[];
  /** Default model of the step's model calls. */
  readonly model?: string;
  readonly timeoutMs?: number;
}

export interface ModelCallOptions {
  /** Emit the text as `step.delta` while it arrives. Default true; give false for structured output. */
  readonly stream?: boolean;
  /** Put between the text the step streamed so far and this call's, when there is any. Default a blank line. */
  readonly joint?: string;
  readonly timeoutMs?: number;
}

export interface Question {
  readonly question: string;
  /** JSON schema of the value wanted. */
  readonly schema?: Json;
  readonly risk?: "low" | "medium" | "high";
  readonly expiresInMs?: number;
}

export interface ApprovalRequest extends Question {
  /** What would be done; approved as shown, or as edited. */
  readonly args?: Json;
}

export interface ApprovalOutcome {
  readonly approved: boolean;
  /** The arguments to use: as asked or as edited. */
  readonly args: Json;
  readonly reason?: string;
}

export interface AgentContext {
  readonly runId: string;
  readonly stepId: string;
  /** 1 for the first attempt of this step. */
  readonly attempt: number;
  /** The terms now in force. Budgets are enforced by the engine, not by the agent. */
  readonly covenant: Covenant;
  /** Text of earlier turns of the session, oldest first. */
  readonly history: readonly { readonly role: "user" | "assistant"; readonly content: string }[];
  /** Messages a person injected into this step since the last call; recorded, so replay sees the same. */
  inbox(): Promise<string[]>;
  model(request: ModelRequest, options?: ModelCallOptions): Promise<ModelResult>;
  /** Throws AppError `rejected` when a person refuses it. */
  tool(name: string, args: Json): Promise<Json>;
  /** Runs another agent as a child step; rejects with the child's AppError when it fails. */
  spawn<O = Json>(agent: string, input: Json, options?: SpawnOptions): Promise<O>;
  /** Fixes the terms: emits `covenant.updated`; in strict mode waits until a person accepts or edits them. */
  agree(draft: CovenantDraft): Promise<Covenant>;
  /** Adds to agreed terms what was found out since (plan, verdict). Emits `covenant.updated`; never asks. */
  amend(draft: CovenantDraft): Promise<Covenant>;
  /** Recorded: the models that can be used now, the default first. */
  models(): Promise<readonly ModelInfo[]>;
  approve(request: ApprovalRequest): Promise<ApprovalOutcome>;
  ask(question: Question): Promise<Json>;
  sleep(ms: number): Promise<void>;
  /** Waits for a named signal delivered to the run. */
  waitFor(name: string): Promise<Json>;
  /** Recorded clock: epoch ms. */
  now(): Promise<number>;
  /** Recorded randomness: [0, 1). */
  random(): Promise<number>;
  think(text: string): void;
  act(text: string): void;
  /** 0–100, only ever what is really done. */
  progress(percent: number): void;
  /** Aborts when the run is canceled or this instance lost it. */
  readonly signal: AbortSignal;
}
