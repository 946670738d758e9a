import { assertEquals, assertThrows } from "@std/assert";
import { Hono } from "hono";
import type { Context } from "hono";
import { AppError } from "../../lib/kernel/core/errors.ts";
import { actingAgent, callOf, type Identities, mayAct, requireActing } from "./acting.ts";
import type { Caller, Env } from "./env.ts";

const OPEN: Caller = { id: "user:local", via: "open", role: "admin" };
const BOUND: Caller = { id: "key:key_1", via: "key", role: "agent", agentId: "phoenix" };

/** What `look` says within a request of this caller, or the code it throws. */
async function within<T>(
  caller: Caller | undefined,
  header: string | undefined,
  look: (c: Context<Env>) => T,
): Promise<T | string> {
  let seen: T | string | undefined;
  const app = new Hono<Env>().get("/", (c) => {
    c.set("caller", caller);
    c.set("workspaceId", "default");
    try {
      seen = look(c);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      seen = error.code;
    }
    return c.body(null, 204);
  });
  await app.request("/", header === undefined ? {} : { headers: { "x-agent-id": header } });
  return seen!;
}

const TABLE: readonly [string, Caller, Identities, string | undefined, string | undefined][] = [
  ["nobody named", OPEN, {}, undefined, undefined],
  ["the body", OPEN, { body: "atlas" }, undefined, "atlas"],
  ["the path", OPEN, { path: "atlas" }, undefined, "atlas"],
  ["X-Agent-Id", OPEN, {}, "atlas", "atlas"],
  ["three that agree", OPEN, { body: "atlas", path: "atlas" }, "atlas", "atlas"],
  [
    "body and path that differ",
    OPEN,
    { body: "atlas", path: "phoenix" },
    undefined,
    "invalid_input",
  ],
  ["body and header that differ", OPEN, { body: "atlas" }, "phoenix", "invalid_input"],
  ["path and header that differ", OPEN, { path: "atlas" }, "phoenix", "invalid_input"],
  ["a header that is no id", OPEN, {}, "two words", "invalid_input"],
  ["a bound key and nobody named", BOUND, {}, undefined, "phoenix"],
  ["a bound key and itself", BOUND, { body: "phoenix" }, "phoenix", "phoenix"],
  ["a bound key and another body", BOUND, { body: "atlas" }, undefined, "forbidden"],
  ["a bound key and another path", BOUND, { path: "atlas" }, undefined, "forbidden"],
  ["a bound key and another header", BOUND, { body: "phoenix" }, "atlas", "forbidden"],
];

for (const [what, caller, named, header, expected] of TABLE) {
  Deno.test(`actingAgent() with ${what} is ${expected}`, async () => {
    assertEquals(await within(caller, header, (c) => actingAgent(c, named)), expected);
  });
}

Deno.test("requireActing() names the field that is missing", async () => {
  const detail = await within(
    OPEN,
    undefined,
    (c) => assertThrows(() => requireActing(c, {}, "author"), AppError).detail,
  );
  assertEquals(detail, "author required");
});

Deno.test("callOf() is the agent acted as, else the caller", async () => {
  const actors = await within(OPEN, undefined, (c) => [callOf(c), callOf(c, "atlas")]);
  assertEquals(actors, [
    { workspaceId: "default", actor: "user:local" },
    { workspaceId: "default", actor: "agent:atlas" },
  ]);
});

Deno.test("mayAct() lets nobody act who has not been let in", async () => {
  assertEquals(await within(undefined, undefined, (c) => mayAct(c, "read")), false);
  assertEquals(await within(BOUND, undefined, (c) => mayAct(c, "coordinate")), true);
});
