/** The conversation: what was said, what is being said, and what waits for an answer. */
import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import type { Run, RunView } from "../../../lib/engine/schema.ts";
import type { Message } from "../../../lib/sessions/schema.ts";
import { Badge } from "../../../lib/ui/badge.tsx";
import { Button, IconButton } from "../../../lib/ui/button.tsx";
import { formatCount, formatDuration, formatMoney } from "../../../lib/ui/format.ts";
import { Notice } from "../../../lib/ui/states.tsx";
import { Activity } from "./Activity.tsx";
import { ApprovalCard } from "./ApprovalCard.tsx";
import { useChat } from "../context.ts";
import { CopyButton } from "./CopyButton.tsx";
import { Markdown } from "./Markdown.tsx";
import {
  answerText,
  type ChatState,
  isAnswering,
  isTerminal,
  openApprovals,
  type Outgoing,
} from "../state.ts";
import { workedMs } from "../figures.ts";
import { ClockTime } from "./ClockTime.tsx";

export function Messages(): JSX.Element {
  const { state } = useChat();
  const messages = state.messages.value;
  const answered = new Set(messages.filter((m) => m.role === "assistant").map((m) => m.runId));
  return (
    <>
      {messages.map((message) => (
        <Entry key={message.role === "assistant" ? message.runId ?? message.id : message.id}>
          {message.role === "assistant" ? <Answer message={message} /> : <Said message={message} />}
          {message.role === "user" && message.runId && !answered.has(message.runId) && (
            <Answer runId={message.runId} />
          )}
        </Entry>
      ))}
      {state.outgoing.value.map((item) => <Sending key={item.key} item={item} />)}
    </>
  );
}

const Entry = ({ children }: { children: ComponentChildren }) => <>{children}</>;

function Said({ message }: { message: Message }): JSX.Element {
  const { state, actions } = useChat();
  const queued = isQueued(state, message.runId);
  return (
    <article class="msg msg-user" aria-label="You">
      <header class="msg-meta">
        <h2>{message.role === "system" ? "System" : "You"}</h2>
        <ClockTime iso={message.createdAt} />
        {queued && <Badge>Queued</Badge>}
        {queued && (
          <Button
            size="s"
            variant="quiet"
            onClick={() => actions.takeBack(message.runId!)}
          >
            Take back
          </Button>
        )}
      </header>
      <SaidText text={message.content} />
    </article>
  );
}

/** In a tab of its own: what was not sent stays here. */
function SignIn(): JSX.Element {
  return (
    <>
      <a href="/sign-in" target="_blank">Sign in</a>, then try again
    </>
  );
}

const LONG_TEXT = 2_000;
const LONG_LINES = 24;

/** What a person wrote; a long paste shows its beginning, so that the conversation stays one. */
function SaidText({ text }: { text: string }): JSX.Element {
  const [open, setOpen] = useState(false);
  const start = beginning(text);
  return (
    <div class="msg-body" dir="auto">
      {open ? text : start}
      {start !== text && (
        <button
          type="button"
          class="link-button said-more"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          {open ? "Show less" : `Show all ${formatCount(text.length)} characters`}
        </button>
      )}
    </div>
  );
}

/** All of a text that is little longer than its beginning would be. */
function beginning(text: string): string {
  const lines = text.split("\n", LONG_LINES + 1);
  const start = lines.slice(0, LONG_LINES).join("\n").slice(0, LONG_TEXT).trimEnd();
  return text.length - start.length < LONG_TEXT / 4 ? text : `${start} …`;
}

function Sending({ item }: { item: Outgoing }): JSX.Element {
  const { actions } = useChat();
  return (
    <article class="msg msg-user" aria-label="You" aria-busy={item.problem ? undefined : "true"}>
      <header class="msg-meta">
        <h2>You</h2>
        <span>{item.problem ? "not sent" : "sending"}</span>
      </header>
      <SaidText text={item.content} />
      {item.problem && (
        <Notice
          tone="bad"
          actions={
            <>
              <Button
                size="s"
                icon="retry"
                onClick={() => actions.resend(item)}
              >
                Try again
              </Button>
              <Button
                size="s"
                variant="quiet"
                onClick={() =>
                  actions.discard(item)}
              >
                Discard
              </Button>
            </>
          }
        >
          <strong>{item.problem.title}.</strong>{" "}
          {item.problem.status === 401 ? <SignIn /> : item.problem.detail}
          {item.problem.status === 0 && "; this is sent when it is back"}
          {item.problem.errors?.map((field) => (
            <div key={field.path}>
              <code>{field.path}</code> {field.message}
            </div>
          ))}
        </Notice>
      )}
    </article>
  );
}

/** In the queue, and not taken out of it since. */
function isQueued(state: ChatState, runId: string | undefined): boolean {
  if (!runId || !state.session.value?.queuedRunIds.includes(runId)) return false;
  const run = state.view(runId).value?.run;
  return !run || !isTerminal(run);
}

