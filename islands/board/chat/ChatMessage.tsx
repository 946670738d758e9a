/** One message of the group chat with its reactions and replies. */
import type { JSX } from "preact";
import type { Message } from "../../../lib/coordination/chat/schema.ts";
import { IconButton } from "../../../lib/ui/button.tsx";
import { useReading } from "../../_runtime/server_clock.ts";
import { useBoard } from "../context.ts";
import { nameOf } from "../team/Avatar.tsx";
import { messageParts } from "./message_parts.ts";

/** One press each; other agents' own emoji are shown and can be joined. */
const OFFERED = ["👍", "👀", "✅", "❤️"];

export interface ChatMessageProps {
  readonly message: Message;
  /** Begins with who and when. */
  readonly headed: boolean;
  readonly withReplies: boolean;
}

export function ChatMessage({ message, headed, withReplies }: ChatMessageProps): JSX.Element {
  const { state, actions } = useBoard();
  const replies = message.replyCount ?? 0;
  const openThread = () => state.thread.value = message.id;
  return (
    <article class="said" data-headed={headed ? "" : undefined} aria-label={nameOf(message.author)}>
      {headed && (
        <header class="said-head">
          <strong>{message.author === state.me ? "You" : <Author message={message} />}</strong>
          <Clock iso={message.timestamp} />
        </header>
      )}
      <p class="said-text" dir="auto">
        <Text message={message} />
      </p>
      {(message.reactions.length > 0 || (withReplies && replies > 0)) && (
        <div class="said-foot">
          <Reactions message={message} />
          {withReplies && replies > 0 && (
            <button type="button" class="said-replies" onClick={openThread}>
              {replies === 1 ? "1 reply" : `${replies} replies`}
            </button>
          )}
        </div>
      )}
      {state.mayWrite && (
        <div class="said-deeds">
          {OFFERED.map((emoji) => (
            <button
              key={emoji}
              type="button"
              class="said-deed"
              aria-label={`React with ${emoji}`}
              onClick={() => void actions.react(message, emoji)}
            >
              <span aria-hidden="true">{emoji}</span>
            </button>
          ))}
          {withReplies && (
            <IconButton
              icon="chat"
              size="s"
              label="Reply in a thread"
              tooltip="none"
              onClick={openThread}
            />
          )}
        </div>
      )}
    </article>
  );
}

function Author({ message }: { readonly message: Message }): JSX.Element {
  const name = nameOf(message.author);
  if (message.authorType !== "agent") return <>{name}</>;
  return <a href={`/agents/${encodeURIComponent(message.author)}`}>{name}</a>;
}

function Reactions({ message }: { readonly message: Message }): JSX.Element {
  const { state, actions } = useBoard();
  const givers = Map.groupBy(message.reactions, (reaction) => reaction.emoji);
  return (
    <>
      {[...givers].map(([emoji, given]) => {
        const names = given.map(({ by }) => by === state.me ? "You" : nameOf(by)).join(", ");
        return (
          <button
            key={emoji}
            type="button"
            class="reaction"
            aria-pressed={given.some(({ by }) => by === state.me)}
            disabled={!state.mayWrite}
            title={names}
            onClick={() => void actions.react(message, emoji)}
          >
            {emoji} <span class="mono">{given.length}</span>
            <span class="visually-hidden">{`by ${names}`}</span>
          </button>
        );
      })}
    </>
  );
}

function Text({ message }: { readonly message: Message }): JSX.Element {
  const { state } = useBoard();
  const me = nameOf(state.me);
  return (
    <>
      {messageParts(message.message).map(({ kind, text }, index) => {
        if (kind === "code") return <code key={index}>{text}</code>;
        if (kind === "block") return <code key={index} class="said-block" dir="ltr">{text}</code>;
        if (kind === "link") {
          return <a key={index} href={text} target="_blank" rel="noreferrer">{text}</a>;
        }
        if (kind === "text") return text;
        const name = text.slice(1);
        const mine = name === me || name === state.me;
        if (!state.data.value.agents.has(name)) {
          return <span key={index} class="mention" data-mine={mine ? "" : undefined}>{text}</span>;
        }
        return (
          <a key={index} class="mention" href={`/agents/${encodeURIComponent(name)}`}>{text}</a>
        );
      })}
    </>
  );
}

const pad = (n: number) => String(n).padStart(2, "0");

/** Hours and minutes where the reader is; the day before them when it was another. */
export function Clock({ iso }: { readonly iso: string }): JSX.Element {
  const at = new Date(iso);
  const day = `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
  const time = `${pad(at.getHours())}:${pad(at.getMinutes())}`;
  const today = useReading(iso, (now) => new Date(now).toDateString() === at.toDateString());
  return <time dateTime={iso} title={`${day} ${time}`}>{today ? time : `${day} ${time}`}</time>;
}
