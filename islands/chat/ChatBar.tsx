/** The page's bar: what this conversation is called, how its run stands, and what may be done with it. */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { RunView } from "../../lib/engine/schema.ts";
import { Chip, type Tone } from "../../lib/ui/badge.tsx";
import { Button, IconButton } from "../../lib/ui/button.tsx";
import { Menu } from "../../lib/ui/menu.tsx";
import { StatusDot, statusLabel } from "../../lib/ui/status.tsx";
import { useChat } from "./context.ts";
import { doneCount, shownSteps } from "./figures.ts";
import { isTerminal, openApprovals } from "./state.ts";
import { useCut } from "./use_cut.ts";

export interface ChatBarProps {
  readonly sidebarOpen: boolean;
  readonly onSidebar: () => void;
}

export function ChatBar({ sidebarOpen, onSidebar }: ChatBarProps): JSX.Element {
  const { state } = useChat();
  const id = state.activeRunId.value ?? state.shownRunId.value;
  const view = id ? state.view(id).value : null;
  return (
    <header class="page-bar">
      <Title />
      <Standing view={view} />
      <div class="page-actions">
        {view && <RunButtons view={view} />}
        {id && (
          <Button
            class="run-side-toggle"
            icon="tree"
            collapse
            aria-expanded={sidebarOpen}
            aria-controls="run-side"
            onClick={onSidebar}
          >
            Run
          </Button>
        )}
      </div>
    </header>
  );
}

const MOST_LISTED = 12;

/** The rail's list of conversations, where the rail is too narrow to hold it. */
function ChatsMenu({ onRename }: { onRename: () => void }): JSX.Element {
  const { state } = useChat();
  const current = state.session.value?.id;
  const rename = {
    id: "rename",
    label: "Rename this chat",
    icon: "edit",
    onSelect: onRename,
  } as const;
  const go = (path: string) => () => location.assign(path);
  return (
    <div class="chats-menu">
      <Menu
        items={[
          { id: "new", label: "New chat", icon: "plus", onSelect: go("/sessions/new") },
          ...(current ? [rename] : []),
          ...state.sessions.value.slice(0, MOST_LISTED).map((session, index) => ({
            id: session.id,
            label: session.title || "Untitled",
            icon: session.id === current ? "approve" as const : "chat" as const,
            separated: index === 0,
            onSelect: go(`/sessions/${session.id}`),
          })),
        ]}
        trigger={(trigger) => <IconButton {...trigger} icon="menu" label="Chats" tooltip="none" />}
      />
    </div>
  );
}

function Title(): JSX.Element {
  const { state, actions } = useChat();
  const [editing, setEditing] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const session = state.session.value;
  const title = session?.title || "New chat";
  useEffect(() => {
    if (editing) input.current?.select();
  }, [editing]);

  /** Once: a field that is taken away loses the focus as well. */
  function end(keep: boolean): void {
    const wanted = input.current?.value.trim();
    input.current = null;
    setEditing(false);
    if (keep && wanted) void actions.rename(wanted);
  }
  return (
    <>
      <ChatsMenu onRename={() => setEditing(true)} />
      <h1 class={editing ? "visually-hidden" : "page-title"} dir="auto">{title}</h1>
      {editing
        ? (
          <input
            ref={input}
            class="input title-input"
            aria-label="Title"
            defaultValue={title}
            maxLength={200}
            onBlur={() => end(true)}
            onKeyDown={(event) => {
              if (event.isComposing) return;
              if (event.key === "Enter") end(true);
              else if (event.key === "Escape") end(false);
            }}
          />
        )
        : session && (
          <IconButton
            class="title-edit"
            size="s"
            icon="edit"
            label="Rename"
            tooltip="bottom"
            onClick={() => setEditing(true)}
          />
        )}
    </>
  );
}

const tones: Record<RunView["run"]["status"], Tone> = {
  pending: "neutral",
  running: "accent",
  waiting: "warn",
  paused: "pause",
  completed: "ok",
  failed: "bad",
  canceled: "neutral",
};

/** How the run stands, as far as that is known: without a connection only what had ended is. */
function Standing({ view }: { view: RunView | null }): JSX.Element {
  const { state } = useChat();
  const cut = useCut(state);
  const known = view && (!cut || isTerminal(view.run));
  return (
    <span class="run-chip" role="status">
      {cut && (
        <Chip tone={cut === "offline" ? "bad" : "warn"}>
          {cut === "offline" ? "Offline" : "Reconnecting"}
        </Chip>
      )}
      {known && <RunChip view={view} />}
    </span>
  );
}

function RunChip({ view }: { view: RunView }): JSX.Element {
  const { run } = view;
  const steps = shownSteps(view);
  const waiting = openApprovals(view).length;
  const counted = waiting === 0 && !isTerminal(run) && steps.length > 0;
  return (
    <Chip tone={waiting > 0 ? "warn" : tones[run.status]}>
      <StatusDot status={waiting > 0 ? "waiting" : run.status} labelled={false} size={12} />
      {waiting > 0 ? "Waits for you" : statusLabel(run.status)}
      {counted && <span class="run-count">· {doneCount(steps)} of {steps.length}</span>}
    </Chip>
  );
}

function RunButtons({ view }: { view: RunView }): JSX.Element | null {
  const { actions } = useChat();
  const [busy, setBusy] = useState<string | null>(null);
  const { run } = view;
  async function act(command: "pause" | "resume" | "cancel"): Promise<void> {
    setBusy(command);
    await actions.command(run, command);
    setBusy(null);
  }
  if (isTerminal(run)) return null;
  return (
    <>
      {run.status === "paused"
        ? (
          <Button icon="play" collapse busy={busy === "resume"} onClick={() => act("resume")}>
            Resume
          </Button>
        )
        : (
          <Button icon="pause" collapse busy={busy === "pause"} onClick={() => act("pause")}>
            Pause
          </Button>
        )}
      <Button icon="stop" collapse busy={busy === "cancel"} onClick={() => act("cancel")}>
        Stop
      </Button>
    </>
  );
}
