/** What is to be decided of one call. */
import type { ChatBody, ChatCall } from "../calls/schema.ts";
import type { VirtualModel } from "../directory/mod.ts";
import type { Needs } from "./choose.ts";
import { complexityOf, type ComplexityScore } from "./complexity.ts";
import { conversationOf, neededCapabilities, outputLimit, shapeOf } from "./request.ts";

export interface Asked {
  readonly body: ChatBody;
  readonly inputTokens: number;
  /** Nothing may be asked of a model. */
  readonly preview?: boolean;
}

export interface Question {
  readonly call: ChatCall;
  /** The name as asked, "" for none. */
  readonly requested: string;
  readonly name: VirtualModel;
  readonly needs: Needs;
  readonly complexity: ComplexityScore;
  /** What its pin lies under; undefined for what is no conversation. */
  readonly conversation: string | undefined;
}

export function questionOf(
  call: ChatCall,
  asked: Asked,
  requested: string,
  name: VirtualModel,
): Question {
  const shape = shapeOf(asked.body);
  const complexity = complexityOf(shape);
  const { sessionId } = call.caller;
  return {
    call,
    requested,
    name,
    complexity,
    needs: needsOf(call, asked, complexity),
    conversation: call.operation === "embeddings"
      ? undefined
      : sessionId !== undefined
      ? `s:${sessionId}`
      : conversationOf(call.caller.id, asked.body),
  };
}

export function needsOf(
  call: ChatCall,
  { body, inputTokens }: Asked,
  complexity: Pick<ComplexityScore, "score" | "code">,
): Needs {
  return {
    capabilities: neededCapabilities(body, call.operation === "embeddings"),
    inputTokens,
    maxTokens: outputLimit(body),
    ceilingMicros: call.ceilingMicros,
    latencyMs: call.constraints?.latencyMs,
    quality: call.constraints?.quality,
    tier: call.tier,
    score: complexity.score,
    code: complexity.code,
  };
}
