/**
 * Keeps the chat in step with the server. One stream at a time, because browsers allow six connections
 * per origin: the run's while it is at work (messages queued behind it are told there too), else the
 * session's. What arrives is folded once per frame, so that a fast stream costs one rendering a frame.
 */
import { batch, effect } from "@preact/signals";
import { foldEvents } from "../../lib/engine/fold.ts";
import type { Message, Session } from "../../lib/sessions/schema.ts";
import { api } from "../_runtime/api.ts";
import { type Problem, toProblem } from "../_runtime/problem.ts";
import { type Follower, followStream, type StreamEvent } from "../_runtime/sse.ts";
import { type ChatState, isCut, isTerminal, withMessage } from "./state.ts";

type RunEvent = Parameters<typeof foldEvents>[1][number];

/** An idle session in a hidden tab gives its connection back after this long. */
const HIDDEN_MS = 60_000;
const TICK_MS = 200;

/** Starts following; returns what stops it. */
export function goLive(state: ChatState): () => void {
  const live = new Live(state);
  return () => live.stop();
}

class Live {
  #state: ChatState;
  #follower: Follower | undefined;
  #following = "";
  #queue: StreamEvent[] = [];
  #frame: (() => void) | undefined;
  #hiddenTimer: ReturnType<typeof setTimeout> | undefined;
  #resting = false;
  #skewMs: number;
  #stops: (() => void)[] = [];

