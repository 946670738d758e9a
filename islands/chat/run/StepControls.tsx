/** What may be done with a step now. Each asks first, because later work is taken back or repeated. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { RunView, Step } from "../../../lib/engine/schema.ts";
import type { Json } from "../../../lib/kernel/core/json.ts";
import { Button } from "../../../lib/ui/button.tsx";
import { Dialog } from "../../../lib/ui/dialog.tsx";
import { Field, Input, Textarea } from "../../../lib/ui/field.tsx";
import { Notice } from "../../../lib/ui/states.tsx";
import { type Problem, toProblem } from "../../_runtime/problem.ts";
import { useChat } from "../context.ts";
import { isTerminal } from "../state.ts";

type Deed = "override" | "rewind" | "fork";

interface DeedText {
  readonly title: string;
  readonly text: string;
  readonly confirm: string;
}

const texts: Record<Deed, DeedText> = {
  override: {
    title: "Override the output",
    text: "The run goes on with your text instead. Later work that used the old one is done again.",
    confirm: "Override",
  },
  rewind: {
    title: "Rewind to this step",
    text:
      "The run works again from here. What came after is kept in its history and no longer counts.",
    confirm: "Rewind",
  },
  fork: {
    title: "Fork from this step",
    text: "A new run starts with everything recorded before this step; this run stays as it is.",
    confirm: "Fork",
  },
};

export function StepControls({ step, view }: { step: Step; view: RunView }): JSX.Element | null {
  const { actions } = useChat();
  const [deed, setDeed] = useState<Deed | null>(null);
  const ended = step.status === "completed" || step.status === "failed" ||
    step.status === "canceled";
  if (!ended) return null;
  return (
    <div class="detail-controls">
      {step.status === "failed" && (
        <Button
          size="s"
          icon="retry"
          onClick={() => actions.retryStep(step)}
        >
          Retry
        </Button>
      )}
      {step.parentId !== undefined && (
        <Button
          size="s"
          icon="edit"
          onClick={() => setDeed("override")}
        >
          Override
        </Button>
      )}
      {!isTerminal(view.run) && (
        <Button size="s" icon="rewind" onClick={() => setDeed("rewind")}>Rewind</Button>
      )}
      <Button size="s" icon="branch" onClick={() => setDeed("fork")}>Fork</Button>
      <DeedDialog step={step} deed={deed} onClose={() => setDeed(null)} />
    </div>
  );
}

interface DeedDialogProps {
  readonly step: Step;
  readonly deed: Deed | null;
  readonly onClose: () => void;
}

function DeedDialog({ step, deed, onClose }: DeedDialogProps): JSX.Element {
  const [reason, setReason] = useState("");
  const [output, setOutput] = useState<string | null>(null);
  const { busy, problem, perform } = useDeed(step, onClose);
  const shown = output ?? editable(step.output as Json | undefined);
  const text = deed && texts[deed];
  return (
    <Dialog
      open={deed !== null}
      onClose={onClose}
      title={text?.title ?? ""}
      description={text?.text}
    >
      <form
        class="terms"
        onSubmit={(event) => {
          event.preventDefault();
          if (deed) void perform(deed, reason, shown);
        }}
      >
        {deed === "override" && (
          <Field label="Output">
            {(control) => (
              <Textarea
                {...control}
                rows={8}
                value={shown}
                onInput={(event) => setOutput(event.currentTarget.value)}
              />
            )}
          </Field>
        )}
        <Field label="Reason" hint="Kept in the run's log">
          {(control) => (
            <Input
              {...control}
              value={reason}
              onInput={(event) => setReason(event.currentTarget.value)}
            />
          )}
        </Field>
        {problem && (
          <Notice tone="bad">
            <strong>{problem.title}.</strong> {problem.detail}
          </Notice>
        )}
        <div class="terms-actions">
          <Button onClick={onClose}>Keep as is</Button>
          <Button type="submit" variant="primary" busy={busy}>{text?.confirm ?? ""}</Button>
        </div>
      </form>
    </Dialog>
  );
}

function useDeed(step: Step, onDone: () => void) {
  const { state, actions } = useChat();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  async function perform(deed: Deed, reason: string, output: string): Promise<void> {
    setBusy(true);
    setProblem(null);
    try {
      if (deed === "override") {
        await actions.override(step, parsed(output, step.output as Json | undefined), reason);
      } else if (deed === "rewind") await actions.rewind(step, reason);
      else {
        const { run } = await actions.fork(step, reason);
        state.chosenRunId.value = run.id;
      }
      onDone();
    } catch (error) {
      setProblem(toProblem(error));
    } finally {
      setBusy(false);
    }
  }
  return { busy, problem, perform };
}

function editable(output: Json | undefined): string {
  return typeof output === "string" ? output : JSON.stringify(output ?? "", null, 2);
}

/** Text stays text; what was JSON before is JSON again when it reads as such. */
function parsed(text: string, before: Json | undefined): Json {
  if (typeof before === "string" || before === undefined) return text;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
