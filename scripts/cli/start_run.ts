/** `muster run`: starts a run and shows it live; the answer goes to stdout, everything else to stderr. */
import { answerText, emptyView, foldRun } from "../../lib/engine/fold.ts";
import type { RunEvent } from "../../lib/engine/events.ts";
import type { Run, RunView } from "../../lib/engine/schema.ts";
import type { Command } from "../muster.ts";
import { CommandError } from "./client.ts";
import { treeLines } from "./tree.ts";

const ENDED = new Set(["completed", "failed", "canceled"]);
const REDRAW_MS = 80;

export async function startRun({ client, words, flag, on }: Command): Promise<number> {
  const intent = words.join(" ").trim();
  if (!intent) throw new CommandError('Say what you want: muster run "…"', 2);
  const budget = flag("budget");
  if (budget !== undefined && !/^\d+$/.test(budget)) {
    throw new CommandError(`--budget takes whole micro-dollars, not "${budget}"`, 2);
  }
  const covenant = {
    ...(flag("mode") && { mode: flag("mode") }),
    ...(budget && { budget: { costMicros: Number(budget) } }),
  };
  const { run } = await client.post<{ run: Run }>("/api/v1/runs", {
    intent,
    pattern: flag("pattern"),
    model: flag("model"),
    sessionId: flag("session"),
    ...(Object.keys(covenant).length > 0 && { covenant }),
  });
  if (on("detach")) {
    console.log(on("json") ? JSON.stringify({ run }) : run.id);
    return 0;
  }
  console.error(`${run.id}  ${client.url}/api/v1/runs/${run.id}`);
  const view = await follow(client, run.id, on("json") || !Deno.stderr.isTerminal());
  console.log(on("json") ? JSON.stringify(view) : answerText(view));
  if (view.run.error) console.error(`${view.run.error.message} (${view.run.error.code})`);
  return view.run.status === "completed" ? 0 : 1;
}

async function follow(client: Command["client"], runId: string, plain: boolean): Promise<RunView> {
  const screen = plain ? undefined : new Screen();
  let view = emptyView(runId);
  for await (const event of client.events(`/api/v1/runs/${runId}/events`, "")) {
    view = foldRun(view, event as unknown as RunEvent);
    if (screen) screen.draw(view);
    else tell(event);
    if (event.type === "approval.requested") askLine(event, screen);
    if (ENDED.has(view.run.status)) break;
  }
  screen?.end(view);
  return view;
}

/** Where nothing can be redrawn: one line per thing that happened, without the text as it streams. */
function tell(event: { type: string; [field: string]: unknown }): void {
  if (/\.(?:delta|progress|intended|done)$/.test(event.type)) return;
  const step = event.step as { title?: string } | undefined;
  const error = event.error as { message?: string } | undefined;
  const what = step?.title ?? event.text ?? error?.message ?? event.stepId ?? "";
  console.error(`${event.type}  ${String(what).slice(0, 200)}`.trim());
}

function askLine(event: { [field: string]: unknown }, screen: Screen | undefined): void {
  const approval = event.approval as { id: string; question: string };
  screen?.clear();
  console.error(`${approval.question}\n  deno task muster approve ${approval.id}`);
}

/** Redraws the tree in place, not more often than the eye follows. */
class Screen {
  #lines = 0;
  #drawnAt = 0;

  draw(view: RunView): void {
    const now = performance.now();
    if (now - this.#drawnAt < REDRAW_MS) return;
    this.#drawnAt = now;
    this.#write(view);
  }

  end(view: RunView): void {
    this.#write(view);
    console.error("");
  }

  clear(): void {
    if (this.#lines > 0) {
      Deno.stderr.writeSync(new TextEncoder().encode(`\x1b[${this.#lines}A\x1b[J`));
    }
    this.#lines = 0;
  }

  #write(view: RunView): void {
    const { columns, rows } = Deno.consoleSize();
    const lines = treeLines(view, { color: true, width: columns - 1, height: rows - 2 });
    this.clear();
    Deno.stderr.writeSync(new TextEncoder().encode(`${lines.join("\n")}\n`));
    this.#lines = lines.length;
  }
}
