/** What the composer remembers in this browser: the terms of the next message, and unsent drafts. */
import type { CovenantMode } from "../../../lib/agents/covenant.ts";

export interface Terms {
  readonly mode: CovenantMode;
  /** null: what the mediator agrees. */
  readonly budgetMicros: number | null;
  /** null: the default model. */
  readonly model: string | null;
}

export const defaultTerms: Terms = { mode: "auto", budgetMicros: null, model: null };

const TERMS_KEY = "muster-terms";
const draftKey = (sessionId: string | undefined) => `muster-draft-${sessionId ?? "new"}`;

export function readTerms(modelIds: readonly string[]): Terms {
  const kept = readJson(TERMS_KEY);
  const mode = kept.mode === "strict" || kept.mode === "dry-run" ? kept.mode : "auto";
  const budget = kept.budgetMicros;
  return {
    mode,
    budgetMicros: typeof budget === "number" && budget >= 0 ? Math.round(budget) : null,
    model: typeof kept.model === "string" && modelIds.includes(kept.model) ? kept.model : null,
  };
}

export function keepTerms(terms: Terms): void {
  write(TERMS_KEY, JSON.stringify(terms));
}

export function readDraft(sessionId: string | undefined): string {
  return read(draftKey(sessionId)) ?? "";
}

export function keepDraft(sessionId: string | undefined, text: string): void {
  write(draftKey(sessionId), text);
}

/** Storage may be full or forbidden; then nothing is remembered and nothing breaks. */
function write(key: string, value: string): void {
  try {
    if (value === "") localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // Remembering is a convenience.
  }
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function readJson(key: string): Record<string, unknown> {
  try {
    const value = JSON.parse(read(key) ?? "{}");
    return value && typeof value === "object" ? value : {};
  } catch {
    return {};
  }
}
