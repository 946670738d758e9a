/**
 * The whole program with its models at an independent OpenAI-compatible server, whose fixtures play every
 * agent of a team: `await using scene = await openAiTeam({...})`. A part is replaced by giving another
 * reply, one after the other, the last one for ever; a reply may be an error or wait for the test.
 */
import { type ChatCompletionRequest, type FixtureOpts, LLMock } from "@copilotkit/aimock";
import { systemClock } from "../../lib/kernel/core/clock.ts";
import type { Effect, RunView } from "../../lib/engine/schema.ts";
import { isPublicAddress } from "../../lib/kernel/platform/address.ts";
import { createOutboundFetch, type OutboundFetch } from "../../lib/kernel/platform/fetch.ts";
import { SseReader } from "../http/sse_reader.ts";
import { judged, THREE_TASKS } from "./scripts.ts";
import { type TestApp, testApp, type TestAppOptions } from "./test_app.ts";

export type Role =
  | "mediator"
  | "orchestrator"
  | "classifier"
  | "worker"
  | "evaluator"
  | "coordinator"
  | "responder";

interface ToolCall {
  readonly name: string;
  readonly arguments: string;
}

/** As the server writes it: a text, tool calls, or an error with its status. */
export type Reply =
  | string
  | { readonly toolCalls: ToolCall[] }
  | { readonly status: number; readonly message?: string; readonly retryAfter?: number };

/** A reply, or what makes one of a request; `after` says how it is sent. */
export type Part = Reply | ((request: ChatCompletionRequest) => Reply | Promise<Reply>);
export interface Sent {
  readonly reply: Part;
  readonly after: FixtureOpts;
}

const MODEL = "gpt-4o-mini";

/** What every answer reports; 135 µ$ with the prices of gpt-4o-mini. */
export const USAGE = { prompt_tokens: 500, completion_tokens: 100 };
export const CALL_MICROS = 135;
export const ANSWER =
  "Take **option t2**: one key per event, ordered by its version. It keeps appends cheap, reads in order " +
  "and needs no counter that writers fight over.";

const TEAM: Record<Role, Part> = {
  mediator: json({
    reasoning: "One choice is asked for",
    acceptance: ["Names one option"],
    scopeIn: ["three ways to store a log"],
    scopeOut: [],
  }),
  orchestrator: json({ reasoning: "Three options, three tasks", tasks: THREE_TASKS }),
  classifier: json({
    reasoning: "A technical comparison",
    kind: "analysis",
    difficulty: "medium",
    language: "en",
    parts: THREE_TASKS.map(({ id }) => ({ id, kind: "research", difficulty: "low" })),
  }),
  worker: (request) => `Result of ${/option (t\d)/.exec(userText(request))?.[1] ?? "all"}`,
  evaluator: json(judged(9).json),
  coordinator: ANSWER,
  responder: "Paris is the capital of France.",
};

export function json(value: unknown): string {
  return JSON.stringify(value);
}

/** The text of all messages a person or a program wrote. */
export function userText({ messages }: ChatCompletionRequest): string {
  return messages.filter(({ role }) => role === "user").map(({ content }) => content).join("\n");
}

const SCHEMAS: Readonly<Record<string, Role>> = {
  terms: "mediator",
  plan: "orchestrator",
  classification: "classifier",
  evaluation: "evaluator",
};

/** Whose call it is, by the form it asks for or what its prompt says it does. */
export function roleOf({ messages, response_format }: ChatCompletionRequest): Role {
  const schema = response_format?.json_schema as { name?: string } | undefined;
  if (schema?.name) return SCHEMAS[schema.name]!;
  const system = String(messages[0]?.content);
  if (system.includes("You do one sub-task")) return "worker";
  return system.includes("You write the final answer") ? "coordinator" : "responder";
}

export interface OpenAiTeam extends AsyncDisposable {
  readonly app: TestApp;
  readonly server: LLMock;
  /** Of every call; the server's own record hides them. */
  readonly authorizations: readonly (string | null)[];
  /** Requests of one part, in their order. */
  requests(role: Role): ChatCompletionRequest[];
  /** Resolves when a client hung up before its answer was complete. */
  readonly hungUp: Promise<void>;
  start(intent: string, more?: object): Promise<string>;
  /** Follows the run to its end: all its events, and how it stands then. */
  end(runId: string): Promise<{ events: Event[]; view: RunView; effects: Effect[] }>;
}

export interface Event {
  readonly type: string;
  readonly [field: string]: unknown;
}

export interface OpenAiTeamOptions extends Omit<TestAppOptions, "fetch"> {
  readonly parts?: Partial<Record<Role, Part | readonly (Part | Sent)[]>>;
  /** Resolves to this machine for tools, as a public host would. */
  readonly publicHost?: string;
}

