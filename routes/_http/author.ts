/** Who speaks. An agent as `acting.ts` says; a person by any name, else as the caller it is. */
import type { Context } from "hono";
import type { Call } from "../../lib/coordination/mod.ts";
import type { AuthorType } from "../../lib/coordination/chat/schema.ts";
import { agentId } from "../../lib/coordination/schema.ts";
import { AppError } from "../../lib/kernel/core/errors.ts";
import { actingAgent, callOf, requireActing } from "./acting.ts";
import { actorOf, type Env } from "./env.ts";

export interface Speaker {
  readonly author: string;
  readonly call: Call;
}

/** Throws `invalid_input` for an agent without a name, `forbidden` for a bound key that speaks for another. */
export function speakerOf(
  c: Context<Env>,
  named: { readonly author?: string | undefined; readonly authorType: AuthorType },
): Speaker {
  const bound = c.get("caller")?.agentId !== undefined;
  if (named.authorType !== "agent" && !bound) {
    return { author: named.author ?? actorOf(c), call: callOf(c) };
  }
  const author = requireActing(c, { body: named.author }, "author");
  const id = agentId.safeParse(author);
  if (!id.success) {
    const { message } = id.error.issues[0]!;
    throw new AppError("invalid_input", {
      detail: `author: ${message}`,
      fields: [{ path: "author", message }],
    });
  }
  return { author, call: callOf(c, author) };
}

/** As an agent where one is named, else as the caller: for reactions, which both make. */
export function agentOrCaller(c: Context<Env>, named: string | undefined): Speaker {
  const agent = actingAgent(c, { body: named });
  return { author: agent ?? actorOf(c), call: callOf(c, agent) };
}
