/** The built-in tools, and which of them a piece of work may need. */
import type { Tool } from "../define_tool.ts";
import { calculator } from "./calculator.ts";
import { httpRequest, webFetch } from "./web.ts";

// A tool's arguments are checked by its own schema before they reach it.
const TOOLS = [calculator, webFetch, httpRequest] as unknown as readonly Tool[];

export function builtInTools(): Map<string, Tool> {
  return new Map(TOOLS.map((tool) => [tool.name, tool]));
}

const ADDRESS = /https?:\/\/[^\s<>"')\]]+/i;
const SENDS =
  /(?<!\p{L})(?:post|put|patch|delete|send|submit|call|notify|webhook|schicke?|sende|rufe|envoie|envoy|envía|envia|invia|stuur|отправ)/iu;
const SUM = /\d\s*(?:[-+*/^×÷−]|\*\*)\s*\(?\s*\d|\d\s*%|sqrt|√/;
const RECKONS =
  /(?<!\p{L})(?:calculat|comput|how much|how many|total|sum of|average|percent|interest|cost|price|budget|berechn|rechne|wie viel|summe|durchschnitt|prozent|kosten|calcul|combien|moyenne|cuánto|promedio|quanto|media|bereken|hoeveel|сколько|посчита|вычисли)|計算|いくら|计算|多少|얼마/iu;

/** Only what the text calls for: a tool too many makes small models call it for nothing. */
export function usefulTools(text: string): Tool[] {
  const numbers = text.match(/(?<![\p{L}\d])\d+(?:[.,]\d+)*/gu)?.length ?? 0;
  const useful = new Set<string>();
  if (SUM.test(text) || numbers >= 2 && RECKONS.test(text)) useful.add(calculator.name);
  if (ADDRESS.test(text)) {
    useful.add(webFetch.name);
    if (SENDS.test(text.replace(new RegExp(ADDRESS, "gi"), " "))) useful.add(httpRequest.name);
  }
  return TOOLS.filter((tool) => useful.has(tool.name));
}
