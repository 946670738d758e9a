/** Where a program begins. */
import { Muster } from "./muster.ts";
import type { ConnectOptions } from "./transport.ts";

/** Asks nothing yet: `const muster = connect({ url, key, agentId: "phoenix" })`. */
export function connect(options: ConnectOptions = {}): Muster {
  return new Muster(options);
}