export async function openAiTeam(options: OpenAiTeamOptions = {}): Promise<OpenAiTeam> {
  const { parts, publicHost, env, ...rest } = options;
  const server = new LLMock({ port: 0, chunkSize: 16 });
  for (const role of Object.keys(TEAM) as Role[]) play(server, role, parts?.[role] ?? TEAM[role]);
  const authorizations: (string | null)[] = [];
  const hungUp = Promise.withResolvers<void>();
  server.mount("/v1", {
    handleRequest(request, response) {
      if (request.method === "POST") authorizations.push(request.headers.authorization ?? null);
      response.on("close", () => response.writableFinished || hungUp.resolve());
      return Promise.resolve(false);
    },
  });
  const url = await server.start();
  // The server's stop waits for connections that are kept open.
  const client = Deno.createHttpClient({ poolMaxIdlePerHost: 0 });
  const app = await testApp({
    limits: { retry: { attempts: 3, baseMs: 1, maxMs: 5, retryAfterMaxMs: 5_000 } },
    env: {
      OPENAI_BASE_URL: `${url}/v1`,
      OPENAI_API_KEY: "sk-test-0123456789",
      MUSTER_DEFAULT_MODEL: MODEL,
      ...env,
    },
    fetch: outbound(client, publicHost),
    ...rest,
  });
  return {
    app,
    server,
    authorizations,
    hungUp: hungUp.promise,
    requests: (role) =>
      server.getRequests().map(({ body }) => body as unknown as ChatCompletionRequest)
        .filter((body) => body?.messages && roleOf(body) === role),
    start: async (intent, more = {}) =>
      (await app.json<{ run: { id: string } }>("POST", "/api/v1/runs", { intent, ...more })).run.id,
    end: (runId) => end(app, runId),
    async [Symbol.asyncDispose]() {
      await app[Symbol.asyncDispose]();
      client.close();
      await server.stop();
    },
  };
}

function play(server: LLMock, role: Role, script: Part | readonly (Part | Sent)[]): void {
  const parts = Array.isArray(script) ? script as readonly (Part | Sent)[] : [script as Part];
  const last = parts.length - 1;
  parts.forEach((part, n) => {
    const { reply, after } = typeof part === "object" && "reply" in part
      ? part
      : { reply: part, after: {} };
    let asked = 0;
    server.on(
      {
        // Fixtures of a model are what the server's list of models is made of.
        model: MODEL,
        // Counted here: the server's own count begins with the answer, too late for calls at once.
        predicate: (request) => roleOf(request) === role && (asked++ === n || n === last),
      },
      async (request) => written(typeof reply === "function" ? await reply(request) : reply),
      after,
    );
  });
}

function written(reply: Reply) {
  if (typeof reply === "string") return { content: reply, usage: USAGE };
  if ("toolCalls" in reply) {
    const toolCalls = reply.toolCalls.map((call, n) => ({ id: `call_${n}`, ...call }));
    return { toolCalls, usage: USAGE };
  }
  const { status, message = `refused with ${status}`, retryAfter } = reply;
  return { status, error: { message, type: "test_error" }, retryAfter };
}

/** The real guard for what is not trusted; one name leads to this machine, as a public host would. */
function outbound(client: Deno.HttpClient, publicHost: string | undefined): OutboundFetch {
  const guarded = createOutboundFetch({
    clock: systemClock,
    ...(publicHost === undefined ? {} : {
      resolve: (host: string) =>
        Promise.resolve([{ address: host === publicHost ? "127.0.0.1" : "10.0.0.1", family: 4 }]),
      isAllowed: (address: string) => address === "127.0.0.1" || isPublicAddress(address),
    }),
  });
  return (to, init) =>
    init?.trusted ? fetch(to, { ...init, client } as RequestInit) : guarded(to, init);
}

async function end(app: TestApp, runId: string) {
  const reader = new SseReader(await app.fetch(`/api/v1/runs/${runId}/events`));
  const events: Event[] = [];
  for (;;) {
    const frame = await reader.nextEvent();
    if (!frame) throw new Error(`the stream of ${runId} ended after ${events.at(-1)?.type}`);
    events.push(JSON.parse(frame.data));
    if (/^run\.(completed|failed|canceled)$/.test(frame.event)) break;
  }
  await reader.close();
  const view = await app.json<RunView>("GET", `/api/v1/runs/${runId}`);
  const page = await app.json<{ items: Effect[] }>(
    "GET",
    `/api/v1/runs/${runId}/effects?limit=100`,
  );
  return { events, view, effects: page.items };
}

/** What a viewer has on the screen at the end: the deltas of the answering step, attempt by attempt. */
export function streamedAnswer(events: readonly Event[], view: RunView): string {
  const answering = view.steps.findLast(({ answer }) => answer)!;
  let text = "";
  let attempt = 0;
  for (const event of events) {
    if (event.type !== "step.delta" || event.stepId !== answering.id) continue;
    if (event.attempt !== attempt) text = "";
    attempt = event.attempt as number;
    if (event.offset !== text.length) throw new Error(`a gap at ${event.offset} of ${text.length}`);
    text += event.delta;
  }
  return text;
}
