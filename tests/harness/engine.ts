/**
 * An engine over a store of its own, with a worker, scripted models and whatever agents and tools the test
 * brings. Several may share one store, as several instances do.
 */
import { z } from "zod";
import type { AgentContext } from "../../lib/agents/context.ts";
import type { AnyAgent, AnyTool, EngineLimits, EngineOptions } from "../../lib/engine/deps.ts";
import { createEngine, type Engine, loadRunView, type StartRun } from "../../lib/engine/mod.ts";
import type { RunEvent } from "../../lib/engine/events.ts";
import type { RunView } from "../../lib/engine/schema.ts";
import { isFinalRun } from "../../lib/engine/state_machine.ts";
import type { ModelRequest, ModelResult } from "../../lib/agents/model.ts";
import type { ChatOptions, ModelInfo, ModelPort } from "../../lib/agents/model_port.ts";
import { answerApproval } from "../../lib/runs/answer_approval.ts";
import type { AppContext } from "../../lib/kernel/context.ts";
import { type Clock, systemClock } from "../../lib/kernel/core/clock.ts";
import { ulidIds } from "../../lib/kernel/core/ids.ts";
import type { Json } from "../../lib/kernel/core/json.ts";
import { readEvents } from "../../lib/kernel/events/mod.ts";
import { type AnyJob, Instance, startWorker, type Worker } from "../../lib/kernel/jobs/mod.ts";
import { openStore, type Store, type StoreTuning } from "../../lib/kernel/kv/mod.ts";
import { readConfig } from "../../lib/kernel/platform/config.ts";
import { silentLogger } from "../../lib/kernel/platform/log.ts";

export const WORKSPACE = "default";
export const PERSON = "user:test";

export interface ModelCall {
  readonly request: ModelRequest & { readonly model: string; readonly maxTokens: number };
  readonly options: ChatOptions;
  /** How many calls were made before. */
  readonly nth: number;
}

export type ModelScript = (
  call: ModelCall,
) => string | Partial<ModelResult> | Promise<string | Partial<ModelResult>>;

export interface HarnessOptions {
  readonly agents?: Record<string, AnyAgent>;
  readonly tools?: Record<string, AnyTool>;
  /** Default: answers "ok". */
  readonly model?: ModelScript;
  readonly info?: Partial<ModelInfo>;
  /** Keeps nothing of the calls: for long runs. */
  readonly forgetCalls?: boolean;
  /** In place of the scripted models. */
  readonly models?: ModelPort;
  readonly limits?: Partial<EngineLimits>;
  readonly clock?: Clock;
  /** Shares the store of another harness. */
  readonly store?: Store;
  readonly path?: string;
  readonly tuning?: StoreTuning;
  readonly ttlMs?: number;
  /** Further jobs and what their handlers need. */
  readonly jobs?: readonly AnyJob[];
  readonly history?: EngineOptions["history"];
  /** False: no worker runs; wake-ups wait. */
  readonly work?: boolean;
}

/** An agent from its function; input and output are any JSON. */
export function agent(
  id: string,
  run: (ctx: AgentContext, input: Json) => Promise<unknown>,
  more: Partial<AnyAgent> = {},
): AnyAgent {
  return {
    id,
    name: id,
    role: "worker",
    description: `test agent ${id}`,
    input: z.any(),
    output: z.any(),
    run,
    ...more,
  };
}

export function tool(
  name: string,
  run: AnyTool["run"],
  more: Partial<AnyTool> = {},
): AnyTool {
  return {
    name,
    description: `test tool ${name}`,
    input: z.any(),
    effect: "write",
    idempotent: false,
    risk: "low",
    run,
    ...more,
  };
}

export const TEST_MODEL: ModelInfo = {
  id: "test/model",
  provider: "test",
  tier: "primary",
  priceInMicrosPerMTok: 0,
  priceOutMicrosPerMTok: 0,
  priced: true,
  contextTokens: 200_000,
  maxOutputTokens: 8_192,
  capabilities: ["chat"],
  demonstration: false,
};

/** Nothing here follows events. */
const NO_HUB = {
  followEvents: () => {
    throw new Error("the harness has no hub");
  },
};

export const said = (content: string): ModelRequest => ({ messages: [{ role: "user", content }] });

export class EngineHarness implements AsyncDisposable {
  readonly calls: ModelCall[] = [];
  readonly errors: string[] = [];
  ctx!: AppContext;
  kv!: Store;
  instance!: Instance;
  engine!: Engine;
  worker: Worker | null = null;
  folder: string | null = null;
  readonly #options: HarnessOptions;
  #dead = false;

  constructor(options: HarnessOptions) {
    this.#options = options;
  }

  async open(): Promise<this> {
    const options = this.#options;
    const clock = options.clock ?? systemClock;
    const ids = ulidIds(() => clock.now());
    const log = {
      ...silentLogger,
      error: (message: string, fields?: Record<string, unknown>) =>
        void this.errors.push(`${message} ${JSON.stringify(fields)}`),
    };
    this.kv = options.store ??
      await openStore({ path: options.path ?? ":memory:", clock, log, tuning: options.tuning });
    this.ctx = {
      kv: this.kv,
      clock,
      ids,
      log,
      config: readConfig({ MUSTER_DEFAULT_MODEL: "muster/offline", MUSTER_KV: ":memory:" }),
      fetch: () => Promise.reject(new Error("no network in tests")),
    };
    this.instance = new Instance(
      this.ctx,
      options.ttlMs === undefined ? {} : { ttlMs: options.ttlMs },
    );
    this.engine = createEngine(this.ctx, {
      instance: this.instance,
      agents: new Map(Object.entries(options.agents ?? {})),
      tools: new Map(Object.entries(options.tools ?? {})),
      models: this.#models(),
      limits: {
        retry: { attempts: 3, baseMs: 1, maxMs: 5, retryAfterMaxMs: 1_000 },
        ...options.limits,
      },
      history: options.history,
    });
    await this.instance.start();
    if (options.work !== false) this.work();
    return this;
  }

