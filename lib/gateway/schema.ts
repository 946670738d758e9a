/**
 * Every number of the gateway, one object per area with its defaults. An area's own schema.ts exports its
 * part; a new area is an import and a line here. Browser-safe.
 */
import { z } from "zod";
import { breakersSettings } from "./breakers/schema.ts";
import { cacheSettings } from "./cache/schema.ts";
import { callsSettings } from "./calls/schema.ts";
import { directorySettings } from "./directory/schema.ts";
import { limitsSettings } from "./limits/schema.ts";
import { redactionSettings } from "./redaction/schema.ts";
import { wireSettings } from "./wire/schema.ts";
import { routingSettings } from "./routing/schema.ts";

export const gatewaySettings = z.strictObject({
  breakers: breakersSettings.prefault({}),
  cache: cacheSettings.prefault({}),
  calls: callsSettings.prefault({}),
  directory: directorySettings.prefault({}),
  limits: limitsSettings.prefault({}),
  redaction: redactionSettings.prefault({}),
  routing: routingSettings.prefault({}),
  wire: wireSettings.prefault({}),
});
export type GatewaySettings = z.infer<typeof gatewaySettings>;
