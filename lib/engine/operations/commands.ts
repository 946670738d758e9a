/**
 * Operations on a run as commands: asked for by anyone on any instance, stored, carried out by the run's
 * owner (who claims the run when it has none), and deleted by the commit that did so.
 */
import type { CovenantPatch } from "../../agents/covenant.ts";
import type { InjectedMessage } from "../events.ts";
import type { Packed } from "../journal/journal.ts";
import type { RunStatus } from "../schema.ts";
import { isFinalRun } from "../state_machine.ts";

export type Command =
  | { readonly kind: "pause" | "resume" | "cancel"; readonly reason?: string }
  | { readonly kind: "retry"; readonly reason?: string }
  | { readonly kind: "retry_step"; readonly stepId: string; readonly reason?: string }
  | {
    readonly kind: "override";
    readonly stepId: string;
    readonly output: Packed;
    readonly reason?: string;
  }
  | {
    readonly kind: "rewind";
    readonly stepId: string;
    readonly input?: Packed;
    readonly output?: Packed;
    readonly covenant?: CovenantPatch;
    readonly reason?: string;
  }
  /** Of a run that was recorded to start later. */
  | { readonly kind: "release" }
  | { readonly kind: "message"; readonly message: InjectedMessage }
  | { readonly kind: "covenant"; readonly patch: CovenantPatch; readonly reason?: string };

export interface StoredCommand {
  readonly v: 1;
  readonly id: string;
  readonly actor: string;
  readonly command: Command;
}

export type CommandDecision =
  | { readonly kind: "allow" }
  | { readonly kind: "deny"; readonly reason: string };

const ALLOW: CommandDecision = { kind: "allow" };

/** Whether a run of this status takes the command. Pure. */
export function decideCommand(status: RunStatus, command: Command): CommandDecision {
  switch (command.kind) {
    case "pause":
      return status === "paused" || isFinalRun(status) ? deny(status, "paused") : ALLOW;
    case "resume":
      return status === "paused" ? ALLOW : deny(status, "resumed; only a paused run is");
    case "cancel":
    case "message":
      return isFinalRun(status)
        ? deny(status, command.kind === "cancel" ? "canceled" : "spoken to")
        : ALLOW;
    case "rewind":
      return isFinalRun(status)
        ? deny(status, "rewound; fork it, or override a step's output")
        : ALLOW;
    case "retry":
      return status === "failed" ? ALLOW : deny(status, "retried; only a failed run is");
    case "retry_step":
      return status === "completed" || status === "canceled"
        ? deny(status, "retried in a step")
        : ALLOW;
    case "covenant":
      return status === "completed" || status === "canceled"
        ? deny(status, "given other terms")
        : ALLOW;
    case "override":
    case "release":
      return ALLOW;
  }
}

function deny(status: RunStatus, what: string): CommandDecision {
  return { kind: "deny", reason: `The run is ${status} and cannot be ${what}` };
}

/** Commands after which the run is executed again from its log. */
export function cutsLog(command: Command): boolean {
  return command.kind === "retry" || command.kind === "retry_step" ||
    command.kind === "override" || command.kind === "rewind";
}
