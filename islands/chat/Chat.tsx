/** The chat page's island: one conversation, its run, and the stream that keeps both current. */
import { effect } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { createActions } from "./actions.ts";
import { ChatBar } from "./ChatBar.tsx";
import { Composer } from "./composer/Composer.tsx";
import { type Chat as Context, ChatContext } from "./context.ts";
import { goLive } from "./live.ts";
import { Messages } from "./log/Messages.tsx";
import { shareSessions } from "./recent.ts";
import { Sidebar } from "./run/Sidebar.tsx";
import { type ChatProps, type ChatState, createState, openApprovals } from "./state.ts";
import { useCut } from "./use_cut.ts";
import { useFollow } from "./use_follow.ts";
import { Welcome } from "./composer/Welcome.tsx";
import { Button } from "../../lib/ui/button.tsx";

export function Chat(props: ChatProps): JSX.Element {
  const chat = useMemo(() => {
    const state = createState(props);
    return { state, actions: createActions(state) };
  }, []);
  const { state } = chat;
  const [sidebar, setSidebar] = useState(false);
  const scroller = useRef<HTMLElement>(null);
  const { atEnd, toEnd } = useFollow(scroller);

  useEffect(() => {
    const stops = [goLive(state), shareSessions(state), nameTab(state), resendWhenBack(chat)];
    return () => stops.forEach((stop) => stop());
  }, []);
  useEffect(() =>
    effect(() => {
      // One's own message is always brought into view.
      if (state.outgoing.value.length > 0) toEnd();
    }), []);

  const cut = useCut(state);
  const begun = state.messages.value.length + state.outgoing.value.length > 0;
  return (
    <ChatContext.Provider value={chat}>
      <div class="chat" data-cut={cut ? "" : undefined}>
        <ChatBar sidebarOpen={sidebar} onSidebar={() => setSidebar(!sidebar)} />
        <main id="main" class="chat-main" ref={scroller} tabIndex={-1}>
          <div class="log" role="log" aria-label="Conversation" data-begun={begun ? "" : undefined}>
            {begun ? <Messages /> : <Welcome />}
          </div>
          <div class="composer-dock">
            {!atEnd && begun && (
              <Button class="to-end" size="s" icon="arrowDown" onClick={toEnd}>Latest</Button>
            )}
            <Composer />
          </div>
        </main>
        {state.shownRunId.value && <Sidebar open={sidebar} onClose={() => setSidebar(false)} />}
      </div>
    </ChatContext.Provider>
  );
}

/** What no answer came to is sent again under its key as soon as the server is heard from. */
function resendWhenBack({ state, actions }: Context): () => void {
  return effect(() => {
    if (state.stream.value !== "live") return;
    for (const item of state.outgoing.peek()) {
      if (item.problem?.status === 0) void actions.resend(item);
    }
  });
}

/** The tab says what waits for a person, also while another tab is looked at. */
function nameTab(state: ChatState): () => void {
  return effect(() => {
    const id = state.activeRunId.value;
    const view = id ? state.view(id).value : null;
    const waiting = view ? openApprovals(view).length : 0;
    const title = state.session.value?.title || "Chat";
    document.title = `${waiting > 0 ? `(${waiting}) ` : ""}${title} – Muster`;
  });
}
