/** A question a run waits with, answered in place. What was asked stays until the server has the answer. */
import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import type { RunView } from "../../../lib/engine/schema.ts";
import type { AnswerInput, Approval } from "../../../lib/governance/schema.ts";
import type { Json } from "../../../lib/kernel/core/json.ts";
import { Badge, type Tone } from "../../../lib/ui/badge.tsx";
import { Button } from "../../../lib/ui/button.tsx";
import { Field, Textarea } from "../../../lib/ui/field.tsx";
import { formatRelative } from "../../../lib/ui/format.ts";
import { Icon } from "../../../lib/ui/icons.tsx";
import { Notice } from "../../../lib/ui/states.tsx";
import { type Problem, toProblem } from "../../_runtime/problem.ts";
import { useChat } from "../context.ts";
import { CovenantDialog } from "../run/CovenantDialog.tsx";
import { formatTerms } from "../run/CovenantCard.tsx";
import { diffLines, readableLines } from "./json_lines.ts";
import { JsonForm } from "./JsonForm.tsx";

export interface ApprovalCardProps {
  readonly approval: Approval;
  readonly view: RunView;
}

/** Sends an answer; the card is busy meanwhile and shows what was wrong with it. */
interface Answering {
  readonly busy: boolean;
  readonly problem: Problem | null;
  readonly answer: (input: AnswerInput) => Promise<void>;
}

export function ApprovalCard({ approval, view }: ApprovalCardProps): JSX.Element {
  const answering = useAnswering(approval);
  const step = view.steps.find((one) => one.id === approval.stepId);
  return (
    <section class="ask" data-risk={approval.risk} aria-label={titles[approval.kind]}>
      <header class="ask-head">
        <Icon name="warning" />
        <h3>{titles[approval.kind]}</h3>
        {step && approval.kind !== "covenant" && <span class="ask-step">{step.title}</span>}
        {(approval.kind === "tool" || approval.kind === "outcome_unknown") && (
          <Badge tone={riskTones[approval.risk]}>{approval.risk} risk</Badge>
        )}
      </header>
      {/* Terms say their intent themselves. */}
      {approval.kind !== "covenant" && <p class="ask-question" dir="auto">{approval.question}</p>}
      <Expiry approval={approval} />
      <Body approval={approval} view={view} answering={answering} />
      {answering.problem && (
        <Notice tone="bad">
          <strong>{answering.problem.title}.</strong> {answering.problem.detail}
        </Notice>
      )}
    </section>
  );
}

const titles: Record<Approval["kind"], string> = {
  covenant: "Accept these terms?",
  tool: "May this be done?",
  question: "A question for you",
  outcome_unknown: "Did this happen?",
};

const riskTones: Record<Approval["risk"], Tone> = { low: "neutral", medium: "warn", high: "bad" };

function useAnswering(approval: Approval): Answering {
  const { actions } = useChat();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  async function answer(input: AnswerInput): Promise<void> {
    setBusy(true);
    setProblem(null);
    try {
      await actions.answer(approval, input);
    } catch (error) {
      setProblem(toProblem(error));
    } finally {
      setBusy(false);
    }
  }
  return { busy, problem, answer };
}

function Expiry({ approval }: { approval: Approval }): JSX.Element | null {
  const { state } = useChat();
  if (!approval.expiresAt) return null;
  const outcome = approval.onExpiry === "approve" ? "approved" : "rejected";
  return (
    <p class="ask-note">
      Expires {formatRelative(Date.parse(approval.expiresAt), state.nowMs.value)}, then counts as
      {" "}
      {outcome}.
    </p>
  );
}

interface BodyProps extends ApprovalCardProps {
  readonly answering: Answering;
}

function Body(props: BodyProps): JSX.Element {
  switch (props.approval.kind) {
    case "covenant":
      return <CovenantBody {...props} />;
    case "tool":
      return <ToolBody {...props} />;
    case "question":
      return <QuestionBody {...props} />;
    case "outcome_unknown":
      return <OutcomeBody {...props} />;
  }
}

function CovenantBody({ view, answering }: BodyProps): JSX.Element {
  const [editing, setEditing] = useState(false);
  return (
    <>
      <dl class="ask-terms">
        {formatTerms(view.covenant).map((term, index) => (
          <div key={index}>
            <dt>{term.name}</dt>
            <dd dir="auto">{term.text}</dd>
          </div>
        ))}
      </dl>
      <Decide
        answering={answering}
        approve="Accept terms"
        extra={<Button onClick={() => setEditing(true)}>Edit terms</Button>}
      />
      <CovenantDialog view={view} open={editing} onClose={() => setEditing(false)} />
    </>
  );
}

function ToolBody({ approval, answering }: BodyProps): JSX.Element {
  const args = (approval.args ?? null) as Json;
  const [draft, setDraft] = useState<string | null>(null);
  const edited = draft === null ? undefined : parseJson(draft);
  const changed = edited !== undefined && JSON.stringify(edited) !== JSON.stringify(args);
  const lines = readableLines(args);
  return (
    <>
      <Lines
        lead={approval.tool}
        lines={changed
          ? diffLines(lines, readableLines(edited))
          : lines.map((text) => ({ kind: "add", text }))}
      />
      {draft !== null && (
        <Field
          label="Arguments as JSON"
          error={edited === undefined ? "This is not JSON yet" : undefined}
        >
          {(control) => (
            <Textarea
              {...control}
              class="mono"
              rows={Math.min(16, draft.split("\n").length + 1)}
              spellcheck={false}
              value={draft}
              onInput={(event) => setDraft(event.currentTarget.value)}
            />
          )}
        </Field>
      )}
      <Decide
        answering={answering}
        approve={changed ? "Approve as edited" : "Approve"}
        disabled={draft !== null && edited === undefined}
        edits={changed ? edited : undefined}
        extra={approval.args === undefined ? undefined : (
          <Button
            aria-expanded={draft !== null}
            onClick={() => setDraft(draft === null ? JSON.stringify(args, null, 2) : null)}
          >
            {draft === null ? "Edit" : "Undo edits"}
          </Button>
        )}
      />
    </>
  );
}

