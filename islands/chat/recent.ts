/** What the chat tells the list of recent sessions, an island of its own in the rail. Set in the browser only. */
import { effect, signal } from "@preact/signals";
import type { Session } from "../../lib/sessions/schema.ts";
import type { ChatState } from "./state.ts";

export interface SharedSessions {
  readonly sessions: readonly Session[];
  readonly currentId: string | null;
}

export const sharedSessions = signal<SharedSessions | null>(null);

export function shareSessions(state: ChatState): () => void {
  return effect(() => {
    sharedSessions.value = {
      sessions: state.sessions.value,
      currentId: state.session.value?.id ?? null,
    };
  });
}
