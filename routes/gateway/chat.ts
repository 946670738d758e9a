/** `POST /v1/chat/completions`: a model, a virtual model, or an agent that answers as one. */
import type { Hono } from "hono";
import type { App } from "../../lib/app.ts";
import { sseBody } from "../../lib/gateway/calls/mod.ts";
import { readChatBody } from "../../lib/gateway/wire/mod.ts";
import type { Env } from "../_http/env.ts";
import { answerAsAgent, isAgentModel } from "./agent_model.ts";
import { callOf, readJson, unknownParameters } from "./call.ts";
import { EVENT_STREAM } from "./frames.ts";

export function chatRoutes(app: App, router: Hono<Env>): void {
  router.post("/chat/completions", async (c) => {
    const { raw, value } = await readJson(c);
    const body = readChatBody(value, await unknownParameters(app, c));
    if (isAgentModel(body.model)) return await answerAsAgent(app, c, body);
    const answer = await app.gateway.complete(callOf(c, body, { raw }));
    return answer.kind === "whole"
      ? c.body(answer.body, 200, { ...answer.headers, "content-type": "application/json" })
      : c.body(sseBody(answer), 200, { ...answer.headers, ...EVENT_STREAM });
  });
}
