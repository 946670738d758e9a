/** The page's way to the API: typed by the schemas the routes validate with, problems as `ApiError`. */
import type { Covenant, CovenantPatch } from "../../lib/agents/covenant.ts";
import type { Effect, Run, RunView } from "../../lib/engine/schema.ts";
import type { AnswerInput, Approval } from "../../lib/governance/schema.ts";
import type { Message, MessageInput, Session } from "../../lib/sessions/schema.ts";
import type { Json } from "../../lib/kernel/core/json.ts";
import { ApiError, readProblem } from "./problem.ts";

export interface Listed<T> {
  readonly items: T[];
  readonly nextCursor: string | null;
}

export type RunCommand = "pause" | "resume" | "cancel" | "retry";

export interface CutInput {
  readonly stepId: string;
  readonly changes?: { readonly input?: Json; readonly output?: Json };
  readonly reason?: string;
}

const ROOT = "/api/v1";
/** A post that got no answer is sent again under the same key: the server answers it once. */
const SENDS = 3;
const MESSAGE_PAGE = 100;

const at = (...parts: string[]) => parts.map((part) => `/${encodeURIComponent(part)}`).join("");

export const api = {
  sessions: (limit = 30) => get<Listed<Session>>(`/sessions?limit=${limit}`),
  session: (id: string) => get<{ session: Session }>(at("sessions", id)),
  createSession: (title?: string) =>
    post<{ session: Session }>("/sessions", title ? { title } : {}),
  renameSession: (id: string, title: string, version: number) =>
    patch<{ session: Session }>(at("sessions", id), { title }, version),
  /** All of a session's messages, and the cursor to follow its stream from. */
  messages: async (id: string): Promise<{ items: Message[]; cursor: string }> => {
    const items: Message[] = [];
    for (let cursor = "";;) {
      const query = cursor ? `&cursor=${encodeURIComponent(cursor)}` : "";
      const page = await get<Listed<Message>>(
        `${at("sessions", id, "messages")}?limit=${MESSAGE_PAGE}${query}`,
      );
      items.push(...page.items);
      const next = page.nextCursor ?? cursor;
      if (next === cursor || page.items.length < MESSAGE_PAGE) return { items, cursor: next };
      cursor = next;
    }
  },
  /** `key`: the same for every attempt to send one message. */
  postMessage: (id: string, input: MessageInput, key: string) =>
    post<{ message: Message; run?: Run }>(at("sessions", id, "messages"), input, key),

  run: (id: string) => get<RunView>(at("runs", id)),
  command: (id: string, command: RunCommand, reason?: string) =>
    post<{ run: Run }>(at("runs", id, command), reason ? { reason } : {}),
  steer: (id: string, content: string) => post<unknown>(at("runs", id, "messages"), { content }),
  effects: (id: string, stepId: string) =>
    get<Listed<Effect>>(
      `${at("runs", id, "effects")}?limit=100&stepId=${encodeURIComponent(stepId)}`,
    ),
  rewind: (id: string, input: CutInput) => post<{ run: Run }>(at("runs", id, "rewind"), input),
  fork: (id: string, input: CutInput) => post<{ run: Run }>(at("runs", id, "fork"), input),
  retryStep: (id: string, stepId: string) =>
    post<{ run: Run }>(at("runs", id, "steps", stepId, "retry"), {}),
  overrideStep: (id: string, stepId: string, output: Json, reason?: string) =>
    post<{ run: Run }>(at("runs", id, "steps", stepId, "override"), { output, reason }),

  patchCovenant: (id: string, version: number, input: CovenantPatch) =>
    patch<{ covenant: Covenant }>(at("covenants", id), input, version),
  answer: (id: string, input: AnswerInput) =>
    post<{ approval: Approval }>(at("approvals", id, "answer"), input),
} as const;

const get = <T>(path: string) => request<T>("GET", path);
const post = <T>(path: string, body: unknown, key = freshKey()) =>
  request<T>("POST", path, body, { "idempotency-key": key });
/** `version`: what the change was made upon; the server refuses it when somebody was faster. */
const patch = <T>(path: string, body: unknown, version: number) =>
  request<T>("PATCH", path, body, { "if-match": `"${version}"` });

async function request<T>(
  method: string,
  path: string,
  body?: unknown,
  extra: Record<string, string> = {},
): Promise<T> {
  const headers: Record<string, string> = { accept: "application/json", ...extra };
  if (body !== undefined) headers["content-type"] = "application/json";
  const init: RequestInit = { method, headers, credentials: "same-origin" };
  if (body !== undefined) init.body = JSON.stringify(body);
  const response = await send(ROOT + path, init, method === "PATCH" ? 1 : SENDS);
  if (!response.ok) throw new ApiError(await readProblem(response));
  return await response.json() as T;
}

/** Only a failure to get any answer is sent again; an answer, also a refusal, is an answer. */
async function send(url: string, init: RequestInit, sends: number): Promise<Response> {
  for (let sent = 1;; sent++) {
    try {
      return await fetch(url, init);
    } catch (error) {
      if (sent >= sends || globalThis.navigator?.onLine === false) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200 * sent * (1 + Math.random())));
    }
  }
}

/** `crypto.randomUUID` exists only on secure origins; a laptop on the local network is not one. */
export function freshKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
