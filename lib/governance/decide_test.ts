import { assertEquals, assertThrows } from "@std/assert";
import { AppError } from "../kernel/core/errors.ts";
import { decideAnswer, decideExpiry } from "./decide.ts";
import type { Approval } from "./schema.ts";

const NOW = 1_760_000_000_000;
const base: Approval = {
  id: "apr_1",
  kind: "tool",
  status: "open",
  runId: "run_1",
  question: "Send the mail?",
  args: { to: "ada@example.org" },
  argsDigest: "d",
  risk: "high",
  onExpiry: "reject",
  createdAt: new Date(NOW).toISOString(),
};
const by = { actor: "ada", nowMs: NOW };
const fieldsOf = (error: Error) => (error as AppError).fields?.map((f) => f.path);

Deno.test("decideAnswer() approves a tool with the arguments shown", () => {
  const { approval, answer } = decideAnswer(base, { decision: "approve" }, by);
  assertEquals(approval.status, "approved");
  assertEquals(approval.answeredBy, "ada");
  assertEquals(answer.approved, true);
  assertEquals(answer.edits, null);
});

Deno.test("decideAnswer() hands edited arguments to what takes them", () => {
  const edits = { to: "bob@example.org" };
  const { answer } = decideAnswer(base, { decision: "approve", edits }, {
    ...by,
    checkEdits: (e) => ({ ...(e as object), checked: true }),
  });
  assertEquals(answer.edits, { to: "bob@example.org", checked: true });
});

Deno.test("decideAnswer() refuses edits of another shape than the arguments", () => {
  const error = assertThrows(
    () => decideAnswer(base, { decision: "approve", edits: "no" }, by),
    AppError,
    "invalid_input",
  );
  assertEquals(fieldsOf(error), ["edits"]);
});

Deno.test("decideAnswer() refuses a second answer and an expired approval with conflict", () => {
  const done: Approval = { ...base, status: "rejected" };
  assertThrows(() => decideAnswer(done, { decision: "approve" }, by), AppError, "conflict");
  const late: Approval = { ...base, expiresAt: new Date(NOW).toISOString() };
  assertThrows(() => decideAnswer(late, { decision: "approve" }, by), AppError, "conflict");
});

Deno.test("decideAnswer() checks a question's value against its schema", () => {
  const schema = { type: "object", properties: { n: { type: "integer" } }, required: ["n"] };
  const question: Approval = { ...base, kind: "question", schema };
  const good = decideAnswer(question, { decision: "answer", value: { n: 3 } }, by);
  assertEquals(good.answer.value, { n: 3 });
  const error = assertThrows(
    () => decideAnswer(question, { decision: "answer", value: { n: "three" } }, by),
    AppError,
  );
  assertEquals(fieldsOf(error), ["value.n"]);
});

Deno.test("decideAnswer() takes retry, done with a receipt, or failed for an unknown outcome", () => {
  const unknown: Approval = { ...base, kind: "outcome_unknown" };
  const done = decideAnswer(unknown, { decision: "answer", value: "done", receipt: { id: 7 } }, by);
  assertEquals(done.answer.value, "done");
  assertEquals(done.answer.receipt, { id: 7 });
  const bad = (input: Parameters<typeof decideAnswer>[1]) =>
    fieldsOf(assertThrows(() => decideAnswer(unknown, input, by), AppError));
  assertEquals(bad({ decision: "approve" }), ["decision"]);
  assertEquals(bad({ decision: "answer", value: "perhaps" }), ["value"]);
  assertEquals(bad({ decision: "answer", value: "retry", receipt: 1 }), ["receipt"]);
});

Deno.test("decideAnswer() names every field that does not fit the kind", () => {
  const error = assertThrows(
    () => decideAnswer(base, { decision: "reject", edits: {}, value: 1, receipt: 2 }, by),
    AppError,
  );
  assertEquals(fieldsOf(error), ["edits", "value", "receipt"]);
});

Deno.test("decideExpiry() rejects by default and approves only where that was agreed", () => {
  const expiresAt = new Date(NOW).toISOString();
  assertEquals(decideExpiry({ ...base, expiresAt }, NOW - 1), null);
  const rejected = decideExpiry({ ...base, expiresAt }, NOW);
  assertEquals([rejected?.approval.status, rejected?.answer.approved], ["expired", false]);
  const approved = decideExpiry({ ...base, expiresAt, onExpiry: "approve" }, NOW);
  assertEquals(approved?.answer.approved, true);
  const unknown = decideExpiry(
    { ...base, kind: "outcome_unknown", expiresAt, onExpiry: "approve" },
    NOW,
  );
  assertEquals([unknown?.answer.approved, unknown?.answer.value], [false, "failed"]);
});
