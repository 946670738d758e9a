/** Asks for a valid answer once more. */
import { bullets, prompt } from "./sections.ts";

export function repairPrompt(errors: readonly string[]): string {
  return prompt(
    "Your last answer cannot be used:",
    bullets(errors),
    "Answer again with the complete, corrected JSON object and nothing else. Keep what was right.",
  );
}
