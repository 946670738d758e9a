/**
 * Muster's own agents and tools. An agent is a durable pure function of its context (`context.ts`); the
 * root agents are the patterns, the others play their parts. Adding one: a file in `built_in/`, a line below.
 */
import type { z } from "zod";
import { classifier } from "./built_in/classifier.ts";
import { coordinator } from "./built_in/coordinator.ts";
import { evaluator } from "./built_in/evaluator.ts";
import { executor } from "./built_in/executor.ts";
import { mediator } from "./built_in/mediator.ts";
import { orchestrator } from "./built_in/orchestrator.ts";
import { responder } from "./built_in/responder.ts";
import { router } from "./built_in/router.ts";
import { worker } from "./built_in/worker.ts";
import type { Agent } from "./define_agent.ts";
import { full } from "./patterns/full.ts";
import { readInputs, type RootInput } from "./patterns/input.ts";
import { optimize, optimizeInputs } from "./patterns/optimize.ts";
import { parallel, parallelInputs } from "./patterns/parallel.ts";
import { smart, smartInputs } from "./patterns/smart.ts";
import { workers, workersInputs } from "./patterns/workers.ts";

export { builtInTools } from "./tools/mod.ts";
export { type Agent, defineAgent } from "./define_agent.ts";
export { defineTool, type Tool, type ToolRun } from "./define_tool.ts";
export type {
  AgentContext,
  ApprovalOutcome,
  ApprovalRequest,
  ModelCallOptions,
  Question,
  SpawnOptions,
} from "./context.ts";
export type { ModelCapability, ModelInfo, ModelPort, ModelTier } from "./model_port.ts";

/** Every built-in agent by id, the root agents (`full`, `parallel`, `workers`, `optimize`, `smart`) first. */
export function builtInAgents(): Map<string, Agent> {
  const agents = [
    full,
    parallel,
    workers,
    optimize,
    smart,
    mediator,
    responder,
    orchestrator,
    classifier,
    router,
    executor,
    worker,
    evaluator,
    coordinator,
  ];
  // The engine parses inputs and outputs with each agent's own schemas.
  return new Map(agents.map((agent) => [agent.id, agent as unknown as Agent]));
}

const PATTERN_INPUTS = new Map<string, z.ZodType>([
  [parallel.id, parallelInputs],
  [workers.id, workersInputs],
  [optimize.id, optimizeInputs],
  [smart.id, smartInputs],
]);

/** What a pattern takes in `inputs`; undefined for one that takes the intent alone. */
export function patternInputs(agentId: string): z.ZodType | undefined {
  return PATTERN_INPUTS.get(agentId);
}

/** Throws `invalid_input` naming the fields when a pattern's inputs do not fit, before a run is made of them. */
export function checkInputs(agentId: string, inputs: RootInput["inputs"]): void {
  const schema = PATTERN_INPUTS.get(agentId);
  if (schema) readInputs(schema, { inputs });
}
