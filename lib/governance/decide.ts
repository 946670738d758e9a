/** The rules of answering an approval, pure: who may say what to which kind, and what it then means. */
import { z } from "zod";
import { AppError, type FieldError } from "../kernel/core/errors.ts";
import { type Json, type JsonObject } from "../kernel/core/json.ts";
import type { AnswerInput, Approval } from "./schema.ts";

/** What the waiting step gets: delivered to its run as the signal named like the approval. */
export interface ApprovalAnswer {
  readonly approvalId: string;
  readonly status: "approved" | "rejected" | "answered" | "expired";
  readonly approved: boolean;
  /** The arguments to use instead of those asked about (a covenant: the changed terms); null: as asked. */
  readonly edits: Json;
  /** A question's answer; for an unknown outcome `retry`, `done` or `failed`. */
  readonly value: Json;
  readonly receipt?: Json;
  readonly reason?: string;
  readonly answeredBy: string;
}

export interface AnswerContext {
  readonly actor: string;
  readonly nowMs: number;
  /** Checks edited arguments against what takes them; throws `invalid_input` with paths under `edits`. */
  readonly checkEdits?: (edits: Json) => Json;
}

export interface DecidedAnswer {
  readonly approval: Approval;
  readonly answer: ApprovalAnswer;
}

const UNKNOWN_OUTCOMES: readonly Json[] = ["retry", "done", "failed"];

/**
 * The approval as answered and what its step is told. Throws `conflict` when it is no longer open,
 * `invalid_input` naming the field when the answer does not fit the kind.
 */
export function decideAnswer(
  approval: Approval,
  input: AnswerInput,
  context: AnswerContext,
): DecidedAnswer {
  requireOpen(approval, context.nowMs);
  const refused = refusedFields(approval, input);
  if (refused.length > 0) {
    throw new AppError("invalid_input", {
      detail: `The answer does not fit an approval of kind "${approval.kind}": ${
        refused[0]!.message
      }`,
      fields: refused,
    });
  }
  const edits = input.edits === undefined
    ? undefined
    : checkedEdits(approval, input.edits, context);
  const value = input.value === undefined ? null : checkedValue(approval, input.value);
  const status = ({ approve: "approved", reject: "rejected", answer: "answered" } as const)[
    input.decision
  ];
  return settled(
    approval,
    {
      approvalId: approval.id,
      status,
      approved: status !== "rejected",
      edits: edits ?? null,
      value,
      ...(input.receipt === undefined ? {} : { receipt: input.receipt }),
      ...(input.reason === undefined ? {} : { reason: input.reason }),
      answeredBy: context.actor,
    },
    { ...input },
    context.nowMs,
  );
}

/** What an approval nobody answered in time becomes; null while it may still be answered. */
export function decideExpiry(approval: Approval, nowMs: number): DecidedAnswer | null {
  if (approval.status !== "open" || !approval.expiresAt) return null;
  if (Date.parse(approval.expiresAt) > nowMs) return null;
  const approved = approval.onExpiry === "approve" && approval.kind !== "question" &&
    approval.kind !== "outcome_unknown";
  return settled(
    approval,
    {
      approvalId: approval.id,
      status: "expired",
      approved,
      edits: null,
      value: approval.kind === "outcome_unknown" ? "failed" : null,
      reason: `Nobody answered before ${approval.expiresAt}`,
      answeredBy: "system",
    },
    { decision: approved ? "approve" : "reject" },
    nowMs,
  );
}

function settled(
  approval: Approval,
  answer: ApprovalAnswer,
  decision: JsonObject | AnswerInput,
  nowMs: number,
): DecidedAnswer {
  return {
    answer,
    approval: {
      ...approval,
      status: answer.status,
      answeredAt: new Date(nowMs).toISOString(),
      answeredBy: answer.answeredBy,
      decision: JSON.parse(JSON.stringify(decision)) as Json,
    },
  };
}

function requireOpen(approval: Approval, nowMs: number): void {
  if (approval.status !== "open") {
    throw new AppError("conflict", {
      detail: `Approval "${approval.id}" is already ${approval.status}; it takes one answer`,
      data: { status: approval.status },
    });
  }
  if (approval.expiresAt && Date.parse(approval.expiresAt) <= nowMs) {
    throw new AppError("conflict", {
      detail: `Approval "${approval.id}" expired at ${approval.expiresAt}`,
      data: { status: "expired" },
    });
  }
}

/** Fields that are missing or have no meaning for this kind of approval. */
function refusedFields(approval: Approval, input: AnswerInput): FieldError[] {
  const fields: FieldError[] = [];
  const refuse = (path: string, message: string) => fields.push({ path, message });
  const answers = approval.kind === "question" || approval.kind === "outcome_unknown";
  const allowed = answers
    ? (approval.kind === "question" ? ["answer", "reject"] : ["answer"])
    : ["approve", "reject"];
  if (!allowed.includes(input.decision)) refuse("decision", `expected ${allowed.join(" or ")}`);
  if (input.edits !== undefined && input.decision !== "approve") {
    refuse("edits", "only an approval may carry edits");
  }
  if (input.decision === "answer" && input.value === undefined) refuse("value", "is required");
  if (input.decision !== "answer" && input.value !== undefined) {
    refuse("value", 'only decision "answer" carries a value');
  }
  if (approval.kind === "outcome_unknown" && input.value !== undefined) {
    if (!UNKNOWN_OUTCOMES.includes(input.value)) refuse("value", "expected retry, done or failed");
  }
  if (input.receipt !== undefined) {
    if (approval.kind !== "outcome_unknown" || input.value !== "done") {
      refuse("receipt", "only an unknown outcome marked done carries a receipt");
    }
  }
  return fields;
}

function checkedEdits(approval: Approval, edits: Json, context: AnswerContext): Json {
  if (context.checkEdits) return context.checkEdits(edits);
  if (approval.schema !== undefined) return checkedBySchema("edits", approval.schema, edits);
  if (shapeOf(edits) !== shapeOf(approval.args ?? null)) {
    throw new AppError("invalid_input", {
      detail: `The edits must be ${shapeOf(approval.args ?? null)}, like the arguments shown`,
      fields: [{ path: "edits", message: `expected ${shapeOf(approval.args ?? null)}` }],
    });
  }
  return edits;
}

function checkedValue(approval: Approval, value: Json): Json {
  if (approval.kind !== "question" || approval.schema === undefined) return value;
  return checkedBySchema("value", approval.schema, value);
}

function checkedBySchema(path: string, schema: Json, value: Json): Json {
  const parsed = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]).safeParse(
    value,
  );
  if (parsed.success) return parsed.data as Json;
  throw new AppError("invalid_input", {
    detail: `The ${path} does not match the schema that was asked for`,
    fields: parsed.error.issues.map((issue) => ({
      path: [path, ...issue.path.map(String)].join("."),
      message: issue.message,
    })),
  });
}

function shapeOf(value: Json): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
