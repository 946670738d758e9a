import { assertEquals } from "@std/assert";
import { detectLanguage, LANGUAGES } from "./stop_words.ts";

Deno.test("detectLanguage() knows six languages by their small words", () => {
  const samples = {
    en: "Which of these is the best way to store what we know?",
    de: "Welche von diesen Möglichkeiten ist am besten für unsere Daten?",
    fr: "Quelle est la meilleure façon de garder ce que nous savons ?",
    es: "¿Cuál es la mejor manera de guardar lo que sabemos?",
    it: "Qual è il modo migliore per conservare ciò che sappiamo?",
    pt: "Qual é a melhor forma de guardar o que nós não sabemos?",
  };
  for (const language of LANGUAGES) assertEquals(detectLanguage(samples[language]), language);
});
