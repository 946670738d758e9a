/**
 * Input tokens without a tokenizer and without network: one pass over the characters. Tokenizers cut at changes of
 * kind, so a word, a case change, a run of digits and a sign each start a token; long words, accents and other
 * alphabets cost by the character, at the dear end of what OpenAI's o200k and cl100k were measured to charge. Every
 * message and tool adds what providers add to frame it. Ordinary prose comes out 5–50 % above those tokenizers,
 * JSON and Asian scripts up to twice; base64 may come out a quarter below. Meant for reservations, settled by the provider's own count.
 */
import type { ChatMessage, ModelRequest } from "../agents/model.ts";

const MESSAGE_TOKENS = 6;
const REQUEST_TOKENS = 8;
const TOOL_TOKENS = 16;

/** What a character costs in quarters of a token, after the one before it. */
type Kind = "space" | "lower" | "upper" | "digit" | "sign" | "other";

/** Tokens of one text, rounded up. */
export function countText(text: string): number {
  let quarters = 0;
  let before: Kind = "space";
  let run = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const kind = kindOf(code);
    run = kind === before || (before === "upper" && kind === "lower") ? run + 1 : 1;
    switch (kind) {
      case "lower":
        quarters += run === 1 ? 4 : run <= 5 ? 0 : run <= 10 ? 1 : 2;
        break;
      case "upper":
        quarters += run === 1 ? 4 : 2;
        break;
      case "digit":
        quarters += run === 1 && before !== "space" ? 4 : 2;
        break;
      case "sign":
        quarters += run === 1 ? 4 : 2;
        break;
      case "other":
        quarters += costOfOther(code);
        break;
      case "space":
        // A space belongs to the word after it; a line break is often a token of its own.
        quarters += code === 10 ? 2 : before === "space" ? 1 : 0;
    }
    before = kind;
  }
  return Math.ceil(quarters / 4);
}

const SAMPLED_CHARS = 65_536;
const SAMPLES = 16;

/** As `countText`; of a long text by an even sample. Not for reservations: it may come out too low. */
export function estimateText(text: string): number {
  if (text.length <= SAMPLED_CHARS) return countText(text);
  const size = SAMPLED_CHARS / SAMPLES;
  const step = (text.length - size) / (SAMPLES - 1);
  let tokens = 0;
  for (let i = 0; i < SAMPLES; i++) {
    const from = Math.floor(i * step);
    tokens += countText(text.slice(from, from + size));
  }
  return Math.ceil(tokens * text.length / SAMPLED_CHARS);
}

function kindOf(code: number): Kind {
  if (code >= 97 && code <= 122) return "lower";
  if (code >= 65 && code <= 90) return "upper";
  if (code >= 48 && code <= 57) return "digit";
  if (code <= 32) return "space";
  return code < 128 ? "sign" : "other";
}

function costOfOther(code: number): number {
  if (code < 0x370) return 5; // Accented letters break a word.
  if (code < 0x900) return 3; // Greek, Cyrillic, Hebrew, Arabic.
  if (code < 0x1100) return 5; // Indic scripts, Thai.
  if (code >= 0xd800 && code <= 0xdfff) return 6; // Half of an emoji.
  return 5; // Chinese, Japanese, Korean.
}

/** Conversations only grow: each message object is counted once. */
const counted = new WeakMap<ChatMessage, number>();

function countMessage(message: ChatMessage): number {
  let tokens = counted.get(message);
  if (tokens !== undefined) return tokens;
  tokens = MESSAGE_TOKENS + countText(message.content);
  if (message.role === "assistant") {
    for (const call of message.toolCalls ?? []) {
      tokens += TOOL_TOKENS + countText(call.name) + countText(call.arguments);
    }
  }
  counted.set(message, tokens);
  return tokens;
}

/** Tokens of everything a call sends. */
export function countRequest(
  request: Pick<ModelRequest, "messages" | "tools" | "responseFormat">,
): number {
  let total = REQUEST_TOKENS;
  for (const message of request.messages) total += countMessage(message);
  for (const tool of request.tools ?? []) {
    total += TOOL_TOKENS + countText(tool.name) + countText(tool.description) +
      countText(JSON.stringify(tool.parameters));
  }
  if (request.responseFormat) {
    total += TOOL_TOKENS + countText(JSON.stringify(request.responseFormat.schema));
  }
  return total;
}
