/** Where a person writes: one field, the terms of the next message, and the way to stop. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Run } from "../../../lib/engine/schema.ts";
import { Kbd } from "../../../lib/ui/badge.tsx";
import { Button } from "../../../lib/ui/button.tsx";
import { useChat } from "../context.ts";
import { defaultTerms, keepTerms, readTerms, type Terms } from "./settings.ts";
import { TermsBar } from "./TermsBar.tsx";
import { useDraft } from "./use_draft.ts";

const MOST_CHARACTERS = 100_000;

export function Composer(): JSX.Element {
  const { state, actions } = useChat();
  const [terms, setTerms] = useState<Terms>(defaultTerms);
  const draft = useDraft(state);
  const session = state.session.value;
  const runId = state.activeRunId.value;
  const run = runId ? state.view(runId).value?.run : undefined;
  useEffect(() => setTerms(readTerms(state.models.map((model) => model.id))), []);

  function send(): void {
    const text = draft.take();
    if (text !== null) void actions.send(text, terms);
  }
  async function steer(): Promise<void> {
    const text = draft.take();
    if (text !== null && run && !await actions.steer(run, text)) draft.put(text);
  }
  function onKeyDown(event: KeyboardEvent): void {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    if (run && (event.ctrlKey || event.metaKey)) void steer();
    else send();
  }

  return (
    <form
      class="composer"
      method="post"
      action={session ? `/sessions/${session.id}` : "/"}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <label class="visually-hidden" for="composer-text">Message</label>
      <textarea
        ref={draft.field}
        id="composer-text"
        name="content"
        class="composer-text"
        rows={1}
        required
        maxLength={MOST_CHARACTERS}
        placeholder={run
          ? "Ask what comes next, or steer this run"
          : "Say what you want and on what terms"}
        dir="auto"
        enterkeyhint="send"
        onInput={draft.onInput}
        onPaste={draft.onPaste}
        onKeyDown={onKeyDown}
      />
      <div class="composer-row">
        <TermsBar
          terms={terms}
          models={state.models}
          onChange={(next) => {
            setTerms(next);
            keepTerms(next);
          }}
        />
        <span class="composer-space" />
        <SendButtons run={run} empty={draft.empty} onSteer={steer} />
      </div>
    </form>
  );
}

interface SendButtonsProps {
  readonly run: Run | undefined;
  readonly empty: boolean;
  readonly onSteer: () => void;
}

/** With nothing written, what a person may want of a run at work is to stop it. */
function SendButtons({ run, empty, onSteer }: SendButtonsProps): JSX.Element {
  const { actions } = useChat();
  if (run && empty) {
    return <Button icon="stop" onClick={() => actions.command(run, "cancel")}>Stop</Button>;
  }
  return (
    <>
      {run && (
        <Button onClick={onSteer} title="Give this to the agents at work (Ctrl Enter)">
          Steer
        </Button>
      )}
      <span class="composer-hint" aria-hidden="true">
        <Kbd>Enter</Kbd>
      </span>
      <Button type="submit" variant="primary">{run ? "Queue" : "Send"}</Button>
    </>
  );
}