  work(): void {
    this.worker ??= startWorker(this.ctx, [...this.engine.jobs, ...this.#options.jobs ?? []], {
      instance: this.instance,
      concurrency: 64,
    });
  }

  #models(): ModelPort {
    const { model = () => "ok", models, info, forgetCalls } = this.#options;
    if (models) return models;
    let calls = 0;
    const described: ModelInfo = { ...TEST_MODEL, ...info };
    return {
      resolve: (id) => ({ ...described, id: id ?? described.id }),
      countTokens: ({ messages }) =>
        messages.reduce((n, m) => n + Math.ceil(m.content.length / 4), 0),
      list: () => [described],
      chat: async (request, options) => {
        const call = { request, options, nth: calls++ };
        if (!forgetCalls) this.calls.push(call);
        const reply = await model(call);
        const text = typeof reply === "string" ? reply : reply.text ?? "";
        return {
          text,
          toolCalls: [],
          finishReason: "stop",
          usage: { inputTokens: 10, outputTokens: 5 },
          costMicros: 0,
          model: request.model,
          provider: "test",
          demonstration: false,
          ...(typeof reply === "string" ? {} : reply),
        };
      },
    };
  }

  async start(pattern: string, more: Partial<StartRun> = {}): Promise<string> {
    return (await this.engine.start(WORKSPACE, { intent: "do it", pattern, ...more }, PERSON)).id;
  }

  /** Starts a run and waits for its end. */
  async run(pattern: string, more: Partial<StartRun> = {}): Promise<RunView> {
    return await this.finished(await this.start(pattern, more));
  }

  view(runId: string): Promise<RunView> {
    return loadRunView(this.ctx, WORKSPACE, runId) as Promise<RunView>;
  }

  finished(runId: string): Promise<RunView> {
    return this.until(runId, ({ run }) => isFinalRun(run.status));
  }

  status(runId: string, status: string): Promise<RunView> {
    return this.until(runId, ({ run }) => run.status === status);
  }

  /** Resolves as soon as a commit made the view so. */
  async until(runId: string, is: (view: RunView) => boolean, ms = 10_000): Promise<RunView> {
    let bell = () => {};
    const leave = this.kv.onCommit(() => bell());
    const limit = AbortSignal.timeout(ms);
    try {
      for (;;) {
        const rung = new Promise<void>((resolve, reject) => {
          bell = resolve;
          limit.onabort = () => reject(new Error(`not reached within ${ms} ms`));
        });
        const view = await this.view(runId);
        if (view && is(view)) return view;
        if (limit.aborted) throw new Error(`not reached: ${JSON.stringify(view?.run)}`);
        await rung;
      }
    } finally {
      limit.onabort = null;
      leave();
    }
  }

  async events(runId: string): Promise<RunEvent[]> {
    const events = await readEvents(this.ctx, WORKSPACE, `run:${runId}`, { limit: 100_000 });
    return events.map((stored) => ({ id: stored.id, ...JSON.parse(stored.json) }));
  }

  async types(runId: string): Promise<string[]> {
    return (await this.events(runId)).map((event) => event.type);
  }

  /** Answers the open approval of the run, once there is one. */
  async answer(runId: string, input: Parameters<typeof answerApproval>[3]): Promise<void> {
    const view = await this.until(runId, (v) => v.approvals.some((a) => a.status === "open"));
    const open = view.approvals.find((approval) => approval.status === "open")!;
    await this.answerOne(open.id, input);
  }

  async answerOne(id: string, input: Parameters<typeof answerApproval>[3]): Promise<void> {
    const tools = new Map(Object.entries(this.#options.tools ?? {}));
    const app = { ctx: this.ctx, engine: this.engine, gateway: this.#models(), tools, hub: NO_HUB };
    await answerApproval(app, WORKSPACE, id, input, PERSON);
  }

  /** Stops as a killed process does: nothing is handed over; only what was committed remains. */
  async die(): Promise<void> {
    this.#dead = true;
    for (const run of this.engine.abandonAll()) run.writer.lost = true;
    await this.kv.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#dead) {
      await this.engine.drain();
      if (this.worker) await this.worker.drain(500);
      else await this.instance.stop();
      if (!this.#options.store) await this.kv.close();
    }
    if (this.folder) await Deno.remove(this.folder, { recursive: true }).catch(() => {});
  }
}

export async function engineHarness(options: HarnessOptions = {}): Promise<EngineHarness> {
  return await new EngineHarness(options).open();
}

/** On a file in a folder of its own, removed with the harness that made it. */
export async function fileHarness(options: HarnessOptions = {}): Promise<EngineHarness> {
  const folder = await Deno.makeTempDir({ prefix: "muster-" });
  const harness = await engineHarness({ ...options, path: `${folder}/kv.sqlite` });
  harness.folder = folder;
  return harness;
}