function QuestionBody({ approval, answering }: BodyProps): JSX.Element {
  return (
    <>
      {approval.args !== undefined && (
        <Lines
          lines={readableLines(approval.args as Json).map((text) => ({ kind: "same", text }))}
        />
      )}
      <JsonForm
        schema={(approval.schema ?? null) as Json}
        busy={answering.busy}
        submit="Answer"
        onSubmit={(value) => answering.answer({ decision: "answer", value })}
        extra={<RejectButton answering={answering} label="Decline" />}
      />
    </>
  );
}

function OutcomeBody({ approval, answering }: BodyProps): JSX.Element {
  const [receipt, setReceipt] = useState<string | null>(null);
  const say = (value: string, more?: { receipt: Json }) =>
    answering.answer({ decision: "answer", value, ...more });
  return (
    <>
      {approval.args !== undefined && (
        <Lines
          lead={approval.tool}
          lines={readableLines(approval.args as Json).map((text) => ({ kind: "same", text }))}
        />
      )}
      <p class="ask-note">
        The process ended after this was begun and before its answer was recorded. Look at the
        receiving side, then say what is true: doing it again may do it twice.
      </p>
      {receipt !== null && (
        <Field
          label="What it answered"
          hint="Text or JSON; leave it empty when there is nothing to keep"
        >
          {(control) => (
            <Textarea
              {...control}
              rows={3}
              value={receipt}
              onInput={(e) => setReceipt(e.currentTarget.value)}
            />
          )}
        </Field>
      )}
      <div class="ask-row">
        {receipt === null
          ? (
            <Button variant="primary" busy={answering.busy} onClick={() => setReceipt("")}>
              It was done
            </Button>
          )
          : (
            <Button
              variant="primary"
              busy={answering.busy}
              onClick={() =>
                say(
                  "done",
                  receipt.trim() ? { receipt: parseJson(receipt) ?? receipt } : undefined,
                )}
            >
              Record as done
            </Button>
          )}
        <Button busy={answering.busy} onClick={() => say("failed")}>It was not done</Button>
        <Button variant="danger" busy={answering.busy} onClick={() => say("retry")}>
          Do it again
        </Button>
      </div>
    </>
  );
}

interface DecideProps {
  readonly answering: Answering;
  readonly approve: string;
  readonly edits?: Json | undefined;
  readonly disabled?: boolean;
  readonly extra?: ComponentChildren;
}

function Decide({ answering, approve, edits, disabled, extra }: DecideProps): JSX.Element {
  const input: AnswerInput = edits === undefined
    ? { decision: "approve" }
    : { decision: "approve", edits };
  return (
    <div class="ask-row">
      <Button
        variant="primary"
        busy={answering.busy}
        disabled={disabled}
        onClick={() => answering.answer(input)}
      >
        {approve}
      </Button>
      {extra}
      <RejectButton answering={answering} label="Reject" />
    </div>
  );
}

/** Asks for a reason first: it is what the agent goes on with. */
function RejectButton({ answering, label }: { answering: Answering; label: string }): JSX.Element {
  const [reason, setReason] = useState<string | null>(null);
  if (reason === null) {
    return <Button busy={answering.busy} onClick={() => setReason("")}>{label}</Button>;
  }
  const send = () =>
    answering.answer({ decision: "reject", ...(reason.trim() ? { reason: reason.trim() } : {}) });
  return (
    <form
      class="ask-reason"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <Field label="Reason" hideLabel>
        {(control) => (
          <input
            {...control}
            class="input"
            placeholder="Reason, if you like"
            value={reason}
            autofocus
            onInput={(event) => setReason(event.currentTarget.value)}
          />
        )}
      </Field>
      <Button type="submit" variant="danger" busy={answering.busy}>{label}</Button>
      <Button variant="quiet" onClick={() => setReason(null)}>Back</Button>
    </form>
  );
}

interface LinesProps {
  readonly lead?: string | undefined;
  readonly lines: readonly { readonly kind: "same" | "add" | "del"; readonly text: string }[];
}

const marks = { same: " ", add: "+", del: "−" } as const;

function Lines({ lead, lines }: LinesProps): JSX.Element {
  return (
    <div class="diff" tabIndex={0} role="group" aria-label="What is asked">
      {lead && (
        <div class="diff-line">
          <span class="diff-tool">{lead}</span>
        </div>
      )}
      {lines.map((line, index) => (
        <div key={index} class="diff-line" data-kind={line.kind}>
          <span class="diff-mark" aria-label={line.kind === "del" ? "removed" : undefined}>
            {marks[line.kind]}
          </span>
          {line.text}
        </div>
      ))}
    </div>
  );
}

function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