/** The answer of a run: its message as stored, and its view as soon as that is there. */
function Answer(
  { message, runId = message?.runId }: { message?: Message; runId?: string },
): JSX.Element | null {
  const { state } = useChat();
  const view = runId ? state.view(runId).value : null;
  const queued = isQueued(state, runId);
  if (queued || (!view && !message)) return null;
  const text = view ? answerText(view) : message!.content;
  const working = view ? !isTerminal(view.run) : message!.status === "streaming";
  const approvals = view ? openApprovals(view) : [];
  return (
    <article class="msg" aria-label="Muster" aria-busy={working ? "true" : undefined}>
      <AnswerMeta message={message} view={view} working={working} />
      {text !== "" && (
        <div class="msg-body" dir="auto">
          <Markdown text={text} streaming={working && (!view || isAnswering(view))} />
        </div>
      )}
      {working && view && <Activity view={view} quiet={text !== ""} />}
      {approvals.map((approval) => (
        <ApprovalCard key={approval.id} approval={approval} view={view!} />
      ))}
      <Outcome view={view} message={message} />
      {!working && (
        <footer class="msg-actions">
          {text !== "" && <CopyButton text={text} label="Copy answer" />}
          {runId && <ShowRun runId={runId} />}
        </footer>
      )}
    </article>
  );
}

interface AnswerMetaProps {
  readonly message: Message | undefined;
  readonly view: RunView | null;
  readonly working: boolean;
}

function AnswerMeta({ message, view, working }: AnswerMetaProps): JSX.Element {
  const { state } = useChat();
  const model = view?.run.model ?? message?.model ?? lastModel(view);
  const cost = view?.run.costMicros ?? message?.costMicros;
  const decision = view?.covenant.decision;
  const facts = [
    model,
    view && !working ? formatDuration(workedMs(view, state.nowMs.peek())) : undefined,
    cost === undefined || (working && cost === 0) ? undefined : formatMoney(cost),
    decision && (decision.kind === "delegate" ? "delegated" : "direct"),
    view?.covenant.complexity && `complexity ${view.covenant.complexity.score.toFixed(2)}`,
  ].filter(Boolean);
  const demonstration = state.models.some((choice) => choice.id === model && choice.demonstration);
  return (
    <header class="msg-meta">
      <h2>Muster</h2>
      {demonstration && (
        <Badge tone="warn" title="The built-in demonstration model answered">Demonstration</Badge>
      )}
      <span class="msg-facts">{facts.join(" · ")}</span>
    </header>
  );
}

/** What worked on a run that came to no answer of a model, such as a dry run. */
function lastModel(view: RunView | null): string | undefined {
  return view?.steps.findLast((step) => step.model !== undefined)?.model;
}

function Outcome(
  { view, message }: { view: RunView | null; message: Message | undefined },
): JSX.Element | null {
  const { actions } = useChat();
  if (!view) {
    if (message?.status === "stopped") return <Stopped />;
    return message?.status === "failed" ? <Notice tone="bad">This run failed.</Notice> : null;
  }
  const { run, covenant } = view;
  if (run.status === "canceled") {
    return <Stopped />;
  }
  if (run.status === "paused") {
    return (
      <Notice
        tone="accent"
        actions={
          <Button size="s" icon="play" onClick={() => actions.command(run, "resume")}>
            Resume
          </Button>
        }
      >
        Paused. Nothing is called and nothing is spent until it resumes.
      </Notice>
    );
  }
  if (run.status === "failed") return <Failure run={run} />;
  if (run.status === "completed" && covenant.broken) {
    return (
      <Notice tone="warn">
        <strong>Terms not met: {covenant.broken.clause}.</strong> {covenant.broken.evidence}
      </Notice>
    );
  }
  return null;
}

function Stopped(): JSX.Element {
  return <p class="msg-note">Stopped. What was done until then is kept.</p>;
}

function Failure({ run }: { run: Run }): JSX.Element {
  const { actions } = useChat();
  // What a person refused did not go wrong.
  const refused = run.error?.code === "rejected";
  return (
    <Notice
      tone={refused ? "neutral" : "bad"}
      actions={
        <Button size="s" icon="retry" onClick={() => actions.retryRun(run)}>
          {refused ? "Ask again" : "Retry"}
        </Button>
      }
    >
      <strong>{run.error?.message ?? "The run failed"}</strong>
      {run.error && !refused && <code class="msg-code">{run.error.code}</code>}
    </Notice>
  );
}

function ShowRun({ runId }: { runId: string }): JSX.Element | null {
  const { state } = useChat();
  if (state.runIds.value.length < 2) return null;
  const shown = state.shownRunId.value === runId;
  return (
    <IconButton
      size="s"
      icon="tree"
      label={shown ? "Shown in the sidebar" : "Show this run"}
      aria-pressed={shown}
      onClick={() => state.chosenRunId.value = runId}
    />
  );
}
