/** Goes where the name says; falls back to models that can do as much. */
import type { ModelInfo } from "../../agents/model_port.ts";
import type { DirectoryStage, RouterStage } from "./stages.ts";

export function plainRouter(directory: DirectoryStage): RouterStage {
  return {
    choose(call) {
      const model = directory.resolve(call.workspaceId, call.body.model);
      const fits = (other: ModelInfo) =>
        other !== model && !other.demonstration &&
        other.capabilities.includes(call.operation === "embeddings" ? "embeddings" : "chat");
      const fallbacks = directory.list(call.workspaceId).filter(fits);
      return {
        requested: call.body.model ?? "",
        model,
        fallbacks,
        tier: model.tier,
        reason: `${model.id} as asked`,
        rejected: [],
      };
    },
  };
}
