/** Budgets of a workspace, its keys, agents and sessions: held before a call, settled after, never overspent. */
export { type Budgets, createBudgets, type HeldMoney } from "./create.ts";
export { budgetsKeys } from "./keys.ts";
export { removeBudget, resetBudget, setBudget } from "./set_budget.ts";
export { getBudget, listBudgets, requireBudget } from "./store.ts";
