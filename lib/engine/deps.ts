/** What the engine is given, and the limits it enforces. */
import type { Agent } from "../agents/define_agent.ts";
import type { Tool } from "../agents/define_tool.ts";
import type { ModelPort } from "../agents/model_port.ts";
import type { AppContext } from "../kernel/context.ts";
import type { Instance } from "../kernel/jobs/mod.ts";
import { randomBytes } from "../kernel/platform/crypto.ts";
import type { HistoryLine } from "./journal/journal.ts";
import { DEFAULT_RETRY, type RetryPolicy } from "./effects/retry_policy.ts";
import type { Run } from "./schema.ts";

export interface EngineLimits {
  /** Levels of steps, the root being the first. */
  readonly depth: number;
  readonly liveSteps: number;
  readonly stepsPerRun: number;
  /** Runs of one workspace that execute at once in this process; more wait as `pending`. */
  readonly runsPerWorkspace: number;
  readonly modelTimeoutMs: number;
  readonly toolTimeoutMs: number;
  /** Timers up to this long are waited for in memory instead of suspending the run. */
  readonly holdTimerMs: number;
  /** How long a stopped run waits for open calls to settle. */
  readonly settleMs: number;
  /** Token deltas of a step are gathered this long. */
  readonly deltaMs: number;
  /** A run that was lost is taken up again after this, later each time. */
  readonly lostMs: number;
  readonly retry: RetryPolicy;
}

export const DEFAULT_LIMITS: EngineLimits = {
  depth: 8,
  liveSteps: 256,
  stepsPerRun: 1_000,
  runsPerWorkspace: 2_000,
  modelTimeoutMs: 120_000,
  toolTimeoutMs: 60_000,
  holdTimerMs: 1_000,
  settleMs: 1_000,
  deltaMs: 40,
  lostMs: 200,
  retry: DEFAULT_RETRY,
};

// deno-lint-ignore no-explicit-any -- agents and tools of any types live in one map
export type AnyAgent = Agent<any, any>;
// deno-lint-ignore no-explicit-any
export type AnyTool = Tool<any>;

export interface EngineOptions {
  /** Its heartbeat stands for this engine's runs. */
  readonly instance: Instance;
  readonly agents: ReadonlyMap<string, AnyAgent>;
  readonly tools: ReadonlyMap<string, AnyTool>;
  readonly models: ModelPort;
  readonly limits?: Partial<EngineLimits>;
  /** Earlier turns of a session, oldest first; asked once per run, when it first executes. */
  readonly history?: (
    workspaceId: string,
    sessionId: string,
    runId: string,
  ) => Promise<readonly HistoryLine[]>;
  /** Heard after the commit that ended a run. */
  readonly onRunEnded?: (workspaceId: string, run: Run) => void;
  /** For ctx.random() and the jitter of retries; [0, 1). */
  readonly random?: () => number;
}

/** What every part of the engine shares. */
export interface EngineDeps extends Omit<EngineOptions, "limits" | "random"> {
  readonly ctx: AppContext;
  readonly limits: EngineLimits;
  readonly random: () => number;
}

export function engineDeps(ctx: AppContext, options: EngineOptions): EngineDeps {
  return {
    ...options,
    ctx,
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    random: options.random ?? (() => new DataView(randomBytes(4).buffer).getUint32(0) / 2 ** 32),
  };
}
