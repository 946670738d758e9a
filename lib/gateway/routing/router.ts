/**
 * The router: where a call goes and why. An explicit model wins, then an explicit tier, then a conversation's own
 * model, then the features of the request. From memory where it can; the store is asked only for a conversation this
 * instance has not seen a moment ago, the network only where a classifier is set.
 */
import type { ModelInfo } from "../../agents/model_port.ts";
import type { AppContext } from "../../kernel/context.ts";
import type { Clock } from "../../kernel/core/clock.ts";
import { AppError } from "../../kernel/core/errors.ts";
import type { BreakerView } from "../breakers/schema.ts";
import type { ChatCall, RouteDecision } from "../calls/schema.ts";
import type { DirectoryStage, MaybePromise, RouterStage } from "../calls/stages.ts";
import { isVirtual } from "../directory/mod.ts";
import type { GatewaySettings } from "../schema.ts";
import type { Blocked } from "./choose.ts";
import { type Ask, classify, isDoubtful } from "./classify.ts";
import { Journal } from "./journal.ts";
import { namedRoute } from "./named.ts";
import { type Pin, Pins } from "./pins.ts";
import { type Asked, type Question, questionOf } from "./question.ts";
import { hasHistory, shapeOf } from "./request.ts";
import type { RoutingSettings, StoredDecision } from "./schema.ts";
import { virtualRoute } from "./virtual_route.ts";

type Context = Pick<AppContext, "kv" | "clock" | "log" | "config">;

export interface RouterOptions {
  readonly directory: Pick<DirectoryStage, "list" | "resolve">;
  /** Whose state counts; absent: none is open. */
  readonly breakers?: { list(workspaceId: string): readonly BreakerView[] } | undefined;
  /** Asks a model for the optional classifier; absent: the features alone decide. */
  readonly ask?: Ask | undefined;
}

export interface Router extends RouterStage {
  /** Of a call, while it is kept; null: none. */
  getDecision(workspaceId: string, callId: string): Promise<StoredDecision | null>;
  /** Newest first; `before`: the last id of the page before. */
  listDecisions(workspaceId: string, limit: number, before?: string): Promise<StoredDecision[]>;
  /** Writes what waits. */
  close(): Promise<void>;
}

/** What a decision leaves behind when its call is over. */
interface After {
  readonly conversation: string | undefined;
  readonly routing: RoutingSettings;
}

export function createRouter(ctx: Context, options: RouterOptions): Router {
  return new FeatureRouter(ctx, options);
}

class FeatureRouter implements Router {
  readonly #ctx: Context;
  readonly #options: RouterOptions;
  readonly #pins: Pins;
  readonly #journal: Journal;
  readonly #decided = new WeakMap<RouteDecision, After>();

  constructor(ctx: Context, options: RouterOptions) {
    this.#ctx = ctx;
    this.#options = options;
    this.#pins = new Pins(ctx);
    this.#journal = new Journal(ctx);
  }

  choose(call: ChatCall, asked: Asked, settings: GatewaySettings): MaybePromise<RouteDecision> {
    const { routing } = settings;
    const requested = asked.body.model ?? "";
    const wanted = requested || standardName(this.#ctx, call);
    const blocked = blockedBy(this.#options, call.workspaceId, this.#ctx.clock);
    const usable = this.#options.directory.list(call.workspaceId);
    if (!isVirtual(wanted)) {
      const model = resolve(this.#options, call.workspaceId, wanted);
      const free = blocked === NOTHING_BLOCKED;
      const route = namedRoute({ call, asked, settings, requested, model, usable, blocked, free });
      return this.#remember(route, { conversation: undefined, routing });
    }
    const question = questionOf(call, asked, requested, wanted);
    const decide = (certain: Question, pin: Pin | null) =>
      this.#remember(virtualRoute(certain, pin, { usable, blocked, settings: routing }), {
        conversation: question.conversation,
        routing,
      });
    const found = this.#pinOf(question, asked, routing);
    const doubtful = !asked.preview && this.#options.ask !== undefined &&
      wanted === "muster/auto" &&
      isDoubtful(question.complexity.score, routing);
    if (!doubtful && !(found instanceof Promise)) return decide(question, found);
    return (async () => {
      const pin = await found;
      return decide(doubtful ? await this.#lookAgain(question, asked, routing) : question, pin);
    })();
  }

  answered(
    call: ChatCall,
    decision: RouteDecision,
    model: ModelInfo | null,
    callId: string,
  ): void {
    const after = this.#decided.get(decision);
    if (!after) return;
    const { conversation, routing } = after;
    const { workspaceId } = call;
    const now = this.#ctx.clock.now();
    this.#journal.decision(
      workspaceId,
      storedOf(decision, model, callId, now),
      routing.decisionTtlMs,
    );
    if (!model || conversation === undefined || !routing.pinning) return;
    const until = now + routing.pinTtlMs;
    const pin: Pin = { v: 1, model: model.id, requested: decision.requested, until };
    if (this.#pins.set(workspaceId, conversation, pin, routing.pinTtlMs)) {
      this.#journal.pin(workspaceId, conversation, pin, routing.pinTtlMs);
    }
  }

  getDecision(workspaceId: string, callId: string): Promise<StoredDecision | null> {
    return this.#journal.get(workspaceId, callId);
  }

  listDecisions(workspaceId: string, limit: number, before?: string): Promise<StoredDecision[]> {
    return this.#journal.list(workspaceId, limit, before);
  }

  close(): Promise<void> {
    return this.#journal.flush();
  }

  #remember(decision: RouteDecision, after: After): RouteDecision {
    this.#decided.set(decision, after);
    return decision;
  }

