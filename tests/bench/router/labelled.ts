/** The labelled prompts: written, with the lowest sufficient tier and its reason, before the router. */

export type Tier = "edge" | "primary" | "flagship";
export const TIERS: readonly Tier[] = ["edge", "primary", "flagship"];

export interface Labelled {
  readonly id: string;
  readonly category: string;
  readonly language: string;
  /** The weakest that answers well. */
  readonly tier: Tier;
  readonly reason: string;
  readonly prompt: string;
  /** What was said before, a person first, then by turns. */
  readonly history?: readonly string[];
  /** How many tools the request brings. */
  readonly tools?: number;
  /** It asks for JSON of a schema. */
  readonly schema?: boolean;
}

export async function readLabelled(): Promise<Labelled[]> {
  const text = await Deno.readTextFile(new URL("./prompts.jsonl", import.meta.url));
  return text.trim().split("\n").map((line) => JSON.parse(line) as Labelled);
}

/** Two in five, by the hash of the id: never tuned on, and what is reported. */
export function isHeldOut(id: string): boolean {
  let hash = 2_166_136_261;
  for (const byte of new TextEncoder().encode(id)) hash = Math.imul(hash ^ byte, 16_777_619);
  return (hash >>> 0) % 5 < 2;
}

/** The request a client would send. */
export function requestOf({ prompt, history = [], tools = 0, schema }: Labelled) {
  return {
    model: "muster/auto",
    messages: [
      ...history.map((content, turn) => ({
        role: turn % 2 === 0 ? "user" : "assistant",
        content,
      })),
      { role: "user", content: prompt },
    ],
    ...(tools > 0 && {
      tools: Array.from({ length: tools }, (_, n) => ({
        type: "function",
        function: { name: `tool_${n}`, parameters: { type: "object", properties: {} } },
      })),
    }),
    ...(schema && {
      response_format: {
        type: "json_schema",
        json_schema: { name: "answer", schema: { type: "object" } },
      },
    }),
  };
}
