/** Puts the gateway together: every model call of the program goes through what is composed here. */
import type { ModelPort } from "../agents/model_port.ts";
import type { Keystore } from "../identity/mod.ts";
import type { AppContext } from "../kernel/context.ts";
import { type Clock, delay } from "../kernel/core/clock.ts";
import type { EventHub } from "../kernel/events/mod.ts";
import { randomBytes } from "../kernel/platform/crypto.ts";
import { catalogueModels } from "./catalogue.ts";
import { type Breakers, createBreakers } from "./breakers/mod.ts";
import { type Budgets, createBudgets } from "./budgets/mod.ts";
import { type AnswerCache, createCache, createProviderEmbedder } from "./cache/mod.ts";
import { createCalls, OpenAttempts } from "./calls/mod.ts";
import type { ChatCall, ModelGateway } from "./calls/schema.ts";
import type { SettingsStage } from "./calls/stages.ts";
import { createDirectory, type Directory, type KeyLookup } from "./directory/mod.ts";
import type { ProviderHealth } from "./health.ts";
import { createLedger, type Ledger } from "./ledger/mod.ts";
import { createLimits, type Limits } from "./limits/mod.ts";
import { createModelPort } from "./model_port.ts";
import { createRedaction, type Redaction } from "./redaction/mod.ts";
import { type Ask, createRouter, type Router } from "./routing/mod.ts";
import { createSettings, type LiveSettings } from "./settings/mod.ts";

export interface Gateway extends ModelPort, ModelGateway {
  readonly settings: LiveSettings;
  readonly directory: Directory;
  readonly router: Router;
  readonly breakers: Breakers;
  readonly budgets: Budgets;
  readonly limits: Limits;
  readonly ledger: Ledger;
  readonly cache: AnswerCache;
  readonly redaction: Redaction;
  /** Of the default workspace's providers, since the start. */
  health(): ProviderHealth[];
  /** Takes up keys set since the start; calls in flight end on the old ones. */
  refresh(): Promise<void>;
  /** Gives calls under way `graceMs`, ends the rest, and writes what is only in memory. */
  close(graceMs?: number): Promise<void>;
}

export interface GatewayOptions {
  /** How other instances are heard; without it nobody is. */
  readonly hub?: EventHub;
  readonly keystore?: Keystore;
  /** Keys from elsewhere than the keystore. */
  readonly keyOf?: KeyLookup;
  /** Silence after which a server counts as gone, in place of the settings. */
  readonly patience?: { readonly headersMs: number; readonly chunkMs: number };
  readonly workspaceId?: string;
}

type Context = Pick<AppContext, "kv" | "clock" | "ids" | "config" | "fetch" | "log">;

/** Finds what can be reached, within half a second. Throws `invalid_input` when the configured default model cannot be used. */
export async function createGateway(ctx: Context, options: GatewayOptions = {}): Promise<Gateway> {
  const { hub, workspaceId = "default" } = options;
  const settings = createSettings(ctx, { hub });
  const stage = options.patience ? patient(settings, options.patience) : settings;
  const keys = options.keystore ? { keystore: options.keystore } : { keyOf: options.keyOf };
  const directory = createDirectory(ctx, { settings: stage, hub, ...keys });
  const breakers = createBreakers(ctx, { settings: stage, hub });
  const budgets = createBudgets(ctx);
  const limits = createLimits(ctx);
  const ledger = createLedger(ctx, { flagship: (workspace) => flagshipOf(directory, workspace) });
  const embedder = createProviderEmbedder({
    ctx,
    directory,
    embed: (call) => calls.embed(call),
  });
  const cache = createCache(ctx, { embedder });
  const redaction = createRedaction();
  const router = createRouter(ctx, {
    directory,
    breakers,
    ask: (call, asked) => askClassifier(calls, call, asked),
  });
  const stages = {
    settings: stage,
    directory,
    router,
    redaction,
    cache,
    budgets,
    limits,
    ledger,
    breakers,
  };
  const open = new OpenAttempts();
  const calls: ModelGateway = createCalls({
    ctx,
    stages,
    open,
    random: chance,
    withoutUsage: new Set(),
  });
  await directory.ready(workspaceId);
  return {
    ...createModelPort({ ctx, gateway: calls, directory, workspaceId }),
    ...calls,
    settings,
    directory,
    router,
    breakers,
    budgets,
    limits,
    ledger,
    cache,
    redaction,
    health: () => directory.health(workspaceId),
    refresh: () => directory.refresh(workspaceId),
    close: (graceMs = 0) => closeInOrder(ctx, open, { ...stages, settings, router }, graceMs),
  };
}

