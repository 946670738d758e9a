/** What every function of the program is given, and nothing else. Types only. */
import type { Clock } from "./core/clock.ts";
import type { Ids } from "./core/ids.ts";
import type { Store } from "./kv/store.ts";
import type { Config } from "./platform/config.ts";
import type { OutboundFetch } from "./platform/fetch.ts";
import type { Logger } from "./platform/log.ts";

export interface AppContext {
  readonly kv: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly config: Config;
  readonly log: Logger;
  readonly fetch: OutboundFetch;
}
