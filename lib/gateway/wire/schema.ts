/** What a workspace wants of OpenAI's surface. Browser-safe. */
import { z } from "zod";

export const wireSettings = z.strictObject({
  /** Of `/v1`: members of a request nobody here knows go to the provider, or the request is refused. */
  unknownParameters: z.enum(["pass", "refuse"]).default("pass"),
});
