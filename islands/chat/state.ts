/** What the chat knows: signals, and the readings of them that several parts need. No effects here. */
import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Run, RunView, Step } from "../../lib/engine/schema.ts";
import type { Approval } from "../../lib/governance/schema.ts";
import type { Message, Session } from "../../lib/sessions/schema.ts";
import type { Json } from "../../lib/kernel/core/json.ts";
import type { Problem } from "../_runtime/problem.ts";
import type { Terms } from "./composer/settings.ts";
import type { StreamState } from "../_runtime/sse.ts";

export interface ModelChoice {
  readonly id: string;
  readonly provider: string;
  readonly demonstration: boolean;
}

/** What the server renders the page from, and the island starts with. */
export interface ChatProps {
  readonly sessions: readonly Session[];
  readonly session: Session | null;
  readonly messages: readonly Message[];
  /** Where to follow the session's stream from. */
  readonly cursor: string;
  /** The run at work, else the latest. */
  readonly view: RunView | null;
  /** The default first. */
  readonly models: readonly ModelChoice[];
  readonly nowMs: number;
}

/** A message on its way to the server, or refused by it. */
export interface Outgoing {
  /** The idempotency key of every attempt to send it. */
  readonly key: string;
  readonly content: string;
  /** A message is sent again as it was sent first: the key stands for all of it. */
  readonly terms: Terms;
  readonly problem: Problem | null;
}

export interface ChatState {
  readonly sessions: Signal<readonly Session[]>;
  readonly session: Signal<Session | null>;
  readonly messages: Signal<readonly Message[]>;
  readonly outgoing: Signal<readonly Outgoing[]>;
  readonly models: readonly ModelChoice[];
  /** Cursor of the session's stream. */
  cursor: string;
  /** The run the sidebar shows when a person chose one; null: the latest. */
  readonly chosenRunId: Signal<string | null>;
  readonly stream: Signal<StreamState>;
  /** The page's clock in server time, ticking while something is at work. */
  readonly nowMs: Signal<number>;
  /** Runs that could not be loaded. */
  readonly runProblems: Signal<ReadonlyMap<string, Problem>>;
  readonly runIds: ReadonlySignal<readonly string[]>;
  readonly shownRunId: ReadonlySignal<string | null>;
  /** The run that is at work in this session, with its view once that is loaded. */
  readonly activeRunId: ReadonlySignal<string | null>;
  readonly demonstration: boolean;
  view(runId: string): Signal<RunView | null>;
}

export function createState(props: ChatProps): ChatState {
  const views = new Map<string, Signal<RunView | null>>();
  const view = (runId: string) => {
    let found = views.get(runId);
    if (!found) views.set(runId, found = signal<RunView | null>(null));
    return found;
  };
  if (props.view) view(props.view.run.id).value = props.view;
  const session = signal(props.session);
  const messages = signal(props.messages);
  const chosenRunId = signal<string | null>(null);
  const runIds = computed(() => runsOf(messages.value));
  const activeRunId = computed(() => {
    const { activeRunId: id, queuedRunIds = [] } = session.value ?? {};
    const works = (runId: string) => {
      const run = view(runId).value?.run;
      return run ? !isTerminal(run) : runId === id;
    };
    if (id && works(id)) return id;
    // An override lets a run of an idle session work again.
    return runIds.value.findLast((runId) => !queuedRunIds.includes(runId) && works(runId)) ?? null;
  });
  return {
    sessions: signal(props.sessions),
    session,
    messages,
    outgoing: signal([]),
    models: props.models,
    cursor: props.cursor,
    chosenRunId,
    stream: signal<StreamState>("connecting"),
    nowMs: signal(props.nowMs),
    runProblems: signal(new Map()),
    runIds,
    shownRunId: computed(() =>
      chosenRunId.value ?? activeRunId.value ?? lastStarted(runIds.value, session.value)
    ),
    activeRunId,
    demonstration: props.models[0]?.demonstration ?? false,
    view,
  };
}

function runsOf(messages: readonly Message[]): string[] {
  const ids = new Set<string>();
  for (const message of messages) if (message.runId) ids.add(message.runId);
  return [...ids];
}

function lastStarted(runIds: readonly string[], session: Session | null): string | null {
  return runIds.findLast((id) => !session?.queuedRunIds.includes(id)) ?? null;
}

/** The list with the message put in: by its id, or in place of another view of the same run's answer. */
export function withMessage(messages: readonly Message[], message: Message): Message[] {
  const same = (other: Message) =>
    other.id === message.id ||
    (message.role === "assistant" && other.role === "assistant" && !!message.runId &&
      other.runId === message.runId);
  const at = messages.findIndex(same);
  if (at < 0) return [...messages, message];
  return messages.map((other, index) => index === at ? message : other);
}

/** Nothing is heard from the server now. */
export function isCut(stream: StreamState): boolean {
  return stream === "reconnecting" || stream === "offline";
}

export function isTerminal(run: Pick<Run, "status">): boolean {
  return run.status === "completed" || run.status === "failed" || run.status === "canceled";
}

/** The text people read in an output: agents answer with a string, or with an object that holds one. */
export function outputText(output: Json | undefined): string {
  if (output === undefined || output === null) return "";
  if (typeof output === "string") return output;
  if (typeof output === "object" && !Array.isArray(output) && typeof output.text === "string") {
    return output.text;
  }
  return "```json\n" + JSON.stringify(output, null, 2) + "\n```";
}

/** The step whose streamed text is the answer, as far as one has begun. */
export function answerStep(view: RunView): Step | undefined {
  return view.steps.findLast((step) =>
    step.answer && step.status !== "superseded" && step.status !== "pending"
  );
}

export function answerText(view: RunView): string {
  if (view.run.output !== undefined) return outputText(view.run.output as Json);
  return answerStep(view)?.text ?? "";
}

/** The answer still grows: not while what is written is only being checked. */
export function isAnswering(view: RunView): boolean {
  return view.run.output === undefined && answerStep(view)?.status !== "completed";
}

export function openApprovals(view: RunView): Approval[] {
  return view.approvals.filter((approval) => approval.status === "open");
}
