/** Deeds that may fail: what failed and why is said in a toast. */
import { toast } from "../../lib/ui/toast.tsx";
import { type Problem, toProblem } from "../_runtime/problem.ts";

/** Runs `work`; true when it succeeded. */
export async function attempt(what: string, work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    report(what, toProblem(error));
    return false;
  }
}

export function report(what: string, problem: Problem): void {
  toast({ tone: "bad", text: what, detail: problem.detail });
}

export function short(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
}
