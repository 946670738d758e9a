/** Claims, which go stale unless renewed, and zones, which last until released. */
import type { JSX } from "preact";
import { useNow } from "../../_runtime/server_clock.ts";
import { useBoard } from "../context.ts";
import { nameOf } from "./Avatar.tsx";
import { formatLeft } from "./standing.ts";
import { Section } from "./Team.tsx";

export function Claims(): JSX.Element {
  const { state } = useBoard();
  const now = useNow();
  const claims = [...state.data.value.claims.values()]
    .filter((claim) => Date.parse(claim.staleAt) > now)
    .sort((a, b) => a.claimedAt > b.claimedAt ? -1 : 1);
  return (
    <Section id="claims" title="Claims" count={claims.length} empty="Nobody claims anything">
      <ul class="held-rows">
        {claims.map((claim) => (
          <li class="held-row" key={claim.what}>
            <span class="held-what" title={claim.what} dir="auto">{claim.what}</span>
            <span class="held-left mono" title="Goes stale without renewal">
              {formatLeft(Date.parse(claim.staleAt) - now)}
            </span>
            <span class="held-by">
              {nameOf(claim.by)}
              {claim.description && <span title={claim.description}>{claim.description}</span>}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

export function Zones(): JSX.Element {
  const { state } = useBoard();
  const zones = [...state.data.value.zones.values()].sort((a, b) => a.path < b.path ? -1 : 1);
  return (
    <Section id="zones" title="Zones" count={zones.length} empty="No path has an owner">
      <ul class="held-rows">
        {zones.map((zone) => (
          <li class="held-row" key={zone.zoneId}>
            <span class="held-what mono" title={zone.path}>{zone.path}</span>
            <span class="held-left">{nameOf(zone.owner)}</span>
            {(zone.description ?? zone.zoneId) !== zone.path && (
              <span class="held-by">
                <span>{zone.description ?? zone.zoneId}</span>
              </span>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}
