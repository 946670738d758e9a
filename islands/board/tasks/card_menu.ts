/** What can be done with a card without opening it: the way to move one on a phone. */
import type { Priority } from "../../../lib/coordination/schema.ts";
import type { Task } from "../../../lib/coordination/tasks/schema.ts";
import type { MenuItem } from "../../../lib/ui/menu.tsx";
import { toast } from "../../../lib/ui/toast.tsx";
import type { Board } from "../context.ts";
import { STATUS_NAMES, STATUSES } from "../columns.ts";

const PRIORITIES: readonly Priority[] = ["urgent", "high", "medium", "low"];

export function cardMenu({ state, actions }: Board, task: Task): MenuItem[] {
  const mine = task.assignee === state.me;
  return [
    { id: "open", label: "Open", icon: "external", onSelect: () => state.openTask.value = task.id },
    ...STATUSES.filter((status) => status !== task.status).map((status, index): MenuItem => ({
      id: status,
      label: `Move to ${STATUS_NAMES[status]}`,
      icon: status === "done" ? "approve" : "play",
      separated: index === 0,
      onSelect: () => {
        focusAgain(state, task.id);
        void actions.move(task, status);
      },
    })),
    {
      id: "assign",
      label: mine ? "Take my name off" : "Assign to me",
      icon: "agent",
      separated: true,
      onSelect: () => void actions.edit(task, { assignee: mine ? null : state.me }),
    },
    ...PRIORITIES.map((priority, index): MenuItem => ({
      id: priority,
      label: `${priority[0]!.toUpperCase()}${priority.slice(1)} priority`,
      checked: task.priority === priority,
      separated: index === 0,
      onSelect: () => void actions.edit(task, { priority }),
    })),
    {
      id: "link",
      label: "Copy link",
      icon: "copy",
      separated: true,
      onSelect: () => void copyLink(task),
    },
  ];
}

/** The card is another element in its new column: the focus goes along. */
export function focusAgain(state: Board["state"], taskId: string): void {
  state.active.value = taskId;
  state.focusWanted.value = true;
}

async function copyLink(task: Task): Promise<void> {
  const url = new URL(`/board?task=${encodeURIComponent(task.id)}`, location.href).href;
  try {
    await navigator.clipboard.writeText(url);
    toast({ tone: "ok", text: "Link copied" });
  } catch {
    // Without leave, or on an address that is not secure, it can still be copied by hand.
    toast({ tone: "warn", text: "Copy the link by hand", detail: url, timeoutMs: 0 });
  }
}
