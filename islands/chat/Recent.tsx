/** The recent conversations, in the rail. */
import type { JSX } from "preact";
import type { Session } from "../../lib/sessions/schema.ts";
import { Icon } from "../../lib/ui/icons.tsx";
import { StatusDot } from "../../lib/ui/status.tsx";
import { sharedSessions } from "./recent.ts";

export interface RecentProps {
  readonly sessions: readonly Session[];
  readonly currentId: string | null;
}

export function Recent(props: RecentProps): JSX.Element {
  const { sessions, currentId } = sharedSessions.value ?? props;
  return (
    <nav class="recent" aria-label="Chats">
      <a
        class="nav-item"
        href="/sessions/new"
      >
        <Icon name="plus" />
        <span class="rail-text">New chat</span>
      </a>
      {sessions.length > 0 && <h2 class="rail-label">Recent</h2>}
      <ul>
        {sessions.map((session) => (
          <li key={session.id}>
            <a
              class="rail-item"
              href={`/sessions/${session.id}`}
              aria-current={session.id === currentId ? "page" : undefined}
              title={session.title}
            >
              <span dir="auto">{session.title || "Untitled"}</span>
              {session.status === "busy" && <StatusDot status="running" size={12} />}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
