/**
 * Agents without an engine: an AgentContext in memory that spawns built-in agents for real, asks a scripted
 * (or real) model, and keeps what was said and done for the test to look at. Nothing is durable here.
 */
import type { AgentContext, SpawnOptions } from "../../lib/agents/context.ts";
import { type Covenant, type CovenantDraft, covenantMode } from "../../lib/agents/covenant.ts";
import type { Agent } from "../../lib/agents/define_agent.ts";
import type { Tool } from "../../lib/agents/define_tool.ts";
import { builtInAgents, builtInTools } from "../../lib/agents/mod.ts";
import type { ModelRequest, ModelResult } from "../../lib/agents/model.ts";
import type { ModelInfo } from "../../lib/agents/model_port.ts";
import { AppError } from "../../lib/kernel/core/errors.ts";
import type { Json } from "../../lib/kernel/core/json.ts";

/** One model call as the script sees it. */
export interface Call {
  readonly agent: string;
  readonly title: string;
  readonly model: string | undefined;
  readonly request: ModelRequest;
  /** All messages as one text. */
  readonly text: string;
  /** How many calls this agent's kind made before. */
  readonly nth: number;
}

/** Text, a value to be sent as JSON, or a result in parts; throw to make the call fail. */
export type Reply = string | { readonly json: unknown } | Partial<ModelResult>;
export type Script = (call: Call) => Reply | Promise<Reply>;

export interface StepRecord {
  readonly agent: string;
  readonly title: string;
  readonly input: Json;
  readonly options: SpawnOptions;
  readonly thoughts: string[];
  readonly actions: string[];
  readonly progress: number[];
  /** Everything streamed, joints included, as a viewer saw it. */
  streamed: string;
  output?: unknown;
  error?: AppError;
}

export interface World {
  readonly steps: StepRecord[];
  readonly calls: Call[];
  readonly toolCalls: { readonly name: string; readonly args: Json }[];
  readonly agreed: CovenantDraft[];
  readonly amended: CovenantDraft[];
  covenant: Covenant;
  step(agentOrTitle: string): StepRecord;
}

export interface WorldOptions {
  readonly model: Script;
  readonly covenant?: Partial<Covenant>;
  readonly history?: AgentContext["history"];
  readonly models?: readonly ModelInfo[];
  readonly tools?: ReadonlyMap<string, Tool>;
  /** Stands in for the engine's `tool`; default: runs the built-in one without a network. */
  readonly tool?: (name: string, args: Json) => Promise<Json>;
  /** What a strict person makes of the draft. */
  readonly accept?: (covenant: Covenant) => Covenant;
  /** Messages waiting in a step's inbox at each look. */
  readonly inbox?: (agent: string, look: number) => string[];
  /** Called before a child starts; throw to refuse it. */
  readonly onSpawn?: (agent: string, options: SpawnOptions) => void;
}

/** Runs the agent as a root step; gives what it returned or threw, and the world it left. */
export async function runAgent<O = unknown>(
  id: string,
  input: Json,
  options: WorldOptions,
): Promise<{ world: World; output?: O; error?: AppError }> {
  const intent = (input as { intent?: string; request?: string }).intent ?? "";
  const world = newWorld({ ...options, covenant: { intent, ...options.covenant } });
  try {
    const output = await runStep(world, options, id, input, {});
    return { world, output: output as O };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { world, error };
  }
}

function newWorld(options: WorldOptions): World {
  const steps: StepRecord[] = [];
  return {
    steps,
    calls: [],
    toolCalls: [],
    agreed: [],
    amended: [],
    covenant: { ...blankCovenant(), ...options.covenant },
    step(agentOrTitle) {
      const found = steps.findLast((s) => s.agent === agentOrTitle || s.title === agentOrTitle);
      if (!found) throw new Error(`no step ${agentOrTitle}; there is ${steps.map((s) => s.title)}`);
      return found;
    },
  };
}

async function runStep(
  world: World,
  options: WorldOptions,
  id: string,
  input: Json,
  spawn: SpawnOptions,
): Promise<unknown> {
  const agent: Agent | undefined = builtInAgents().get(id);
  if (!agent) throw new AppError("not_found", { detail: `There is no agent "${id}"` });
  const record: StepRecord = {
    agent: id,
    title: spawn.title ?? agent.name,
    input,
    options: spawn,
    thoughts: [],
    actions: [],
    progress: [],
    streamed: "",
  };
  world.steps.push(record);
  try {
    const ctx = stepContext(world, options, record);
    record.output = agent.output.parse(await agent.run(ctx, agent.input.parse(input)));
    return record.output;
  } catch (error) {
    if (error instanceof AppError) record.error = error;
    throw error;
  }
}

