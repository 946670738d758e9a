/** Apps whose `full` pattern does what a test says, and the few requests all tests of the API make. */
import { z } from "zod";
import {
  type Agent,
  type AgentContext,
  builtInAgents,
  builtInTools,
  type Tool,
} from "../../lib/agents/mod.ts";
import { signalRun } from "../../lib/engine/mod.ts";
import type { Run, RunView } from "../../lib/engine/schema.ts";
import type { Json } from "../../lib/kernel/core/json.ts";
import { type TestApp, testApp, type TestAppOptions } from "../harness/test_app.ts";
import { readUntil, SseReader } from "./sse_reader.ts";

export type Script = (ctx: AgentContext, input: { intent: string }) => Promise<Json>;

/** Given by name, each an agent; `full` is what a run without a pattern starts. */
export function scriptedApp(
  scripts: Readonly<Record<string, Script>>,
  options: TestAppOptions & { readonly extraTools?: readonly Tool[] } = {},
): Promise<TestApp> {
  const agents = new Map(builtInAgents());
  for (const [id, run] of Object.entries(scripts)) agents.set(id, scripted(id, run));
  const { extraTools = [], ...rest } = options;
  const tools = new Map([
    ...builtInTools(),
    ...extraTools.map((tool) => [tool.name, tool] as const),
  ]);
  return testApp({ agents, tools, ...rest });
}

function scripted(id: string, run: Script): Agent {
  const any = z.unknown() as z.ZodType;
  return {
    id,
    name: id,
    role: "test",
    description: "Does what the test says",
    input: any,
    output: any,
    run: (ctx, input) => run(ctx, input as { intent: string }),
  };
}

/** Waits until the signal `go` comes, then says what it was asked. */
export const waitsForGo: Script = async (ctx, { intent }) => {
  await ctx.waitFor("go");
  return `done: ${intent}`;
};

export function go(app: TestApp, runId: string): Promise<void> {
  return signalRun(app.ctx, "default", runId, "go", true);
}

export async function start(app: TestApp, intent: string, more: object = {}): Promise<Run> {
  const { run } = await app.json<{ run: Run }>("POST", "/api/v1/runs", { intent, ...more });
  return run;
}

export function viewOf(app: TestApp, runId: string): Promise<RunView> {
  return app.json<RunView>("GET", `/api/v1/runs/${runId}`);
}

/** Follows the run until an event of that type. */
export async function until(
  app: TestApp,
  runId: string,
  ...types: string[]
): Promise<Record<string, Json>> {
  const reader = new SseReader(await app.fetch(`/api/v1/runs/${runId}/events`));
  const frame = await readUntil(reader, ...types);
  await reader.close();
  if (!frame) throw new Error(`The stream of ${runId} ended before ${types.join(" or ")}`);
  return JSON.parse(frame.data);
}

/** A request with a JSON body, answered with anything. */
export function send(
  app: TestApp,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  return app.fetch(path, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

/** Status, code and the paths of the fields of a refusal. */
export async function refusal(
  response: Response,
): Promise<{ status: number; code: string; paths: string[] }> {
  const problem = await response.json();
  const paths = (problem.errors ?? []).map((error: { path: string }) => error.path);
  return { status: response.status, code: problem.code, paths };
}
