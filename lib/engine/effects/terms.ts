/** Merging of covenants: what the person asked for stands, an agent's draft fills in the rest. Pure. */
import { AppError } from "../../kernel/core/errors.ts";
import type {
  Covenant,
  CovenantDraft,
  CovenantInput,
  CovenantPatch,
} from "../../agents/covenant.ts";

/** A covenant travels in events and records: longer terms belong into the intent or a file. */
export const MAX_COVENANT_BYTES = 20_000;

/** Longer intents are shown by their beginning; the whole is behind `intentRef`. */
export const SHOWN_INTENT_BYTES = 6_000;

const DEFAULTS: Covenant["constraints"] = { costMicros: 10_000, latencyMs: 60_000, quality: 8 };

export function shownIntent(intent: string): string {
  if (intent.length * 3 <= SHOWN_INTENT_BYTES) return intent;
  const bytes = new TextEncoder().encode(intent);
  if (bytes.length <= SHOWN_INTENT_BYTES) return intent;
  // `stream` leaves out a character that is cut in the middle.
  return new TextDecoder().decode(bytes.subarray(0, SHOWN_INTENT_BYTES), { stream: true }) + "…";
}

/** The terms a run starts with. */
export function firstCovenant(
  id: string,
  runId: string,
  intent: string,
  input: CovenantInput = {},
): Covenant {
  const mode = input.mode ?? "auto";
  const covenant: Covenant = {
    id,
    runId,
    status: mode === "strict" ? "draft" : "active",
    mode,
    intent: shownIntent(intent),
    constraints: { ...DEFAULTS, ...input.constraints },
    budget: { ...input.budget },
    used: { costMicros: 0, tokens: 0, timeMs: 0, spawns: 0 },
    scope: { in: input.scope?.in ?? [], out: input.scope?.out ?? [] },
    acceptance: input.acceptance ?? [],
    plan: [],
    version: 1,
  };
  // Only what the person said can be long.
  return input.scope || input.acceptance ? checkedSize(covenant) : covenant;
}

/** Fields the person set, so that a draft leaves them alone. */
export function setFields(input: CovenantInput | CovenantPatch | undefined): string[] {
  const fields: string[] = [];
  if (input?.acceptance) fields.push("acceptance");
  if (input?.scope?.in) fields.push("scope.in");
  if (input?.scope?.out) fields.push("scope.out");
  if (input && "intent" in input && input.intent) fields.push("intent");
  return fields;
}

export function mergeDraft(
  covenant: Covenant,
  draft: CovenantDraft,
  set: ReadonlySet<string>,
): Covenant {
  const scope = draft.scope ?? covenant.scope;
  return checkedSize({
    ...covenant,
    ...(draft.intent !== undefined && !set.has("intent")
      ? { intent: shownIntent(draft.intent) }
      : {}),
    scope: {
      in: set.has("scope.in") ? covenant.scope.in : [...scope.in],
      out: set.has("scope.out") ? covenant.scope.out : [...scope.out],
    },
    ...(draft.acceptance && !set.has("acceptance") ? { acceptance: [...draft.acceptance] } : {}),
    ...(draft.complexity ? { complexity: draft.complexity } : {}),
    ...(draft.decision ? { decision: draft.decision } : {}),
    ...(draft.plan ? { plan: draft.plan } : {}),
    ...(draft.broken ? { broken: draft.broken } : {}),
    version: covenant.version + 1,
  });
}

export function patchCovenant(covenant: Covenant, patch: CovenantPatch): Covenant {
  return checkedSize({
    ...covenant,
    ...(patch.intent === undefined ? {} : { intent: shownIntent(patch.intent) }),
    constraints: { ...covenant.constraints, ...patch.constraints },
    budget: { ...covenant.budget, ...patch.budget },
    scope: { ...covenant.scope, ...patch.scope },
    ...(patch.acceptance ? { acceptance: patch.acceptance } : {}),
    version: covenant.version + 1,
  });
}

function checkedSize(covenant: Covenant): Covenant {
  const sizeBytes = new TextEncoder().encode(JSON.stringify(covenant)).length;
  if (sizeBytes > MAX_COVENANT_BYTES) {
    throw new AppError("invalid_input", {
      detail: `The covenant takes ${sizeBytes} bytes, more than ${MAX_COVENANT_BYTES}: shorten it`,
      fields: [{ path: "covenant", message: "is too long" }],
    });
  }
  return covenant;
}