  #pinOf(
    { conversation, call }: Question,
    { body }: Asked,
    routing: RoutingSettings,
  ): MaybePromise<Pin | null> {
    if (!routing.pinning || conversation === undefined) return null;
    const begun = call.caller.sessionId !== undefined || hasHistory(body);
    return begun ? this.#pins.get(call.workspaceId, conversation) : null;
  }

  async #lookAgain(
    question: Question,
    { body }: Asked,
    routing: RoutingSettings,
  ): Promise<Question> {
    const { prompt } = shapeOf(body);
    const { call } = question;
    const ask = this.#options.ask!;
    const complexity = await classify(ask, call, prompt, question.complexity, routing);
    return { ...question, complexity, needs: { ...question.needs, score: complexity.score } };
  }
}

/** Where no model is named: the configured one, unless a tier is; else the router's choice. */
function standardName({ config }: Context, call: ChatCall): string {
  return call.tier === undefined ? config.defaultModel ?? "muster/auto" : "muster/auto";
}

/** Throws `not_found` for a model that is not there. */
function resolve({ directory }: RouterOptions, workspaceId: string, name: string): ModelInfo {
  try {
    return directory.resolve(workspaceId, name);
  } catch (error) {
    if (!(error instanceof AppError) || error.data?.code !== "model_not_found") throw error;
    throw new AppError("not_found", {
      detail: error.detail,
      data: error.data,
      fields: error.fields ?? [],
    });
  }
}

const NOTHING_BLOCKED: Blocked = () => undefined;

function blockedBy(
  { breakers }: RouterOptions,
  workspaceId: string,
  clock: Pick<Clock, "now">,
): Blocked {
  const open =
    breakers?.list(workspaceId).filter(({ state, retryAt }) =>
      state === "open" && (retryAt === undefined || retryAt > clock.now())
    ) ?? [];
  if (open.length === 0) return NOTHING_BLOCKED;
  return ({ provider, id, upstreamId }) => {
    const one = open.find((breaker) =>
      breaker.provider === provider && (breaker.model === id || breaker.model === upstreamId)
    );
    return one && `breaker open: ${one.reason ?? "it failed"}`;
  };
}

function storedOf(
  decision: RouteDecision,
  answered: ModelInfo | null,
  id: string,
  now: number,
): StoredDecision {
  const { requested, model, tier, reason, complexity, pinned, rejected, fallbacks } = decision;
  return {
    id,
    at: new Date(now).toISOString(),
    requested,
    model: model.id,
    provider: model.provider,
    tier,
    reason,
    ...(complexity && { complexity: { ...complexity, features: [...complexity.features] } }),
    ...(pinned && { pinned }),
    rejected: [...rejected],
    fallbacks: fallbacks.map((fallback) => fallback.id),
    ...(decision.estimatedCostMicros !== undefined &&
      { estimatedCostMicros: decision.estimatedCostMicros }),
    ...(answered && { answeredBy: answered.id }),
  };
}
