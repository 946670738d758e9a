/**
 * `["w", ws, "call", id]` – a call that is over; ids rise with time. Expires after 30 days · `["w", ws, "usage_hour",
 * "2026-11-21T14", model, provider, tier, key, agent, process]` and `["w", ws, "usage_day", "2026-11-21", …]` – what
 * one process's calls of that hour or day add up to; a process writes its own rows whole, so that two never meet and
 * a write that is repeated changes nothing. Rows expire after 60 and 800 days · `["w", ws, "call_live", process]` –
 * on a store that several share: the calls under way there, renewed every second.
 *
 * A call and the rows that count it are written in one commit, a few hundredths of a second after its answer: a kill
 * loses the calls of that time and those in flight. Money is not in here: budgets keep their own accounts.
 */
import { defineKey } from "../../kernel/kv/mod.ts";

const kept = { slice: "gateway", version: 1, retention: "expires" } as const;
export const callKey = defineKey("call", kept);
export const usageHourKey = defineKey("usage_hour", kept);
export const usageDayKey = defineKey("usage_day", kept);
export const liveCallsKey = defineKey("call_live", kept);

export const ledgerKeys = [callKey, usageHourKey, usageDayKey, liveCallsKey];
