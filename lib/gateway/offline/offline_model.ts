/**
 * The demonstration model: deterministic, without network or knowledge. It reads the messages, the offered tools
 * and the response schema, works on their words, figures and structure, and says of itself what it is.
 */
import type { FinishReason, ModelRequest, ToolCall } from "../../agents/model.ts";
import { composeText } from "./compose.ts";
import { fillSchema } from "./fill.ts";
import { readMaterial } from "./material.ts";
import { noteOf } from "../reading/phrases.ts";
import { wantedCalls } from "./tool_calls.ts";

export interface OfflineAnswer {
  readonly text: string;
  readonly toolCalls: readonly ToolCall[];
  readonly finishReason: FinishReason;
}

/** The whole answer at once. */
export function answerOffline(request: ModelRequest): OfflineAnswer {
  const material = readMaterial(request);
  const toolCalls = request.tools?.length ? wantedCalls(request.tools, request, material) : [];
  if (toolCalls.length) return { text: "", toolCalls, finishReason: "tool_calls" };
  if (request.responseFormat) {
    const { schema, name } = request.responseFormat;
    return {
      text: JSON.stringify(fillSchema(schema, material, name)),
      toolCalls: [],
      finishReason: "stop",
    };
  }
  const text = `${composeText(material)}\n\n${noteOf(material.language)}`;
  // A cut answer is continued where it stopped.
  const cut = material.spoken !== "" && text.startsWith(material.spoken) &&
    text !== material.spoken;
  return {
    text: cut ? text.slice(material.spoken.length) : text,
    toolCalls: [],
    finishReason: "stop",
  };
}

/** A few words at a time, cut where words end; together exactly the text. */
export function* pieces(text: string): Generator<string> {
  let from = 0;
  while (from < text.length) {
    let to = Math.min(text.length, from + 24);
    const space = to < text.length ? text.indexOf(" ", to) : -1;
    if (space >= 0 && space - to < 16) to = space + 1;
    // A surrogate pair is one character.
    if (/[\uD800-\uDBFF]/.test(text[to - 1] ?? "")) to++;
    yield text.slice(from, to);
    from = to;
  }
}
