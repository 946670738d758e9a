/**
 * Embeddings by the cheapest model that has them, through the gateway like any other call: counted, within the
 * workspace's budget, redacted before it comes here. Where none answers in time the local embedder does, and nobody
 * is asked again for a while.
 */
import type { ModelInfo } from "../../agents/model_port.ts";
import type { AppContext } from "../../kernel/context.ts";
import type { ModelGateway } from "../calls/schema.ts";
import type { DirectoryStage } from "../calls/stages.ts";
import type { ProviderEmbedder } from "./schema.ts";

export interface EmbedderParts {
  readonly ctx: Pick<AppContext, "clock" | "log">;
  readonly directory: Pick<DirectoryStage, "list" | "resolve">;
  readonly embed: ModelGateway["embed"];
}

/** Can be named wherever OpenAI has a key, though no catalogue lists it. */
const KNOWN = "text-embedding-3-small";
const DEADLINE_MS = 1_500;
const REST_MS = 300_000;
const WORKSPACES_MAX = 1_000;

export function createProviderEmbedder({ ctx, directory, embed }: EmbedderParts): ProviderEmbedder {
  /** By workspace, until when nobody is asked. Monotonic ms. */
  const resting = new Map<string, number>();
  return {
    async embed(workspaceId, text, signal) {
      if ((resting.get(workspaceId) ?? 0) > ctx.clock.mono()) return null;
      const model = embedderOf(directory, workspaceId);
      if (!model) return null;
      try {
        const answer = await embed({
          workspaceId,
          caller: { id: "cache" },
          body: { model: model.id, input: text },
          deadlineMs: DEADLINE_MS,
          signal,
          cache: "bypass",
          retries: 0,
        });
        return { model: model.id, vector: vectorIn(answer.body) };
      } catch (error) {
        signal.throwIfAborted();
        if (resting.size >= WORKSPACES_MAX) resting.clear();
        resting.set(workspaceId, ctx.clock.mono() + REST_MS);
        ctx.log.warn("A request could not be embedded; the local embedder does it for a while", {
          model: model.id,
          error,
        });
        return null;
      }
    },
  };
}

function embedderOf(
  directory: EmbedderParts["directory"],
  workspaceId: string,
): ModelInfo | undefined {
  const embeds = ({ capabilities }: ModelInfo) => capabilities.includes("embeddings");
  const listed = directory.list(workspaceId).filter(embeds).toSorted((a, b) =>
    a.priceInMicrosPerMTok - b.priceInMicrosPerMTok
  );
  if (listed[0]) return listed[0];
  try {
    const known = directory.resolve(workspaceId, KNOWN);
    return embeds(known) ? known : undefined;
  } catch {
    return undefined;
  }
}

/** Throws for what is no embedding. */
function vectorIn(body: string): number[] {
  const { data } = JSON.parse(body) as { data?: { embedding?: unknown }[] };
  const vector = data?.[0]?.embedding;
  if (!Array.isArray(vector) || vector.length === 0 || !vector.every(Number.isFinite)) {
    throw new TypeError("The answer holds no embedding");
  }
  return vector as number[];
}
