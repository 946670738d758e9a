/** The page's way to the API: typed by the schemas the routes validate with, problems as `ApiError`. */
import type { Covenant, CovenantPatch } from "../../lib/agents/covenant.ts";
import type { Effect, Run, RunView } from "../../lib/engine/schema.ts";
import type { AnswerInput, Approval } from "../../lib/governance/schema.ts";
import type { Message, MessageInput, Session } from "../../lib/sessions/schema.ts";
import type { Json } from "../../lib/kernel/core/json.ts";
import { get, type Listed, patch, path as at, post } from "./http.ts";

export { freshKey } from "./http.ts";

export type RunCommand = "pause" | "resume" | "cancel" | "retry";

export interface CutInput {
  readonly stepId: string;
  readonly changes?: { readonly input?: Json; readonly output?: Json };
  readonly reason?: string;
}

const MESSAGE_PAGE = 100;

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
