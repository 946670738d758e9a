import { assertEquals } from "@std/assert";
import { phrasesOf } from "./phrases.ts";
import { LANGUAGES } from "./stop_words.ts";

Deno.test("phrasesOf() has every phrase in every language", () => {
  for (const language of LANGUAGES) {
    for (const phrase of Object.values(phrasesOf(language))) {
      assertEquals(phrase.trim().length > 0, true);
    }
  }
});
