/** Nonsense as arguments of every tool: a refusal an agent can read, never an internal error. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Logger } from "../../lib/kernel/platform/log.ts";
import { silentLogger } from "../../lib/kernel/platform/log.ts";
import { testApp } from "../harness/test_app.ts";
import { type ListedTool, newClient } from "./clients.ts";
import { rpc, send } from "./raw.ts";

const CALLS_PER_TOOL = 60;

const strange = fc.oneof(
  { depthSize: "small" },
  fc.constantFrom<unknown>(
    null,
    "",
    " ",
    0,
    -1,
    1.5,
    1e308,
    true,
    [],
    {},
    [[]],
    "../../etc/passwd",
    "\u0000",
    "\ud800",
    "__proto__",
    "constructor",
    "a".repeat(10_000),
    "ä/\u202e/🦜",
  ),
  fc.string({ unit: "binary" }),
  fc.integer(),
  fc.jsonValue(),
);

/** Fields the tool knows, mostly; sometimes an action it knows, sometimes names from nowhere. */
function argumentsOf({ inputSchema }: ListedTool): fc.Arbitrary<Record<string, unknown>> {
  const { action, ...fields } = inputSchema.properties!;
  const known = Object.keys(fields);
  const actions = (action as { enum?: string[] } | undefined)?.enum ?? [];
  return fc.record({
    fields: fc.dictionary(fc.oneof(fc.constantFrom(...known), fc.string()), strange, {
      maxKeys: 6,
    }),
    action: fc.oneof(fc.constantFrom(undefined, ...actions), strange),
    agentId: fc.oneof(fc.constantFrom<unknown>(undefined, "phoenix", "griffin"), strange),
  }).map(({ fields: given, action: chosen, agentId }) => ({
    ...given,
    ...(chosen !== undefined && { action: chosen }),
    ...(agentId !== undefined && { agentId }),
    // Nobody waits for long here.
    ...(given.waitMs !== undefined && { waitMs: 0 }),
  }));
}

Deno.test("tools/call with nonsense: a result, isError or -32602, never an internal error", async () => {
  const failures: string[] = [];
  const log: Logger = { ...silentLogger, error: (message) => failures.push(message) };
  await using app = await testApp({ log });
  await using client = await newClient(app.url);
  const { tools } = await client.listTools();
  for (const tool of tools) {
    const property = fc.asyncProperty(argumentsOf(tool), async (args) => {
      const { status, body } = await rpc(app, "tools/call", { name: tool.name, arguments: args });
      assert(status < 500, `${tool.name}: ${status}`);
      if (body.error) return assertEquals(body.error.code, -32602, JSON.stringify(body.error));
      assertEquals(typeof body.result.content[0].text, "string");
      assert(body.result.isError || body.result.structuredContent, tool.name);
      assertEquals(failures, [], tool.name);
    });
    await fc.assert(property, { numRuns: CALLS_PER_TOOL, seed: 20260728 });
  }
});

Deno.test("bodies that are no requests: 4xx with a JSON-RPC error, or 202", async () => {
  await using app = await testApp();
  const property = fc.asyncProperty(fc.jsonValue(), async (value) => {
    const { status, body } = await send(app, JSON.stringify(value));
    assert(status === 202 || (status >= 400 && status < 500), `${status}`);
    if (status !== 202) assertEquals(typeof body.error.code, "number");
  });
  await fc.assert(property, { numRuns: 200, seed: 20260728 });
});
