/** Asks for the hint that helps a stuck agent on; it reaches the agent's next step and its inbox. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Escalation } from "../../../lib/coordination/traces/schema.ts";
import { Button } from "../../../lib/ui/button.tsx";
import { Dialog } from "../../../lib/ui/dialog.tsx";
import { Field, Textarea } from "../../../lib/ui/field.tsx";

export interface ResolveDialogProps {
  /** Null: closed. */
  readonly escalation: Escalation | null;
  readonly onClose: () => void;
  /** True when it was resolved. */
  readonly onResolve: (hint: string) => Promise<boolean>;
}

export function ResolveDialog(props: ResolveDialogProps): JSX.Element {
  const { escalation, onClose, onResolve } = props;
  const [hint, setHint] = useState("");
  const [busy, setBusy] = useState(false);
  useEffect(() => setHint(""), [escalation?.id]);
  async function resolve(): Promise<void> {
    if (busy) return;
    setBusy(true);
    if (await onResolve(hint.trim())) onClose();
    setBusy(false);
  }
  return (
    <Dialog
      open={escalation !== null}
      onClose={onClose}
      title={`Help ${escalation?.agentId ?? ""} on`}
      description={escalation?.triggers.map((trigger) => trigger.reason).join(" · ")}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" busy={busy} onClick={resolve}>Mark resolved</Button>
        </>
      }
    >
      <Field label="Hint for the agent" hint="Kept with the escalation; may be left empty">
        {(control) => (
          <Textarea
            {...control}
            autofocus
            grow
            value={hint}
            onInput={(event) => setHint(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void resolve();
            }}
          />
        )}
      </Field>
    </Dialog>
  );
}