function stepContext(world: World, options: WorldOptions, step: StepRecord): AgentContext {
  let looks = 0;
  const merge = (draft: CovenantDraft) => {
    world.covenant = { ...world.covenant, ...structuredClone(draft) as Partial<Covenant> };
    return world.covenant;
  };
  return {
    runId: "run_test",
    stepId: `step_${world.steps.length}`,
    attempt: 1,
    get covenant() {
      return world.covenant;
    },
    history: options.history ?? [],
    inbox: () => Promise.resolve(options.inbox?.(step.agent, looks++) ?? []),
    model: (request, call) => askModel(world, options, step, request, call),
    tool: (name, args) => {
      world.toolCalls.push({ name, args });
      return (options.tool ?? offlineTool)(name, args);
    },
    spawn: async <O>(agent: string, input: Json, spawn: SpawnOptions = {}) => {
      options.onSpawn?.(agent, spawn);
      // As recorded and read back: what is not JSON does not arrive.
      const sent = JSON.parse(JSON.stringify(input)) as Json;
      return await runStep(world, options, agent, sent, spawn) as O;
    },
    agree: (draft) => {
      world.agreed.push(draft);
      const agreed = merge(draft);
      world.covenant = options.accept ? options.accept(agreed) : { ...agreed, status: "active" };
      return Promise.resolve(world.covenant);
    },
    amend: (draft) => {
      world.amended.push(draft);
      return Promise.resolve(merge(draft));
    },
    models: () => Promise.resolve(options.models ?? [DEMO_MODEL]),
    approve: () => Promise.reject(new AppError("unavailable")),
    ask: () => Promise.reject(new AppError("unavailable")),
    sleep: () => Promise.resolve(),
    waitFor: () => Promise.reject(new AppError("unavailable")),
    now: () => Promise.resolve(0),
    random: () => Promise.resolve(0.5),
    think: (text) => void step.thoughts.push(text),
    act: (text) => void step.actions.push(text),
    progress: (percent) => void step.progress.push(percent),
    signal: new AbortController().signal,
  };
}

async function askModel(
  world: World,
  options: WorldOptions,
  step: StepRecord,
  request: ModelRequest,
  how: { readonly stream?: boolean; readonly joint?: string } = {},
): Promise<ModelResult> {
  const call: Call = {
    agent: step.agent,
    title: step.title,
    model: request.model ?? step.options.model,
    request,
    text: request.messages.map((message) => message.content).join("\n\n"),
    nth: world.calls.filter((earlier) => earlier.agent === step.agent).length,
  };
  world.calls.push(call);
  const reply = await options.model(call);
  const result: ModelResult = { ...BLANK_RESULT, ...asResult(reply) };
  if (how.stream !== false && result.text !== "") {
    step.streamed += (step.streamed === "" ? "" : how.joint ?? "\n\n") + result.text;
  }
  return result;
}

function asResult(reply: Reply): Partial<ModelResult> {
  if (typeof reply === "string") return { text: reply };
  return "json" in reply ? { text: JSON.stringify(reply.json) } : reply;
}

const BLANK_RESULT: ModelResult = {
  text: "",
  toolCalls: [],
  finishReason: "stop",
  usage: { inputTokens: 1, outputTokens: 1 },
  costMicros: 0,
  model: "scripted",
  provider: "test",
  demonstration: true,
};

export const DEMO_MODEL: ModelInfo = {
  id: "muster/offline",
  provider: "offline",
  tier: "demo",
  priceInMicrosPerMTok: 0,
  priceOutMicrosPerMTok: 0,
  priced: true,
  contextTokens: 131_072,
  maxOutputTokens: 8_192,
  capabilities: ["chat", "code", "reasoning", "tools", "json"],
  demonstration: true,
};

async function offlineTool(name: string, args: Json): Promise<Json> {
  const tool = builtInTools().get(name);
  if (!tool) throw new AppError("not_found", { detail: `There is no tool "${name}"` });
  return await tool.run({
    idempotencyKey: "test",
    signal: new AbortController().signal,
    fetch: () =>
      Promise.reject(new AppError("upstream_failed", { detail: "No network in this test" })),
  }, tool.input.parse(args));
}

function blankCovenant(): Covenant {
  return {
    id: "cov_test",
    runId: "run_test",
    status: "draft",
    mode: covenantMode.enum.auto,
    intent: "",
    constraints: { costMicros: 10_000, latencyMs: 60_000, quality: 8 },
    budget: {},
    used: { costMicros: 0, tokens: 0, timeMs: 0, spawns: 0 },
    scope: { in: [], out: [] },
    acceptance: [],
    plan: [],
    version: 1,
  };
}
