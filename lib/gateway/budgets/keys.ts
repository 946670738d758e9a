/**
 * `["w", ws, "budget", scope, subject, period]` – a budget as somebody set it; subject `*` is each that has none of
 * its own. Kept until it is removed · `["w", ws, "budget_rules"]` – changes with every change of a budget, so that
 * other instances look again · `["w", ws, "budget_account", scope, subject, period, window]` – what was spent in one
 * window, and the slice of it that each process holds. Of days, months and
 * sessions it expires long after its last change.
 *
 * One key for an account and all its slices: what is spent and what is held change together or not at all, and no sum
 * over keys has to hold. The price is that instances meet at it, at most every few dozen milliseconds.
 */
import { defineKey } from "../../kernel/kv/mod.ts";

const slice = "gateway";
export const budgetKey = defineKey("budget", { slice, version: 1, retention: "keep" });
export const budgetRulesKey = defineKey("budget_rules", { slice, version: 1, retention: "keep" });
export const budgetAccountKey = defineKey("budget_account", {
  slice,
  version: 1,
  retention: "expires",
});

export const budgetsKeys = [budgetKey, budgetRulesKey, budgetAccountKey];
