/**
 * The durable run engine. Agents are functions over a ledger of effects; a run's stream is its journal;
 * one owner per run writes it, fenced. Everything shown of a run is the fold of its events.
 */
export { createEngine, Engine } from "./engine.ts";
export type { EngineLimits, EngineOptions } from "./deps.ts";
export type { StartRun } from "./start.ts";
export type { InjectedMessage, RunEvent, RunEventType } from "./events.ts";
export type { ForkInput } from "./operations/fork.ts";
export type { ReplayReport } from "./operations/replay.ts";
export type { CutChanges } from "./operations/operations.ts";
export { signalRun, stageSignal } from "./signals.ts";
export { getRunRecords, loadRunView, requireRunView } from "./read.ts";
export { runResume, sessionAdvance } from "./jobs.ts";
export { engineKeys, runKey, runStream } from "./keys.ts";
export { isFinalRun, isFinalStep } from "./state_machine.ts";
export type { RunRecord } from "./record.ts";
