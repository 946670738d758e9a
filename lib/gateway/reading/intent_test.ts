import { assertEquals } from "@std/assert";
import { intentOf } from "./intent.ts";

Deno.test("intentOf() tells kinds of requests apart", () => {
  const table = {
    comparison: "Compare tea and coffee",
    summary: "Summarize this article",
    calculation: "What is 12 * 12?",
    translation: "Translate this into French: good morning",
    code: "Write a Rust function that reverses a list",
    plan: "Plan a garden party",
    question: "Who wrote the book?",
    greeting: "Guten Tag",
    extraction: "Extract all names from the text",
    writing: "Write a letter to my landlord",
  };
  for (const [intent, text] of Object.entries(table)) assertEquals(intentOf(text), intent);
});
