/** Starts servers, kills them, plays the person who answers, and says when all runs have ended. */
import type { RunView } from "../../lib/engine/schema.ts";
import type { Receiver } from "./receiver.ts";
import type { ServerOptions } from "./protocol.ts";

export interface Server {
  readonly process: Deno.ChildProcess;
  /** Null when it died before it listened. */
  readonly url: string | null;
  readonly exited: Promise<Deno.CommandStatus>;
  readonly errors: () => string;
}

export async function startServer(options: ServerOptions): Promise<Server> {
  const process = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--no-check",
      new URL("./server.ts", import.meta.url).pathname,
      JSON.stringify(options),
    ],
    stdout: "piped",
    stderr: "piped",
    env: { MUSTER_DEFAULT_MODEL: "muster/offline" },
  }).spawn();
  let errors = "";
  const drained = process.stderr.pipeThrough(new TextDecoderStream()).pipeTo(
    new WritableStream({ write: (text) => void (errors += text) }),
  );
  const lines = process.stdout.pipeThrough(new TextDecoderStream());
  const reader = lines.getReader();
  let text = "";
  while (!text.includes("\n")) {
    const { done, value } = await reader.read();
    if (done) break;
    text += value;
  }
  void (async () => {
    while (!(await reader.read()).done);
  })();
  const exited = Promise.all([process.status, drained]).then(([status]) => status);
  return { process, url: /ready (\S+)/.exec(text)?.[1] ?? null, exited, errors: () => errors };
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

async function get<T>(url: string): Promise<T> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return await response.json();
}

interface OpenApproval {
  readonly id: string;
  readonly kind: string;
  readonly runId: string;
  readonly stepId?: string;
}

/** Answers all that waits. What an unknown outcome was is asked of the receiver, as a person would. */
export async function answerOpen(url: string, receiver: Receiver): Promise<number> {
  const { items } = await get<{ items: OpenApproval[] }>(
    `${url}/api/v1/approvals?status=open&limit=100`,
  );
  await Promise.all(items.map(async (approval) => {
    const body = approval.kind === "outcome_unknown"
      ? await decideUnknown(url, approval, receiver)
      : { decision: "approve" };
    const response = await fetch(`${url}/api/v1/approvals/${approval.id}/answer`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok && response.status !== 409) {
      throw new Error(`answering ${approval.id} gave ${response.status}: ${text}`);
    }
  }));
  return items.length;
}

async function decideUnknown(url: string, approval: OpenApproval, receiver: Receiver) {
  const { items } = await get<
    { items: { key: string; status: string; stepId: string; id: string }[] }
  >(
    `${url}/api/v1/runs/${approval.runId}/effects?limit=100`,
  );
  const unknown = items.filter((effect) =>
    effect.status === "outcome_unknown" && effect.stepId === approval.stepId
  );
  const happened = unknown.some((effect) =>
    receiver.received.some((item) =>
      item.kind === "tool" && item.key.includes(effect.stepId) && item.key.includes(effect.key)
    )
  );
  return happened
    ? { decision: "answer", value: "done", receipt: { receipt: "found at the receiver" } }
    : { decision: "answer", value: "retry" };
}

export interface Outcome {
  readonly views: RunView[];
  readonly events: RunEvent[][];
  readonly unknown: number;
  readonly killed: number;
  /** Commit numbers and what they held, when traced. */
  readonly trace: string[];
}

export interface RunEvent {
  readonly id: string;
  readonly type: string;
  readonly at: string;
  readonly [field: string]: unknown;
}

const FINAL = new Set(["completed", "failed", "canceled"]);

/** Brings all runs to their end through the given lives; each entry of `faults` is one life, the last is clean. */
export async function live(
  base: Omit<ServerOptions, "faults">,
  faults: readonly string[],
  receiver: Receiver,
  { killAfterMs, limitMs = 60_000 }: { killAfterMs?: () => number; limitMs?: number } = {},
): Promise<Outcome> {
  let killed = 0;
  const trace: string[] = [];
  const until = Date.now() + limitMs;
  for (let life = 0;; life++) {
    const last = life >= faults.length;
    const server = await startServer({ ...base, faults: last ? "" : faults[life]! });
    let dead = false;
    const exited = server.exited.then((status) => {
      dead = true;
      return status;
    });
    const timer = !last && killAfterMs
      ? setTimeout(() => server.process.kill("SIGKILL"), killAfterMs())
      : undefined;
    const pending = new Set(base.start);
    while (!dead && server.url && pending.size > 0) {
      if (Date.now() > until) {
        server.process.kill("SIGKILL");
        await exited;
        throw new Error(`not finished: ${[...pending].join(", ")}\n${server.errors()}`);
      }
      try {
        const answered = await answerOpen(server.url, receiver);
        for (const id of [...pending].slice(0, 8)) {
          const response = await fetch(`${server.url}/api/v1/runs/${id}`);
          const view = await response.json() as RunView;
          if (response.ok && FINAL.has(view.run.status)) pending.delete(id);
        }
        if (answered === 0 && pending.size > 0) await pause(8);
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
        await pause(2);
      }
    }
    clearTimeout(timer);
    const outcome = !dead && server.url ? await collectIfAlive(server.url, base.start) : null;
    if (outcome) {
      server.process.kill("SIGKILL");
      await exited;
      trace.push(...server.errors().split("\n").filter((line) => line.startsWith("commit ")));
      return { ...outcome, killed, trace };
    }
    const status = await exited;
    if (status.signal !== "SIGKILL") {
      throw new Error(`the server ended by itself (${status.code}):\n${server.errors()}`);
    }
    killed++;
  }
}

/** Null when the server was killed while it was asked. */
async function collectIfAlive(url: string, runs: readonly string[]) {
  try {
    return await collect(url, runs);
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

async function collect(
  url: string,
  runs: readonly string[],
): Promise<Omit<Outcome, "killed" | "trace">> {
  const views: RunView[] = [];
  const events: RunEvent[][] = [];
  let unknown = 0;
  for (const id of runs) {
    views.push(await get<RunView>(`${url}/api/v1/runs/${id}`));
    const all: RunEvent[] = [];
    let after = "";
    for (;;) {
      const page = await get<{ items: RunEvent[]; nextCursor: string | null }>(
        `${url}/api/v1/runs/${id}/events?format=json&limit=100${after && `&after=${after}`}`,
      );
      all.push(...page.items);
      if (page.items.length === 0) break;
      after = page.items.at(-1)!.id;
    }
    unknown += all.filter((event) => event.type === "effect.unknown").length;
    events.push(all);
  }
  return { views, events, unknown };
}
