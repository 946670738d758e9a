/** How an agent that took another path than recorded is told so: both paths named. */
import { AppError } from "../../kernel/core/errors.ts";

interface Asker {
  readonly id: string;
  readonly agent: string;
}

export function askedForAnother(step: Asker, recorded: string, asked: string): AppError {
  return new AppError("nondeterministic_agent", {
    detail:
      `Agent "${step.agent}" asked for "${asked}" where "${recorded}" is recorded; its code must take the same path again`,
    data: { stepId: step.id, recorded, asked },
  });
}

export function notRecorded(step: Asker, asked: string): AppError {
  return new AppError("nondeterministic_agent", {
    detail: `Agent "${step.agent}" asked for "${asked}", which is not recorded`,
    data: { stepId: step.id, asked },
  });
}

/** `count` is how many effects it asked for in all. */
export function neverAsked(step: Asker, recorded: string, count: number): AppError {
  const asked = count === 0 ? "nothing" : `${count} effects`;
  return new AppError("nondeterministic_agent", {
    detail:
      `Agent "${step.agent}" asked for ${asked} and never for "${recorded}", which is recorded; its code must take the same path again`,
    data: { stepId: step.id, recorded, asked: count },
  });
}
