/** The agent's inbox, and a field to write to it. It is read by the agent alone: looking marks nothing. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Badge } from "../../../lib/ui/badge.tsx";
import { Button } from "../../../lib/ui/button.tsx";
import { Textarea } from "../../../lib/ui/field.tsx";
import { Ago } from "../../board/team/Ago.tsx";
import { nameOf } from "../../board/team/Avatar.tsx";
import { useAgent } from "./context.ts";
import { Panel } from "./Panel.tsx";

const SHOWN = 8;

export function Inbox(): JSX.Element {
  const { state } = useAgent();
  const [all, setAll] = useState(false);
  const messages = [...state.data.value.inbox.values()];
  const { unread } = state.data.value;
  return (
    <Panel
      id="inbox"
      title="Inbox"
      note={unread > 0 && <Badge tone="accent">{`${unread} unread`}</Badge>}
    >
      {state.mayWrite && <Write />}
      {messages.length === 0
        ? <p class="quiet-text">Nobody has written to it</p>
        : (
          <ul class="plain-list rows">
            {messages.slice(0, all ? undefined : SHOWN).map((message) => (
              <li
                key={message.id}
                class="inbox-row"
                data-message={message.id}
                data-unread={message.read ? undefined : ""}
              >
                <header>
                  <strong title={message.from}>
                    {message.from === state.me ? "You" : nameOf(message.from)}
                  </strong>
                  {message.type !== "note" && <Badge>{message.type}</Badge>}
                  <Ago iso={message.timestamp} />
                  {!message.read && <span class="unread">unread</span>}
                </header>
                <p class="pre" dir="auto">{message.message}</p>
              </li>
            ))}
          </ul>
        )}
      {messages.length > SHOWN && !all && (
        <Button
          size="s"
          variant="quiet"
          onClick={() => setAll(true)}
        >
          {`Show ${messages.length - SHOWN} more`}
        </Button>
      )}
    </Panel>
  );
}

function Write(): JSX.Element {
  const { state, actions } = useAgent();
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  async function send(): Promise<void> {
    if (busy || !text.trim()) return;
    setBusy(true);
    if (await actions.write(text)) setText("");
    setBusy(false);
  }
  return (
    <form
      class="write"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <Textarea
        grow
        rows={1}
        value={text}
        dir="auto"
        maxLength={10_000}
        aria-label={`Message to ${state.agentId}`}
        placeholder={`Message to ${state.agentId}`}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          void send();
        }}
      />
      <Button type="submit" busy={busy} disabled={!text.trim()}>Send</Button>
    </form>
  );
}
