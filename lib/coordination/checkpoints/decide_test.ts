import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { decideCheckpoint } from "./decide.ts";

const FULL = {
  conversationSummary: "Fixing the parser",
  accomplishments: ["found it"],
  pendingWork: ["write a test"],
  recentContext: "line 40",
  filesEdited: ["a.ts"],
};

Deno.test("decideCheckpoint() begins empty", () => {
  assertEquals(decideCheckpoint(null, {}), {
    accomplishments: [],
    pendingWork: [],
    filesEdited: [],
  });
});

Deno.test("decideCheckpoint() replaces the fields it carries and keeps the others", () => {
  const after = decideCheckpoint(FULL, { pendingWork: ["release"], recentContext: "done" });
  assertEquals(after, { ...FULL, pendingWork: ["release"], recentContext: "done" });
});

Deno.test("decideCheckpoint() [] and null clear", () => {
  const { conversationSummary: _, ...rest } = FULL;
  const after = decideCheckpoint(FULL, { conversationSummary: null, filesEdited: [] });
  assertEquals(after, { ...rest, filesEdited: [] });
});

Deno.test("decideCheckpoint() saving what was saved changes nothing", () => {
  const list = fc.array(fc.string(), { maxLength: 4 });
  const text = fc.option(fc.string(), { nil: undefined });
  const input = fc.record({
    conversationSummary: text,
    accomplishments: list,
    pendingWork: list,
    recentContext: text,
    filesEdited: list,
  }, { requiredKeys: [] });
  fc.assert(
    fc.property(input, input, (first, second) => {
      const state = decideCheckpoint(decideCheckpoint(null, first), second);
      assertEquals(decideCheckpoint(state, second), state);
      assertEquals(decideCheckpoint(state, {}), state);
    }),
    { seed: 7 },
  );
});