  constructor(state: ChatState) {
    this.#state = state;
    this.#skewMs = state.nowMs.peek() - Date.now();
    this.#stops.push(
      effect(() => this.#choose()),
      effect(() => this.#loadShown()),
      effect(() => this.#loadUnanswered()),
      this.#keepTime(),
    );
    const onVisible = () => this.#onVisibility();
    document.addEventListener("visibilitychange", onVisible);
    this.#stops.push(() => document.removeEventListener("visibilitychange", onVisible));
  }

  stop(): void {
    for (const stop of this.#stops) stop();
    clearTimeout(this.#hiddenTimer);
    this.#follower?.close();
    this.#frame?.();
  }

  #choose(): void {
    const session = this.#state.session.value;
    const runId = this.#state.activeRunId.value ?? this.#chosenAtWork();
    if (!session) return this.#follow("");
    if (!runId) return this.#follow(`session:${session.id}`);
    const view = this.#state.view(runId).value;
    if (view) return this.#follow(`run:${runId}`);
    void loadRun(this.#state, runId);
  }

  /** A fork is looked at, no part of the conversation. */
  #chosenAtWork(): string | null {
    const id = this.#state.chosenRunId.value;
    const view = id && this.#state.view(id).value;
    return view && !isTerminal(view.run) ? id : null;
  }

  #loadShown(): void {
    const id = this.#state.shownRunId.value;
    if (id && !this.#state.view(id).peek() && !this.#state.runProblems.peek().has(id)) {
      void loadRun(this.#state, id);
    }
  }

  /** A short run may begin and end between two frames: nobody followed it, so its view is asked for. */
  #loadUnanswered(): void {
    const queued = this.#state.session.value?.queuedRunIds ?? [];
    const messages = this.#state.messages.value;
    const answered = new Set(
      messages.filter((m) => m.role === "assistant" && m.status !== "streaming").map((m) =>
        m.runId
      ),
    );
    for (const id of this.#state.runIds.value) {
      if (answered.has(id) || queued.includes(id) || this.#state.runProblems.peek().has(id)) {
        continue;
      }
      if (!this.#state.view(id).peek()) void loadRun(this.#state, id);
    }
  }

  #follow(target: string): void {
    if (target === this.#following) return;
    this.#flush();
    this.#follower?.close();
    this.#follower = undefined;
    this.#following = target;
    const [kind, id] = target.split(":");
    if (!id || this.#resting) return;
    this.#follower = kind === "run" ? this.#followRun(id) : this.#followSession(id);
  }

  #followRun(id: string): Follower {
    return followStream({
      url: `/api/v1/runs/${encodeURIComponent(id)}/events`,
      after: this.#state.view(id).peek()?.cursor,
      onEvent: (event) => this.#enqueue(event),
      onState: (now) => now !== "closed" && (this.#state.stream.value = now),
      onReset: async () => (await reloadRun(this.#state, id)).cursor,
      onRefused: (problem) => this.#refused(problem),
    });
  }

  #followSession(id: string): Follower {
    return followStream({
      url: `/api/v1/sessions/${encodeURIComponent(id)}/events`,
      after: this.#state.cursor,
      onEvent: (event) => this.#enqueue(event),
      onState: (now) => now !== "closed" && (this.#state.stream.value = now),
      onReset: () => reloadSession(this.#state, id),
      onRefused: (problem) => this.#refused(problem),
    });
  }

  #refused(problem: Problem): void {
    this.#state.stream.value = "closed";
    const id = this.#state.activeRunId.peek();
    if (id) setRunProblem(this.#state, id, problem);
  }

  #enqueue(event: StreamEvent): void {
    this.#queue.push(event);
    if (this.#frame) return;
    // A hidden tab draws no frames, but its title still tells that something waits.
    if (document.hidden) {
      const timer = setTimeout(() => this.#flush(), TICK_MS);
      this.#frame = () => clearTimeout(timer);
    } else {
      const frame = requestAnimationFrame(() => this.#flush());
      this.#frame = () => cancelAnimationFrame(frame);
    }
  }

  #flush(): void {
    this.#frame?.();
    this.#frame = undefined;
    const events = this.#queue;
    if (events.length === 0) return;
    this.#queue = [];
    batch(() => this.#apply(events));
  }

  #apply(events: readonly StreamEvent[]): void {
    const [kind, id] = this.#following.split(":");
    for (const event of events) this.#applyToSession(event, kind === "session");
    if (kind !== "run" || !id) return;
    const view = this.#state.view(id);
    const before = view.peek();
    if (!before) return;
    view.value = foldEvents(before, events.map((event) => event.data as RunEvent));
  }

  #applyToSession(event: StreamEvent, own: boolean): void {
    const state = this.#state;
    const data = event.data as { at?: string; message?: Message; session?: Session };
    if (own) state.cursor = event.id;
    if (data.at) this.#skewMs = Math.max(this.#skewMs, Date.parse(data.at) - Date.now());
    if (event.type === "message.created" && data.message?.sessionId === state.session.peek()?.id) {
      state.messages.value = withMessage(state.messages.peek(), data.message!);
      if (data.message!.truncated) {
        void reloadSession(state, data.message!.sessionId).catch(() => {});
      }
    } else if (event.type === "session.updated" && data.session) {
      putSession(state, data.session);
    }
  }

  #keepTime(): () => void {
    const tick = () => {
      if (!document.hidden) this.#state.nowMs.value = Date.now() + this.#skewMs;
    };
    let timer: ReturnType<typeof setInterval> | undefined;
    const stop = effect(() => {
      clearInterval(timer);
      // What is not heard of is not counted on: a clock that runs on would claim that work does.
      if (isCut(this.#state.stream.value)) return;
      timer = this.#state.activeRunId.value ?? this.#chosenAtWork()
        ? setInterval(tick, TICK_MS)
        : undefined;
      tick();
    });
    return () => {
      stop();
      clearInterval(timer);
    };
  }

  #onVisibility(): void {
    clearTimeout(this.#hiddenTimer);
    if (document.hidden) {
      this.#hiddenTimer = setTimeout(() => this.#rest(), HIDDEN_MS);
      return;
    }
    this.#state.nowMs.value = Date.now() + this.#skewMs;
    if (!this.#resting) return;
    this.#resting = false;
    this.#following = "";
    this.#choose();
  }

  #rest(): void {
    if (!this.#following.startsWith("session:")) return;
    this.#resting = true;
    this.#follower?.close();
    this.#follower = undefined;
  }
}

/** The session in the page and in the list, newest first. */
export function putSession(state: ChatState, session: Session): void {
  if (state.session.peek()?.id === session.id) state.session.value = session;
  const others = state.sessions.peek().filter((other) => other.id !== session.id);
  state.sessions.value = [session, ...others].sort((a, b) => b.updatedAt < a.updatedAt ? -1 : 1);
}

const loading = new Set<string>();

/** Loads a run's view; a failure is kept beside it, to be shown with a way to try again. */
export async function loadRun(state: ChatState, id: string): Promise<void> {
  if (loading.has(id)) return;
  loading.add(id);
  try {
    await reloadRun(state, id);
  } catch (error) {
    setRunProblem(state, id, toProblem(error));
  } finally {
    loading.delete(id);
  }
}

async function reloadRun(state: ChatState, id: string) {
  const view = await api.run(id);
  batch(() => {
    setRunProblem(state, id, null);
    state.view(id).value = view;
  });
  return view;
}

function setRunProblem(state: ChatState, id: string, problem: Problem | null): void {
  const problems = new Map(state.runProblems.peek());
  if (problem) problems.set(id, problem);
  else if (!problems.delete(id)) return;
  state.runProblems.value = problems;
}

/** Reads session and messages anew; answers with the cursor to follow from. */
export async function reloadSession(state: ChatState, id: string): Promise<string> {
  const [{ session }, messages] = await Promise.all([api.session(id), api.messages(id)]);
  batch(() => {
    putSession(state, session);
    state.messages.value = messages.items;
    state.cursor = messages.cursor || state.cursor;
  });
  return state.cursor;
}
