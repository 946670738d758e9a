/** How many tasks are open, told to the navigation, an island of its own. Set in the browser only. */
import { effect, signal } from "@preact/signals";
import type { BoardState } from "./context.ts";

export const sharedOpenCount = signal<number | null>(null);

export function shareOpenCount(state: BoardState): () => void {
  return effect(() => {
    let open = 0;
    for (const task of state.data.value.tasks.values()) if (task.status !== "done") open++;
    sharedOpenCount.value = open;
  });
}
