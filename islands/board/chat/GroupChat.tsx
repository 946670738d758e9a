/** The group chat: the conversation, or one thread of it, and the field to speak. */
import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Message } from "../../../lib/coordination/chat/schema.ts";
import { Button, IconButton } from "../../../lib/ui/button.tsx";
import { useBoard } from "../context.ts";
import { conversation } from "../state.ts";
import { ChatComposer } from "./ChatComposer.tsx";
import { ChatMessage } from "./ChatMessage.tsx";

/** Messages of one author within this stand under one name. */
const TOGETHER_MS = 300_000;
/** Shown at first; older ones on demand. */
const SHOWN = 100;

export function GroupChat(): JSX.Element {
  const { state } = useBoard();
  const threadId = state.thread.value;
  return (
    <section class="group-chat" aria-labelledby="chat-title">
      {threadId === null ? <Conversation /> : <ThreadView key={threadId} id={threadId} />}
      {state.mayWrite && <ChatComposer key={threadId ?? ""} threadId={threadId ?? undefined} />}
    </section>
  );
}

function Conversation(): JSX.Element {
  const { state } = useBoard();
  const messages = conversation(state.data.value);
  return (
    <>
      <h2 class="chat-head" id="chat-title">Group chat</h2>
      <MessageList label="Group chat" messages={messages.slice(-SHOWN)} withReplies>
        {messages.length === 0 && (
          <p class="side-empty">
            Nobody has said anything yet. What you write, every agent sees; @name reaches one.
          </p>
        )}
      </MessageList>
    </>
  );
}

function ThreadView({ id }: { readonly id: string }): JSX.Element {
  const { state, actions } = useBoard();
  const root = state.data.value.messages.get(id);
  useEffect(() => void actions.loadThread(id), [id]);
  const replies = conversation(state.data.value, id);
  return (
    <>
      <header class="chat-head">
        <IconButton
          icon="chevronRight"
          class="chat-back"
          size="s"
          label="Back to the group chat"
          tooltip="none"
          onClick={() => state.thread.value = null}
        />
        <h2 id="chat-title">Thread</h2>
      </header>
      <MessageList label="Thread" messages={root ? [root, ...replies] : replies} />
    </>
  );
}

interface MessageListProps {
  readonly label: string;
  readonly messages: readonly Message[];
  readonly withReplies?: boolean;
  readonly children?: JSX.Element | false;
}

function MessageList({ label, messages, withReplies, children }: MessageListProps): JSX.Element {
  const { state } = useBoard();
  const list = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const [unseen, setUnseen] = useState(false);
  const last = messages.at(-1);
  const toEnd = () => {
    if (list.current) list.current.scrollTop = list.current.scrollHeight;
  };
  useLayoutEffect(() => {
    // Who reads further up is left there, unless the newest is their own.
    if (atEnd.current || last?.author === state.me) toEnd();
    else setUnseen(true);
  }, [last?.id, messages.length]);
  useEffect(() => {
    // It is first shown, or gets another height: the newest stays in view.
    const sized = new ResizeObserver(() => atEnd.current && toEnd());
    sized.observe(list.current!);
    return () => sized.disconnect();
  }, []);
  return (
    <div class="chat-frame">
      <div
        ref={list}
        class="chat-list"
        role="log"
        aria-label={label}
        tabIndex={0}
        onScroll={(event) => {
          const { scrollHeight, scrollTop, clientHeight } = event.currentTarget;
          atEnd.current = scrollHeight - scrollTop - clientHeight < 40;
          if (atEnd.current) setUnseen(false);
        }}
      >
        {children}
        {messages.map((message, index) => (
          <ChatMessage
            key={message.id}
            message={message}
            headed={!together(messages[index - 1], message)}
            withReplies={withReplies ?? false}
          />
        ))}
      </div>
      {unseen && <Button class="chat-newer" size="s" onClick={toEnd}>Newer messages</Button>}
    </div>
  );
}

function together(before: Message | undefined, message: Message): boolean {
  return before !== undefined && before.author === message.author &&
    before.authorType === message.authorType &&
    Date.parse(message.timestamp) - Date.parse(before.timestamp) < TOGETHER_MS;
}
