import { assertEquals } from "@std/assert";
import { emptyView } from "../../lib/engine/fold.ts";
import type { RunView } from "../../lib/engine/schema.ts";
import type { Message } from "../../lib/sessions/schema.ts";
import { workedMs } from "./figures.ts";
import { answerText, outputText, withMessage } from "./state.ts";

const message = (id: string, more: Partial<Message> = {}): Message => ({
  id,
  sessionId: "ses_1",
  role: "user",
  content: id,
  status: "done",
  createdAt: "2026-01-01T00:00:00.000Z",
  ...more,
});

Deno.test("withMessage() adds a new message and replaces a known one", () => {
  const first = withMessage([message("a")], message("b"));
  const second = withMessage(first, message("b", { content: "edited" }));
  assertEquals(second.map((entry) => entry.content), ["a", "edited"]);
});

Deno.test("withMessage() keeps one answer per run", () => {
  const early = message("x", { role: "assistant", runId: "run_1" });
  const late = message("y", { role: "assistant", runId: "run_1" });
  assertEquals(withMessage([early], late).map((entry) => entry.id), ["y"]);
});

Deno.test("outputText() reads a string, an object's text, and shows other data as JSON", () => {
  assertEquals(outputText("plain"), "plain");
  assertEquals(outputText({ text: "told", score: 8 }), "told");
  assertEquals(outputText({ total: 1 }), '```json\n{\n  "total": 1\n}\n```');
});

const running = (more: Partial<RunView["run"]>): RunView => {
  const view = emptyView("run_1");
  return { ...view, run: { ...view.run, status: "running", ...more } };
};

Deno.test("answerText() prefers the final output to what was streamed", () => {
  assertEquals(answerText(running({ output: "final" })), "final");
});

Deno.test("workedMs() counts on while the run works and stands still while it waits", () => {
  const startedAt = "2026-01-01T00:00:00.000Z";
  const now = Date.parse(startedAt) + 1_500;
  assertEquals(workedMs(running({ startedAt }), now), 1_500);
  assertEquals(workedMs(running({ startedAt, status: "waiting" }), now), 0);
});
