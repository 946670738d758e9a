/** The agent page's signals and deeds. */
import { type Signal, signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { InboxMessage } from "../../../lib/coordination/inbox/schema.ts";
import type { Memory, MemoryCategory } from "../../../lib/coordination/memory/schema.ts";
import type { Escalation, TraceStep } from "../../../lib/coordination/traces/schema.ts";
import { get, type Listed, path, post } from "../../_runtime/http.ts";
import { serverClock } from "../../_runtime/server_clock.ts";
import type { StreamState } from "../../_runtime/sse.ts";
import { attempt } from "../../board/attempt.ts";
import { drop } from "../../board/state.ts";
import { type AgentData, agentData, type AgentSnapshot, type BuiltIn } from "./state.ts";

export interface AgentPageProps {
  readonly snapshot: AgentSnapshot;
  readonly me: string;
  readonly mayWrite: boolean;
}

export interface AgentState {
  readonly agentId: string;
  readonly builtIn: BuiltIn | null;
  readonly data: Signal<AgentData>;
  readonly stream: Signal<StreamState>;
  readonly nowMs: Signal<number>;
  readonly me: string;
  readonly mayWrite: boolean;
}

export function createAgentState({ snapshot, me, mayWrite }: AgentPageProps): AgentState {
  return {
    agentId: snapshot.agentId,
    builtIn: snapshot.builtIn,
    data: signal(agentData(snapshot)),
    stream: signal<StreamState>("connecting"),
    nowMs: serverClock(snapshot.board.nowMs),
    me,
    mayWrite,
  };
}

const STEP_PAGE = 100;
const MEMORIES = 50;

export function createAgentActions(state: AgentState) {
  const at = (...parts: string[]) => path("agents", state.agentId, ...parts);
  const change = (next: Partial<AgentData>) => state.data.value = { ...state.data.peek(), ...next };
  return {
    /** False when it was not sent: the text stays in the field. */
    write: (text: string) =>
      attempt("The message was not sent", async () => {
        const { message } = await post<{ message: InboxMessage }>(at("messages"), {
          from: state.me,
          message: text,
        });
        const { inbox, unread } = state.data.peek();
        // The feed may have told of it already.
        if (inbox.has(message.id)) return;
        change({ inbox: new Map([[message.id, message], ...inbox]), unread: unread + 1 });
      }),
    resolve: (escalation: Escalation, helpfulHint: string) =>
      attempt("The escalation is still open", async () => {
        await post(at("escalations", escalation.id, "resolve"), {
          resolvedBy: "human",
          ...(helpfulHint && { helpfulHint }),
        });
        change({ board: drop(state.data.peek().board, "escalations", escalation.id) });
      }),
    loadSteps: (sessionId: string) =>
      attempt("The steps could not be loaded", async () => {
        const steps: TraceStep[] = [];
        for (let cursor: string | null = "";;) {
          const query: string = `?limit=${STEP_PAGE}${
            cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""
          }`;
          const page: Listed<TraceStep> = await get(at("traces", sessionId, "steps") + query);
          steps.push(...page.items);
          cursor = page.nextCursor;
          if (!cursor) break;
        }
        change({ steps: new Map(state.data.peek().steps).set(sessionId, steps) });
      }),
    /** Best first with a query, else newest first. Rejects with the ApiError. */
    recall: async (query: string, category: MemoryCategory | ""): Promise<Memory[]> => {
      const params = new URLSearchParams({ limit: String(MEMORIES) });
      if (query) params.set("query", query);
      if (category) params.set("category", category);
      return (await get<Listed<Memory>>(`${at("memory")}?${params}`)).items;
    },
  };
}

export interface AgentView {
  readonly state: AgentState;
  readonly actions: ReturnType<typeof createAgentActions>;
}

export const AgentContext = createContext<AgentView | null>(null);

export function useAgent(): AgentView {
  const view = useContext(AgentContext);
  if (!view) throw new Error("A part of the agent page stands outside AgentContext");
  return view;
}
