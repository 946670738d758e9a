/** Composes the program from a configuration; whoever serves it starts here. */
import {
  type Agent,
  builtInAgents,
  builtInTools,
  type ModelPort,
  type Tool,
} from "./agents/mod.ts";
import { createCatalogKeyspace, JOBS } from "./catalog.ts";
import { type Coordination, createCoordination } from "./coordination/create.ts";
import { createEngine, type Engine, type EngineLimits } from "./engine/mod.ts";
import { createGateway, type Gateway } from "./gateway/mod.ts";
import {
  type ApiKeys,
  createApiKeys,
  createKeystore,
  createSignIn,
  type Keystore,
  type SignIn,
} from "./identity/mod.ts";
import type { AppContext } from "./kernel/context.ts";
import { type Clock, delay, systemClock } from "./kernel/core/clock.ts";
import { type Ids, ulidIds } from "./kernel/core/ids.ts";
import { type EventHub, openHub } from "./kernel/events/mod.ts";
import { countDue, fenceKey, Instance, startWorker, type Worker } from "./kernel/jobs/mod.ts";
import { type Keyspace, openStore, type StoreTuning, sweepBlobs } from "./kernel/kv/mod.ts";
import { type Config, configSecrets } from "./kernel/platform/config.ts";
import { createSecrets, loadMasterKey, type Secrets } from "./kernel/platform/crypto.ts";
import { hasProxy } from "./kernel/platform/env.ts";
import { createOutboundFetch, type OutboundFetch } from "./kernel/platform/fetch.ts";
import { createLogger, type Logger } from "./kernel/platform/log.ts";
import { expireApproval } from "./runs/mod.ts";
import { advanceSession, sessionHistory } from "./sessions/mod.ts";

/** What routes are given. */
export interface App {
  readonly ctx: AppContext;
  readonly keyspace: Keyspace;
  readonly hub: EventHub;
  readonly worker: Worker;
  readonly engine: Engine;
  readonly coordination: Coordination;
  readonly gateway: Gateway;
  readonly agents: ReadonlyMap<string, Agent>;
  readonly tools: ReadonlyMap<string, Tool>;
  readonly secrets: Secrets;
  readonly keystore: Keystore;
  readonly signIn: SignIn;
  readonly apiKeys: ApiKeys;
  /** Aborts when the server begins to stop. */
  readonly stopping: AbortSignal;
  /** Whether the store answers within a second. */
  isStoreAlive(): Promise<boolean>;
  load(): Promise<Load>;
  /** Takes over from dead instances, looks at the whole queue, removes what nothing refers to. */
  sweep(): Promise<void>;
  /** Stops within `ms`: no new work, streams told, runs and jobs handed back, the store closed. */
  drain(ms: number): Promise<void>;
}

/** Work of this instance and work that waits for any. */
export interface Load {
  readonly busy: number;
  readonly runs: number;
  readonly due: number;
}

/** Doubles for the edges of the program; the rest is always real. */
export interface AppOverrides {
  readonly clock?: Clock;
  readonly ids?: Ids;
  readonly log?: Logger;
  readonly fetch?: OutboundFetch;
  readonly models?: ModelPort;
  readonly agents?: ReadonlyMap<string, Agent>;
  readonly tools?: ReadonlyMap<string, Tool>;
  readonly limits?: Partial<EngineLimits>;
  readonly tuning?: StoreTuning;
  readonly instanceTtlMs?: number;
}

/** The one workspace there is without tenants. */
const WORKSPACE = "default";
const ALIVE_MS = 1_000;
/** Calls of programs outside may end by themselves for so long; the last commits need the rest. */
const CALLS_GRACE_MS = 1_500;
const CLOSING_MS = 600;
const BLOB_SWEEP_MS = 3_600_000;

/** Opens the store and starts working. Throws where the configuration cannot be served. */
export async function createApp(config: Config, overrides: AppOverrides = {}): Promise<App> {
  const clock = overrides.clock ?? systemClock;
  const log = overrides.log ?? createLogger({
    level: config.logLevel,
    format: Deno.stdout.isTerminal() ? "pretty" : "json",
    now: clock.now,
    secrets: configSecrets(config),
  });
  const kv = await openStore({ path: config.kv, clock, log, tuning: overrides.tuning });
  try {
    const ctx: AppContext = {
      kv,
      clock,
      ids: overrides.ids ?? ulidIds(clock.now),
      config,
      log,
      fetch: overrides.fetch ?? createOutboundFetch({ clock, wire: !hasProxy() }),
    };
    return await compose(ctx, overrides);
  } catch (error) {
    await kv.close();
    throw error;
  }
}

