/** The rules of zones, pure: what a path lies in, and who may have one. */
import type { Zone } from "./schema.ts";

export type ZoneDecision =
  | { readonly kind: "allow" }
  | { readonly kind: "deny"; readonly reason: string; readonly zone: Zone };

/** On whole segments: `src/api` holds `src/api/users.ts`, not `src/api2`. */
export function isWithin(path: string, zonePath: string): boolean {
  return path === zonePath || path.startsWith(`${zonePath}/`);
}

/** Every path that holds this one, itself included, shortest first; at most `max`. */
export function holdersOf(path: string, max: number): string[] {
  const segments = path.split("/").slice(0, max);
  return segments.map((_, i) => segments.slice(0, i + 1).join("/"));
}

/** The zone a path lies in: that with the longest path. */
export function innermost(path: string, zones: readonly Zone[]): Zone | null {
  return zones.filter((zone) => isWithin(path, zone.path)).reduce<Zone | null>(
    (best, zone) => best === null || zone.path.length > best.path.length ? zone : best,
    null,
  );
}

/** A zone of another owner, by its id or by an overlapping path, stands in the way. */
export function decideZoneClaim(
  wanted: Pick<Zone, "zoneId" | "path" | "owner">,
  sameId: Zone | null,
  others: readonly Zone[],
): ZoneDecision {
  const { zoneId, path, owner } = wanted;
  if (sameId && sameId.owner !== owner) {
    return {
      kind: "deny",
      reason:
        `Zone "${zoneId}" is held by "${sameId.owner}" (${sameId.path}); choose another id or ask "${sameId.owner}"`,
      zone: sameId,
    };
  }
  const foreign = others.filter((zone) =>
    zone.owner !== owner && (isWithin(path, zone.path) || isWithin(zone.path, path))
  );
  const [zone] = foreign;
  if (!zone) return { kind: "allow" };
  const how = zone.path === path ? "is" : "overlaps";
  return {
    kind: "deny",
    reason:
      `"${path}" ${how} the zone "${zone.zoneId}" (${zone.path}) of "${zone.owner}"; ask "${zone.owner}" to release it or claim another path`,
    zone,
  };
}