/** The router's second look: a small call like any other, counted for the caller it is made for. */
async function askClassifier(
  calls: ModelGateway,
  call: ChatCall,
  asked: Parameters<Ask>[1],
): Promise<string> {
  const { model, messages, maxTokens, timeoutMs } = asked;
  const answer = await calls.complete({
    workspaceId: call.workspaceId,
    caller: call.caller,
    signal: call.signal,
    body: { model, messages, max_tokens: maxTokens, temperature: 0 },
    deadlineMs: timeoutMs,
    cache: "use",
    retries: 0,
    fallback: false,
  });
  if (answer.kind !== "whole") return "";
  const whole = JSON.parse(answer.body) as {
    readonly choices?: readonly { readonly message?: { readonly content?: unknown } }[];
  };
  return String(whole.choices?.[0]?.message?.content ?? "");
}

interface Closing {
  readonly settings: LiveSettings;
  readonly directory: Directory;
  readonly router: Router;
  readonly breakers: Breakers;
  readonly cache: AnswerCache;
  readonly ledger: Ledger;
  readonly budgets: Budgets;
  readonly limits: Limits;
}

/** Calls of programs outside are waited for by nobody else: they end first, then what they cost is written. */
async function closeInOrder(
  ctx: Pick<Context, "clock">,
  open: OpenAttempts,
  parts: Closing,
  graceMs: number,
): Promise<void> {
  const { ledger } = parts;
  await within(ctx.clock, graceMs, ledger.idle());
  open.stop();
  await within(ctx.clock, SETTLE_MS, ledger.idle());
  parts.settings.close();
  parts.directory.close();
  await parts.router.close();
  await parts.breakers.close();
  await parts.cache.close();
  await ledger.close();
  await parts.budgets.close();
  parts.limits.close();
}

/** Ended attempts settle within a few turns of the event loop. */
const SETTLE_MS = 300;

async function within(clock: Clock, ms: number, done: Promise<void>): Promise<void> {
  const over = new AbortController();
  await Promise.race([done, delay(clock, ms, over.signal, true).catch(() => {})]);
  over.abort();
}

const chance = () => new DataView(randomBytes(4).buffer).getUint32(0) / 2 ** 32;

/** The dearest flagship there is, with a key or without: what calls are compared with. */
function flagshipOf(directory: Directory, workspaceId: string) {
  const list = [...catalogueModels(), ...directory.list(workspaceId)].filter(({ tier, priced }) =>
    tier === "flagship" && priced
  );
  return list.reduce<typeof list[number] | undefined>(
    (best, model) =>
      !best || model.priceOutMicrosPerMTok > best.priceOutMicrosPerMTok ? model : best,
    undefined,
  );
}

function patient(
  settings: SettingsStage,
  { headersMs, chunkMs }: { readonly headersMs: number; readonly chunkMs: number },
): SettingsStage {
  return {
    async of(workspaceId) {
      const now = await settings.of(workspaceId);
      const silence = {
        firstByteMs: headersMs,
        chunkMs,
        localFirstByteMs: headersMs,
        localChunkMs: chunkMs,
      };
      return { ...now, calls: { ...now.calls, ...silence } };
    },
  };
}
