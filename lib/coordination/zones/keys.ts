/**
 * `["w", ws, "zone", zoneId]` – the record. `["w", ws, "zone_by", "all" | "owner/<owner>", claimedMs, zoneId]` –
 * pointers, newest last. `["w", ws, "zone_path", "<path>/", owner, zoneId]` – pointers in the order of paths, so
 * that what lies below a path is one range; the text is cut at 900 bytes and the record tells the rest.
 * `["w", ws, "zone_gate"]` – a fence: whoever claims reads it checked and writes it, so that of two that
 * overlap the later sees the earlier. Kept until released. Trade-off: claims of zones wait for each other,
 * a millisecond each; they are rare.
 */
import { defineKey, type IndexedAggregate } from "../../kernel/kv/mod.ts";
import type { Zone } from "./schema.ts";

const options = { slice: "coordination", version: 1, retention: "keep" } as const;
export const zoneKey = defineKey("zone", options);
export const zoneByKey = defineKey("zone_by", options);
export const zonePathKey = defineKey("zone_path", options);
export const zoneGateKey = defineKey("zone_gate", options);

export const zoneKeys = [zoneKey, zoneByKey, zonePathKey, zoneGateKey];

export type StoredZone = Zone & { readonly v: 1 };

const PATH_KEY_BYTES = 900;
const LAST_CHARACTER = "\u{10FFFF}";
const encoder = new TextEncoder();

/** The part of a key that stands for a path: it ends with a slash unless it had to be cut. */
export function pathPart(path: string): string {
  const text = `${path}/`;
  if (text.length * 3 <= PATH_KEY_BYTES) return text;
  const bytes = encoder.encode(text);
  if (bytes.length <= PATH_KEY_BYTES) return text;
  // Streaming leaves out a character that the cut went through.
  return new TextDecoder().decode(bytes.subarray(0, PATH_KEY_BYTES), { stream: true });
}

/** The first text behind all that begin with this one, as the store sorts: by code points. */
export function textAfter(prefix: string): string {
  const points = [...prefix];
  for (let point = points.pop(); point !== undefined; point = points.pop()) {
    const code = point.codePointAt(0)!;
    // Surrogates are no characters of their own; the last character has none behind it.
    if (code < 0x10FFFF) {
      return points.join("") + String.fromCodePoint(code === 0xD7FF ? 0xE000 : code + 1);
    }
  }
  // Of last characters alone: behind the longest of such.
  return LAST_CHARACTER.repeat(PATH_KEY_BYTES / encoder.encode(LAST_CHARACTER).length + 1);
}

export const zoneIndexes: IndexedAggregate<Zone> = {
  id: (zone) => zone.zoneId,
  records: (ws) => zoneKey.prefix(ws),
  indexKeys: (ws, zone) => {
    const place = [Date.parse(zone.claimedAt), zone.zoneId] as const;
    return [
      zoneByKey(ws, "all", ...place),
      zoneByKey(ws, "owner", zone.owner, ...place),
      zonePathKey(ws, pathPart(zone.path), zone.owner, zone.zoneId),
    ];
  },
  indexes: (ws) => [zoneByKey.prefix(ws), zonePathKey.prefix(ws)],
};
