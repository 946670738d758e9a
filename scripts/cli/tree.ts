/** A run as lines of text. Pure. */
import type { RunView, Step, StepStatus } from "../../lib/engine/schema.ts";
import { formatMoney } from "../../lib/ui/format.ts";

export interface TreeOptions {
  readonly color: boolean;
  readonly width: number;
  /** Lines at most; what is done is left out first. */
  readonly height: number;
}

const GLYPH: Readonly<Record<StepStatus, string>> = {
  pending: "·",
  queued: "·",
  running: "▸",
  waiting: "…",
  completed: "✓",
  failed: "✗",
  canceled: "–",
  superseded: "–",
};
const COLOR: Readonly<Record<StepStatus, number>> = {
  pending: 2,
  queued: 2,
  running: 36,
  waiting: 33,
  completed: 32,
  failed: 31,
  canceled: 2,
  superseded: 2,
};

export function treeLines(view: RunView, options: TreeOptions): string[] {
  const { run, covenant } = view;
  const limit = covenant.budget.costMicros;
  const cost = formatMoney(run.costMicros) +
    (limit === undefined ? "" : ` of ${formatMoney(limit)}`);
  const head = `${run.status}  ${Math.round(run.progress)} %  ${cost}`;
  const rows = stepRows(view.steps);
  const room = Math.max(3, options.height - 2);
  const shown = rows.length <= room
    ? rows
    : rows.filter(({ step }) => !isOver(step)).slice(0, room);
  const hidden = rows.length - shown.length;
  return [
    fit(head, options.width),
    ...shown.map(({ step, depth }) => stepLine(step, depth, options)),
    ...(hidden > 0 ? [fit(`  ${hidden} more steps`, options.width)] : []),
  ];
}

const isOver = (step: Step) =>
  step.status === "completed" || step.status === "canceled" || step.status === "superseded";

function stepRows(steps: readonly Step[]): { step: Step; depth: number }[] {
  const children = new Map<string | undefined, Step[]>();
  const known = new Set(steps.map((step) => step.id));
  for (const step of steps) {
    if (step.status === "superseded") continue;
    const parent = step.parentId !== undefined && known.has(step.parentId)
      ? step.parentId
      : undefined;
    children.set(parent, [...children.get(parent) ?? [], step]);
  }
  const rows: { step: Step; depth: number }[] = [];
  const visit = (parent: string | undefined, depth: number) => {
    for (const step of children.get(parent) ?? []) {
      rows.push({ step, depth });
      visit(step.id, depth + 1);
    }
  };
  visit(undefined, 0);
  return rows;
}

function stepLine(step: Step, depth: number, { color, width }: TreeOptions): string {
  const doing = step.status === "running"
    ? step.actions.at(-1)?.text ?? step.thoughts.at(-1)?.text
    : "";
  const figures = step.costMicros > 0 ? `  ${formatMoney(step.costMicros)}` : "";
  const tail = step.error ? `  ${step.error.message}` : doing ? `  ${doing}` : "";
  const retry = step.attempt > 1 ? ` (attempt ${step.attempt})` : "";
  const glyph = GLYPH[step.status];
  const indent = "  ".repeat(depth + 1);
  const line = fit(`${indent}${glyph} ${step.title}${retry}${figures}${tail}`, width);
  return color ? line.replace(glyph, `\x1b[${COLOR[step.status]}m${glyph}\x1b[0m`) : line;
}

function fit(line: string, width: number): string {
  const flat = line.replace(/\s*\n\s*/g, " ");
  const characters = [...flat];
  return characters.length <= width ? flat : `${characters.slice(0, width - 1).join("")}…`;
}
