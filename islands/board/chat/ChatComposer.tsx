/** The field to speak in: Enter sends, Shift+Enter breaks, @ offers names. */
import type { JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { IconButton } from "../../../lib/ui/button.tsx";
import { useUid } from "../../../lib/ui/uid.ts";
import { useBoard } from "../context.ts";
import { completeMention, mentionAt, type OpenMention, rankNames } from "./message_parts.ts";

const EVERYBODY = ["all", "team", "everyone"];
const NAMES = 6;

// deno-lint-ignore muster/function-size -- one form and what sends it
export function ChatComposer({ threadId }: { readonly threadId?: string }): JSX.Element {
  const { state, actions } = useBoard();
  const id = useUid();
  const field = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const mention = useMention(field, text, setText);

  async function send(): Promise<void> {
    if (busy || !text.trim()) return;
    setBusy(true);
    if (await actions.say(text, threadId)) setText("");
    setBusy(false);
    field.current?.focus();
  }
  function onKeyDown(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (mention.onKey(event)) return event.preventDefault();
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      void send();
    } else if (event.key === "Escape" && threadId) state.thread.value = null;
  }
  return (
    <form
      class="chat-composer"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      {mention.names.length > 0 && (
        <ul class="mention-list" role="listbox" id={`${id}-names`} aria-label="Who">
          {mention.names.map((name, index) => (
            <li
              key={name}
              id={`${id}-name-${index}`}
              role="option"
              aria-selected={index === mention.at}
              // Before the field loses the focus.
              onPointerDown={(event) => {
                event.preventDefault();
                mention.take(name);
              }}
            >
              @{name}
            </li>
          ))}
        </ul>
      )}
      <textarea
        ref={field}
        class="input textarea textarea-grow"
        rows={1}
        value={text}
        maxLength={10_000}
        placeholder={threadId ? "Reply" : "Message everyone, @name one"}
        aria-label={threadId ? "Reply in this thread" : "Message the group"}
        aria-autocomplete="list"
        aria-haspopup="listbox"
        aria-controls={mention.names.length > 0 ? `${id}-names` : undefined}
        aria-activedescendant={mention.names.length > 0 ? `${id}-name-${mention.at}` : undefined}
        dir="auto"
        onInput={(event) => {
          setText(event.currentTarget.value);
          mention.look();
        }}
        onClick={mention.look}
        onBlur={mention.close}
        onKeyDown={onKeyDown}
      />
      <IconButton
        icon="send"
        label="Send"
        tooltip="none"
        type="submit"
        variant={text.trim() ? "primary" : "quiet"}
        busy={busy}
      />
    </form>
  );
}

interface Mention {
  readonly names: readonly string[];
  readonly at: number;
  readonly look: () => void;
  readonly close: () => void;
  readonly take: (name: string) => void;
  /** True when the key was for the list of names. */
  readonly onKey: (event: KeyboardEvent) => boolean;
}

function useMention(
  field: { readonly current: HTMLTextAreaElement | null },
  text: string,
  setText: (text: string) => void,
): Mention {
  const { state } = useBoard();
  const [open, setOpen] = useState<OpenMention | null>(null);
  const [at, setAt] = useState(0);
  const caret = useRef<number | null>(null);
  useLayoutEffect(() => {
    if (caret.current === null) return;
    field.current?.setSelectionRange(caret.current, caret.current);
    caret.current = null;
  }, [text]);
  const names = open
    ? rankNames([...state.data.value.agents.keys(), ...EVERYBODY], open.query, NAMES)
    : [];

  function take(name: string): void {
    if (!open || !field.current) return;
    const done = completeMention(text, open, field.current.selectionStart, name);
    caret.current = done.caret;
    setText(done.text);
    setOpen(null);
  }
  function onKey(event: KeyboardEvent): boolean {
    if (names.length === 0) return false;
    if (event.key === "ArrowDown") setAt((at + 1) % names.length);
    else if (event.key === "ArrowUp") setAt((at - 1 + names.length) % names.length);
    else if (event.key === "Enter" || event.key === "Tab") take(names[at]!);
    else if (event.key === "Escape") {
      setOpen(null);
      event.stopPropagation();
    } else return false;
    return true;
  }
  return {
    names,
    at: Math.min(at, names.length - 1),
    close: () => setOpen(null),
    look: () => {
      const { value, selectionStart } = field.current!;
      setOpen(mentionAt(value, selectionStart));
      setAt(0);
    },
    take,
    onKey,
  };
}
