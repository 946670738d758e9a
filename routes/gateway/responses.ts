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
  isObject,
  openAiError,
  readResponsesBody,
  ResponseBuilder,
  type ResponseEvent,
  toChatBody,
} from "../../lib/gateway/wire/mod.ts";
import { toAppError } from "../../lib/kernel/core/errors.ts";
import { actorOf, type Env, workspaceOf } from "../_http/env.ts";
import { askAgent, type AskedAgent, isAgentModel } from "./agent_model.ts";
import { callOf, readJson, unknownParameters } from "./call.ts";
import { EVENT_STREAM, frame, frames } from "./frames.ts";

export function responsesRoutes(app: App, router: Hono<Env>): void {
  router.post("/responses", async (c) => {
    const { value } = await readJson(c);
    const { body, items } = readResponsesBody(value, await unknownParameters(app, c));
    const previousId = body.previous_response_id ?? undefined;
    const input = await resolveItems(app.ctx, keeperOf(c), items, previousId);
    const chat = toChatBody(body, input.all);
    const source = isAgentModel(body.model)
      ? ofAgent(await askAgent(app, c, chat))
      : ofModel(await app.gateway.complete(callOf(c, chat)));
    const asked: Asked = {
      app,
      keeper: keeperOf(c),
      input: body.store === false ? null : input.own,
      builder: builderOf(app, body),
      source,
    };
    if (!body.stream) {
      return c.json(await whole(asked, c.req.raw.signal), 200, { ...source.headers });
    }
    const written = frames((signal) => events(asked, signal), c.req.raw.signal);
    return c.body(written, 200, { ...source.headers, ...EVENT_STREAM });
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
  readonly source: Source;
}

/** A chat completion, whoever made it. */
interface Source {
  readonly headers: Readonly<Record<string, string>>;
  readonly model: string;
  whole(gone: AbortSignal): Promise<unknown>;
  /** Returns whether it came to its end. */
  chunks(gone: AbortSignal): AsyncGenerator<unknown, boolean>;
}

function ofModel(answer: ChatAnswer): Source {
  return {
    headers: answer.headers,
    model: answer.model.id,
    whole: () => Promise.resolve(answer.kind === "whole" ? JSON.parse(answer.body) : null),
    async *chunks(gone) {
      if (answer.kind !== "stream") return false;
      const chunks = answer.chunks[Symbol.asyncIterator]();
      const hangUp = () => void chunks.return?.();
      gone.addEventListener("abort", hangUp, { once: true });
      try {
        for (let next = await chunks.next(); !next.done; next = await chunks.next()) {
          yield JSON.parse(next.value);
        }
        return (await answer.settled).ended === "whole";
      } finally {
        gone.removeEventListener("abort", hangUp);
        await chunks.return?.();
      }
    },
  };
}

function ofAgent(asked: AskedAgent): Source {
  return {
    headers: asked.headers,
    model: asked.request.model,
    whole: async (gone) => (await asked.whole(gone)).completion,
    async *chunks(gone) {
      yield* asked.chunks(gone);
      return true;
    },
  };
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

async function whole(asked: Asked, gone: AbortSignal) {
  const { builder, source } = asked;
  const completion = await source.whole(gone);
  builder.begin(source.model);
  builder.take(completion);
  builder.finish();
  await keep(asked);
  return builder.response;
}

/** Each event with its name, in the order of its number; nothing after the last. */
async function* events(asked: Asked, gone: AbortSignal): AsyncGenerator<string> {
  const { builder, source } = asked;
  yield written(builder.begin(source.model));
  const chunks = source.chunks(gone);
  try {
    for (;;) {
      const { done, value } = await chunks.next();
      if (done) {
        if (!value) return;
        break;
      }
      if (isObject(value) && isObject(value.error)) {
        return yield written(builder.fail(failureOf(value.error), value.error.usage));
      }
      const made = builder.take(value);
      if (made.length > 0) yield written(made);
    }
    // The last event carries the Response itself, so it is written after the attempt to keep it.
    const last = builder.finish();
    await keep(asked);
    yield written(last);
  } catch (error) {
    if (!gone.aborted) yield written(builder.fail(openAiError(toAppError(error))));
  } finally {
    await chunks.return(false);
  }
}

function failureOf(error: Partial<Failure>): Failure {
  const { message = "The answer broke off", type = "upstream_error", param = null } = error;
  return { message, type, param, code: error.code ?? null };
}

function written(events: readonly ResponseEvent[]): string {
  return events.map((event) => frame(JSON.stringify(event), event.type)).join("");
}

/** An answer that was paid for is given also where it could not be kept: then it says so. */
async function keep({ app, keeper, input, builder }: Asked): Promise<void> {
  if (!input) return;
  try {
    await keepResponse(app.ctx, keeper, { input, response: builder.response });
  } catch (error) {
    builder.response.store = false;
    app.ctx.log.warn("A Response could not be kept", { id: builder.response.id, error });
  }
}
