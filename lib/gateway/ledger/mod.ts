/** The record of model calls: what each cost and saved, what is under way, what they add up to. */
export { createLedger, type Ledger } from "./create.ts";
export { ledgerKeys } from "./keys.ts";
export { getUsage } from "./report.ts";
export { listCalls, listLiveCalls, requireCall } from "./store.ts";
