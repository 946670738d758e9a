/**
 * `["w", ws, "calls", written, process, n]` – calls that are over, as many as one commit holds, in the order in which
 * they ended; `written` is epoch ms. Expires after 30 days. Many in one value: a key for each cost more on the way
 * than the call. A call is found by its id, which holds when it began, from there on · `["w", ws, "usage_hour",
 * "2026-11-21T14", model, provider, tier, key, agent, process]` and `["w", ws, "usage_day", "2026-11-21", …]` – what
 * one process's calls of that hour or day add up to; a process writes its own rows whole, so that two never meet and
 * a write that is repeated changes nothing. Rows expire after 60 and 800 days · `["w", ws, "call_live", process]` –
 * on a store that several share: the calls under way there, renewed every second.
 *
 * Calls and the rows that count them are written in one commit, 50 ms after an answer, under load 250 ms: a kill
 * loses the calls of that time and those in flight. Money is not in here: budgets keep their own accounts.
 */
import { defineKey } from "../../kernel/kv/mod.ts";

const kept = { slice: "gateway", version: 1, retention: "expires" } as const;
export const callsKey = defineKey("calls", kept);
export const usageHourKey = defineKey("usage_hour", kept);
export const usageDayKey = defineKey("usage_day", kept);
export const liveCallsKey = defineKey("call_live", kept);

export const ledgerKeys = [callsKey, usageHourKey, usageDayKey, liveCallsKey];
