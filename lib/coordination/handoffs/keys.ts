/**
 * `["w", ws, "handoff", id]` – the record. `["w", ws, "handoff_by", list, …, createdMs, id]` – pointers, newest last,
 * in the lists `all`, `status/<status>`, `to/<agent or "">`, `to_status/<agent or "">/<status>`, `from/<agent>`,
 * `from_status/<agent>/<status>`. `""` stands for a handoff to anybody. Kept until withdrawn. Trade-off: a
 * list by sender and receiver at once walks those of the sender.
 */
import { defineKey, type IndexedAggregate } from "../../kernel/kv/mod.ts";
import type { Handoff } from "./schema.ts";

const options = { slice: "coordination", version: 1, retention: "keep" } as const;
export const handoffKey = defineKey("handoff", options);
export const handoffByKey = defineKey("handoff_by", options);

export const handoffKeys = [handoffKey, handoffByKey];

export type StoredHandoff = Handoff & { readonly v: 1 };

/** Stands where a receiver would for a handoff to anybody. */
export const ANYBODY = "";

export const handoffIndexes: IndexedAggregate<Handoff> = {
  id: (handoff) => handoff.id,
  records: (ws) => handoffKey.prefix(ws),
  indexKeys: (ws, { id, createdAt, status, toAgent = ANYBODY, fromAgent }) => {
    const place = [Date.parse(createdAt), id] as const;
    return [
      handoffByKey(ws, "all", ...place),
      handoffByKey(ws, "status", status, ...place),
      handoffByKey(ws, "to", toAgent, ...place),
      handoffByKey(ws, "to_status", toAgent, status, ...place),
      handoffByKey(ws, "from", fromAgent, ...place),
      handoffByKey(ws, "from_status", fromAgent, status, ...place),
    ];
  },
  indexes: (ws) => [handoffByKey.prefix(ws)],
};
