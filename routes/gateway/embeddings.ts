/** `POST /v1/embeddings`: checked here, answered by the provider as it is. */
import type { Hono } from "hono";
import { z } from "zod";
import type { App } from "../../lib/app.ts";
import { parse, refuse, requireShallow } from "../../lib/gateway/wire/mod.ts";
import type { Env } from "../_http/env.ts";
import { callOf, readJson, unknownParameters } from "./call.ts";

const tokens = z.array(z.int().min(0)).min(1).max(100_000);
const embeddingsBody = z.looseObject({
  model: z.string().trim().min(1).max(256),
  input: z.union([
    z.string().min(1),
    z.array(z.string().min(1)).min(1).max(2_048),
    tokens,
    z.array(tokens).min(1).max(2_048),
  ], { error: "expected a text, texts, or tokens, none of them empty" }),
  encoding_format: z.enum(["float", "base64"]).nullish(),
  dimensions: z.int().min(1).max(65_536).nullish(),
  /** Embeddings come whole. */
  stream: z.literal(false).nullish(),
  user: z.string().nullish(),
});

/** Of chat completions: read where what a call may cost is counted. */
const OF_CHAT = ["messages", "max_tokens", "max_completion_tokens", "n", "tools"];

export function embeddingsRoutes(app: App, router: Hono<Env>): void {
  router.post("/embeddings", async (c) => {
    const { raw, value } = await readJson(c);
    requireShallow(value);
    const body = parse(embeddingsBody, value, "");
    const chats = OF_CHAT.find((name) => name in body);
    if (chats !== undefined) {
      throw refuse(`'${chats}' is a parameter of chat completions, not of embeddings`, {
        param: chats,
        code: "unsupported_parameter",
      });
    }
    const stray = Object.keys(body).find((name) => !(name in embeddingsBody.shape));
    if (stray !== undefined && await unknownParameters(app, c) === "refuse") {
      throw refuse(`Unknown parameter: '${stray.slice(0, 100)}'`, {
        param: stray.slice(0, 100),
        code: "unknown_parameter",
      });
    }
    const answer = await app.gateway.embed(callOf(c, body, { raw }));
    return c.body(answer.body, 200, { ...answer.headers, "content-type": "application/json" });
  });
}