async function compose(ctx: AppContext, overrides: AppOverrides): Promise<App> {
  const { config, kv } = ctx;
  const masterKey = await loadMasterKey(config.masterKey, config.kv);
  const secrets = createSecrets({ masterKey, adminKey: config.adminKey });
  const keystore = createKeystore(ctx, secrets);
  const hub = openHub(ctx);
  const gateway = withModels(await createGateway(ctx, { hub, keystore }), overrides.models);
  const agents = overrides.agents ?? builtInAgents();
  const tools = overrides.tools ?? builtInTools();
  const instance = new Instance(ctx, { ttlMs: overrides.instanceTtlMs });
  const engine = createEngine(ctx, {
    instance,
    agents,
    tools,
    models: gateway,
    limits: overrides.limits,
    history: (workspaceId, sessionId, runId) =>
      sessionHistory({ ctx }, workspaceId, sessionId, runId),
  });
  const coordination = createCoordination(ctx, hub);
  const parts = { ctx, hub, engine, coordination, gateway, agents, tools, secrets, keystore };
  await instance.start();
  const worker = startWorker({ ...ctx, ...jobHandlers(ctx, engine) }, JOBS, {
    instance,
    concurrency: config.workers,
  });
  const stopping = new AbortController();
  let drained: Promise<void> | undefined;
  return {
    ...parts,
    keyspace: createCatalogKeyspace(),
    worker,
    signIn: createSignIn({ adminKey: config.adminKey, secrets, clock: ctx.clock }),
    apiKeys: createApiKeys(ctx),
    stopping: stopping.signal,
    isStoreAlive: () => isStoreAlive(ctx),
    load: async () => ({ busy: worker.busy, runs: engine.liveRuns, due: await countDue(ctx) }),
    sweep: createSweep(ctx, instance, worker),
    drain: (ms) => {
      stopping.abort();
      hub.close();
      // Most of the time for what runs; the rest for handing back and the last commits.
      const endsAt = ctx.clock.mono() + ms;
      return drained ??= inOrder(ctx, [
        () => coordination.close(),
        () => engine.drain(ms * 0.6),
        () => worker.drain(ms * 0.2),
        () => gateway.close(Math.min(CALLS_GRACE_MS, endsAt - ctx.clock.mono() - CLOSING_MS)),
        () => ctx.fetch.wire?.close(),
        () => kv.close(),
      ]);
    },
  };
}

/** The gateway as runs see it, with a double in its place where there is one. */
function withModels(gateway: Gateway, models: ModelPort | undefined): Gateway {
  if (!models) return gateway;
  return {
    ...gateway,
    resolve: (model) => models.resolve(model),
    list: () => models.list(),
    countTokens: (request) => models.countTokens(request),
    chat: (request, options) => models.chat(request, options),
  };
}

/** Every step is made, also after one that failed: the store is closed in any case. */
async function inOrder(
  { log }: AppContext,
  steps: readonly (() => Promise<void> | void)[],
): Promise<void> {
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      log.warn("Stopping was not clean", { error });
    }
  }
}

/** What jobs do, in terms of the slices that do it. */
function jobHandlers(ctx: AppContext, engine: Engine) {
  return {
    wakeRun: engine.wakeRun.bind(engine),
    advanceSession: (workspaceId: string, ended: { sessionId: string; runId: string }) =>
      advanceSession({ ctx, engine }, workspaceId, ended),
    expireApproval: (workspaceId: string, approvalId: string) =>
      expireApproval({ ctx }, workspaceId, approvalId),
  };
}

function createSweep(ctx: AppContext, instance: Instance, worker: Worker): () => Promise<void> {
  let blobsAt = ctx.clock.mono();
  return async () => {
    await instance.sweep();
    worker.wake();
    if (ctx.clock.mono() - blobsAt < BLOB_SWEEP_MS) return;
    blobsAt = ctx.clock.mono();
    const removed = await sweepBlobs(ctx, WORKSPACE, BLOB_SWEEP_MS);
    if (removed > 0) ctx.log.info("Removed values nothing refers to", { removed });
  };
}

async function isStoreAlive({ kv, clock }: AppContext): Promise<boolean> {
  const stop = new AbortController();
  try {
    const late = delay(clock, ALIVE_MS, stop.signal).then(() => false, () => false);
    return await Promise.race([kv.getBytes(fenceKey("alive")).then(() => true), late]);
  } catch {
    return false;
  } finally {
    stop.abort();
  }
}
