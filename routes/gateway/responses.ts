/** `POST /v1/responses`, carried out as a chat completion; `GET` and `DELETE` of those that are kept. */
import type { Context, Hono } from "hono";
import type { App } from "../../lib/app.ts";
import type { ChatAnswer } from "../../lib/gateway/calls/schema.ts";
import {
  dropResponse,
  itemIdOf,
  type Keeper,
  keepResponse,
  requireResponse,
  resolveItems,
} from "../../lib/gateway/kept/mod.ts";
import {
  type Failure,
  openAiError,
  readResponsesBody,
  ResponseBuilder,
  type ResponseEvent,
  toChatBody,
} from "../../lib/gateway/wire/mod.ts";
import { toAppError } from "../../lib/kernel/core/errors.ts";
import { actorOf, type Env, workspaceOf } from "../_http/env.ts";
import { isAgentModel } from "./agent_model.ts";
import { callOf, readJson, unknownParameters } from "./call.ts";
import { EVENT_STREAM } from "./chat.ts";
import { frame, frames } from "./frames.ts";
import { refuseAgent } from "./agent_request.ts";

export function responsesRoutes(app: App, router: Hono<Env>): void {
  router.post("/responses", async (c) => {
    const { value } = await readJson(c);
    const { body, items } = readResponsesBody(value, await unknownParameters(app, c));
    if (isAgentModel(body.model)) throw refuseAgent();
    const previousId = body.previous_response_id ?? undefined;
    const input = await resolveItems(app.ctx, keeperOf(c), items, previousId);
    const answer = await app.gateway.complete(callOf(c, toChatBody(body, input.all)));
    const asked: Asked = {
      app,
      keeper: keeperOf(c),
      input: body.store === false ? null : input.own,
      builder: builderOf(app, body),
      answer,
    };
    return answer.kind === "whole"
      ? c.json(await whole(asked, answer.body), 200, { ...answer.headers })
      : c.body(frames((signal) => events(asked, signal), c.req.raw.signal), 200, {
        ...answer.headers,
        ...EVENT_STREAM,
      });
  });
  router.get("/responses/:id", async (c) => {
    return c.json(await requireResponse(app.ctx, keeperOf(c), c.req.param("id")));
  });
  router.delete("/responses/:id", async (c) => {
    const id = c.req.param("id");
    await dropResponse(app.ctx, keeperOf(c), id);
    return c.json({ id, object: "response.deleted", deleted: true });
  });
}

interface Asked {
  readonly app: App;
  readonly keeper: Keeper;
  /** What this request added to the conversation; null: nothing is kept. */
  readonly input: Awaited<ReturnType<typeof resolveItems>>["own"] | null;
  readonly builder: ResponseBuilder;
  readonly answer: ChatAnswer;
}

function keeperOf(c: Context<Env>): Keeper {
  return { workspaceId: workspaceOf(c), callerId: actorOf(c) };
}

function builderOf(
  { ctx }: App,
  body: ConstructorParameters<typeof ResponseBuilder>[0]["body"],
): ResponseBuilder {
  const responseId = `resp_${ctx.ids.next("request").slice("req_".length)}`;
  let items = 0;
  return new ResponseBuilder({
    responseId,
    now: ctx.clock.now,
    itemId: (kind) => itemIdOf(responseId, kind, ++items),
    body,
  });
}

async function whole(asked: Asked, completion: string) {
  const { builder, answer } = asked;
  builder.begin(answer.model.id);
  builder.take(JSON.parse(completion));
  builder.finish();
  await keep(asked);
  return builder.response;
}

/** Each event with its name, in the order of its number; nothing after the last. */
async function* events(asked: Asked, signal: AbortSignal): AsyncGenerator<string> {
  const { builder, answer } = asked;
  if (answer.kind !== "stream") return;
  yield written(builder.begin(answer.model.id));
  const chunks = answer.chunks[Symbol.asyncIterator]();
  const hangUp = () => void chunks.return?.();
  signal.addEventListener("abort", hangUp, { once: true });
  try {
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) {
      const chunk = JSON.parse(next.value);
      if (chunk?.error) return yield written(builder.fail(failureOf(chunk.error)));
      const made = builder.take(chunk);
      if (made.length > 0) yield written(made);
    }
    if ((await answer.settled).ended !== "whole") return;
    const last = builder.finish();
    // Kept before it is announced: the next request may refer to it at once.
    await keep(asked);
    yield written(last);
  } catch (error) {
    const { message, type, param, code } = openAiError(toAppError(error));
    yield written(builder.fail({ message, type, param, code }));
  } finally {
    signal.removeEventListener("abort", hangUp);
    await chunks.return?.();
  }
}

function failureOf(error: Partial<Failure>): Failure {
  const { message = "The answer broke off", type = "upstream_error", param = null } = error;
  return { message, type, param, code: error.code ?? null };
}

function written(events: readonly ResponseEvent[]): string {
  return events.map((event) => frame(JSON.stringify(event), event.type)).join("");
}

async function keep({ app, keeper, input, builder }: Asked): Promise<void> {
  if (input) await keepResponse(app.ctx, keeper, { input, response: builder.response });
}
