/** Which tasks are looked at: kept in the address, so that a view can be shared. Pure. */
import type { Task } from "../../lib/coordination/tasks/schema.ts";

export interface Filter {
  readonly q: string;
  /** An agent's id, or `UNASSIGNED`. */
  readonly agent: string;
  readonly priority: string;
  readonly tag: string;
}

/** No agent's id: an id has no space. */
export const UNASSIGNED = "no one";
export const NO_FILTER: Filter = { q: "", agent: "", priority: "", tag: "" };

const names = ["q", "agent", "priority", "tag"] as const;

export function readFilter(params: URLSearchParams): Filter {
  const filter = { ...NO_FILTER };
  for (const name of names) filter[name] = (params.get(name) ?? "").trim().slice(0, 200);
  return filter;
}

/** The filter into an address that may hold more than it. */
export function writeFilter(params: URLSearchParams, filter: Filter): void {
  for (const name of names) {
    if (filter[name]) params.set(name, filter[name]);
    else params.delete(name);
  }
}

export function isFiltered(filter: Filter): boolean {
  return names.some((name) => filter[name] !== "");
}

/** Every word of the text must be found in the title, a tag, a file, the assignee or the id. */
export function taskMatches(task: Task, filter: Filter): boolean {
  if (filter.priority && task.priority !== filter.priority) return false;
  if (filter.tag && !task.tags.includes(filter.tag)) return false;
  if (
    filter.agent === UNASSIGNED ? task.assignee : filter.agent && task.assignee !== filter.agent
  ) {
    return false;
  }
  if (!filter.q) return true;
  const text = [task.title, task.description ?? "", task.assignee ?? "", task.id]
    .concat(task.tags, task.files)
    .join("\n").toLocaleLowerCase();
  return filter.q.toLocaleLowerCase().split(/\s+/).every((word) => text.includes(word));
}
