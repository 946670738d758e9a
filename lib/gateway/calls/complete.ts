/**
 * A call through everything: rates, redaction, route, cache, then its attempts. What is settled is settled
 * where it ends; what is only recorded is recorded off the response path.
 */
import { AppError, toAppError } from "../../kernel/core/errors.ts";
import type { JsonObject } from "../../kernel/core/json.ts";
import type { CacheAnswer } from "../cache/schema.ts";
import type { Protection } from "../redaction/schema.ts";
import type { GatewaySettings } from "../schema.ts";
import { Flight } from "./flight.ts";
import { askedOutput, countInput } from "../upstream/outgoing.ts";
import { asAnswer, type Asking } from "./participant.ts";
import type { Parts } from "./stages.ts";
import { launch, type Launched } from "./launch.ts";
import { closeRecord, openRecord, type RecordBegin } from "./record.ts";
import type { ChatAnswer, ChatCall, ModelGateway, RouteDecision, WholeAnswer } from "./schema.ts";
import type { Admission } from "./stages.ts";

export function createCalls(parts: Parts): ModelGateway {
  return {
    complete: (call) => complete(parts, call),
    async embed(call) {
      const body = { ...call.body };
      delete (body as { stream?: unknown }).stream;
      const answer = await complete(parts, { ...call, body, operation: "embeddings" });
      return answer as WholeAnswer;
    },
    async preview(call) {
      const { stages } = parts;
      await stages.directory.ready(call.workspaceId);
      const settings = await stages.settings.of(call.workspaceId);
      const asked = { body: call.body, inputTokens: countInput(call.body), preview: true };
      return await stages.router.choose(call, asked, settings);
    },
  };
}

async function complete(parts: Parts, call: ChatCall): Promise<ChatAnswer> {
  const { ctx, stages } = parts;
  const begin: RecordBegin = { callId: ctx.ids.next("call"), call, startedAt: ctx.clock.now() };
  const startedMono = ctx.clock.mono();
  const refused: Refusable = { admission: null, decision: null };
  try {
    const loading = stages.directory.ready(call.workspaceId);
    if (loading) await loading;
    const known = stages.settings.of(call.workspaceId);
    const settings = known instanceof Promise ? await known : known;
    const asking = await prepare(parts, call, settings, { begin, startedMono }, refused);
    const answer = await answered(parts, asking);
    return asAnswer(parts, asking, answer);
  } catch (error) {
    const told = toAppError(error);
    if (!isFlown(told)) {
      refused.admission?.done(null);
      refuse(parts, begin, startedMono, refused.decision, told);
    }
    throw told;
  }
}

/** What a refusal has to give back and to name. */
interface Refusable {
  admission: Admission | null;
  decision: RouteDecision | null;
}

async function prepare(
  parts: Parts,
  call: ChatCall,
  settings: GatewaySettings,
  start: { readonly begin: RecordBegin; readonly startedMono: number },
  refusable: Refusable,
): Promise<Asking> {
  const { stages } = parts;
  const inputTokens = countInput(call.body);
  const deadlineMs = Math.min(
    call.deadlineMs ?? settings.calls.deadlineMs,
    settings.calls.deadlineMaxMs,
  );
  const entered = stages.limits.enter(
    call,
    inputTokens + (askedOutput(call.body) ?? 0),
    settings,
  );
  const admission = entered instanceof Promise ? await entered : entered;
  refusable.admission = admission;
  const protection: Protection | null = settings.redaction.mode === "off"
    ? null
    : await stages.redaction.protect(call.body as JsonObject, settings.redaction);
  const body = protection ? protection.body : call.body;
  const chosen = stages.router.choose(call, { body, inputTokens }, settings);
  const decision = chosen instanceof Promise ? await chosen : chosen;
  refusable.decision = decision;
  return {
    ...start.begin,
    startedMono: start.startedMono,
    deadlineAt: start.startedMono + deadlineMs,
    settings,
    inputTokens,
    admission,
    protection: protection && protection.body !== call.body ? protection : null,
    body,
    decision,
  };
}

function answered(parts: Parts, asking: Asking): Promise<CacheAnswer<Launched>> {
  const { call, body, settings, decision } = asking;
  const ask = (signal: AbortSignal) => {
    const flight = new Flight(parts, { ...asking, signal });
    return launch(flight, asking);
  };
  if (call.operation === "embeddings") {
    return ask(call.signal).then((fresh) => ({
      from: "bypass",
      joined: false,
      fresh,
      ...bodyOf(fresh),
    }));
  }
  return parts.stages.cache.answer<Launched>({
    workspaceId: call.workspaceId,
    keyId: call.caller.keyId,
    body: body as JsonObject,
    // Equal requests that go to different models are different questions.
    route: `${decision.model.provider}/${decision.model.id}`,
    mode: call.cache,
    settings: settings.cache,
    signal: call.signal,
    deadlineAt: asking.deadlineAt,
  }, ask);
}

const bodyOf = ({ body }: { readonly body?: string | undefined }) => ({ body });

/** The flight wrote its own record. */
const isFlown = (error: AppError) => error.data?.attempts !== undefined;

/** Refused before any provider was asked. */
function refuse(
  parts: Parts,
  begin: RecordBegin,
  startedMono: number,
  decision: RouteDecision | null,
  error: AppError,
): void {
  const { clock } = parts.ctx;
  const open = openRecord(begin, decision, "bypass");
  parts.stages.ledger.closed(closeRecord(open, {
    status: error.code === "canceled" ? "canceled" : "failed",
    endedAt: clock.now(),
    latencyMs: clock.mono() - startedMono,
    costMicros: 0,
    attempts: [],
    error: { code: error.code, message: error.detail },
  }));
}
