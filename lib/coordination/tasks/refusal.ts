/** A refused decision as the error that edges answer. */
import { AppError } from "../../kernel/core/errors.ts";
import type { TaskDecision } from "./decide.ts";

/** Throws what the decision says. */
export function requireAllowed(decision: TaskDecision): void {
  if (decision.kind === "allow") return;
  throw new AppError(decision.code, {
    detail: decision.reason,
    extension: decision.extension,
    // The same request would be refused again.
    retryable: false,
  });
}
