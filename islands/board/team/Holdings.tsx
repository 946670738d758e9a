/** Claims, which go stale unless renewed, and zones, which last until released. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Claim } from "../../../lib/coordination/claims/schema.ts";
import type { Zone } from "../../../lib/coordination/zones/schema.ts";
import { IconButton } from "../../../lib/ui/button.tsx";
import { ConfirmDialog } from "../../../lib/ui/dialog.tsx";
import { useNow } from "../../_runtime/server_clock.ts";
import { useBoard } from "../context.ts";
import { nameOf } from "./Avatar.tsx";
import { Path } from "./Path.tsx";
import { formatLeft } from "./standing.ts";
import { Section } from "./Section.tsx";

export function Claims(): JSX.Element {
  const { state, actions } = useBoard();
  const [asked, setAsked] = useState<Claim | null>(null);
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
              <span class="held-name" title={nameOf(claim.by)}>{nameOf(claim.by)}</span>
              {claim.description && <span title={claim.description}>{claim.description}</span>}
            </span>
            <Release label={`Release the claim on ${claim.what}`} onClick={() => setAsked(claim)} />
          </li>
        ))}
      </ul>
      <ConfirmDialog
        open={asked !== null}
        title={`Release the claim of ${asked && nameOf(asked.by)}?`}
        confirm="Release claim"
        danger
        onClose={() => setAsked(null)}
        onConfirm={() => {
          if (asked) void actions.releaseClaim(asked);
          setAsked(null);
        }}
      >
        {asked && `Others may begin “${asked.what}” although it may be half done.`}
      </ConfirmDialog>
    </Section>
  );
}

/** For whoever may take away what others hold. */
function Release({ label, onClick }: { label: string; onClick: () => void }) {
  const { state } = useBoard();
  if (!state.mayForce) return null;
  return (
    <IconButton
      class="held-action"
      icon="close"
      size="s"
      tooltip="none"
      label={label}
      onClick={onClick}
    />
  );
}

export function Zones(): JSX.Element {
  const { state, actions } = useBoard();
  const [asked, setAsked] = useState<Zone | null>(null);
  const zones = [...state.data.value.zones.values()].sort((a, b) => a.path < b.path ? -1 : 1);
  return (
    <Section id="zones" title="Zones" count={zones.length} empty="No path has an owner">
      <ul class="held-rows">
        {zones.map((zone) => (
          <li class="held-row" key={zone.zoneId}>
            <span class="held-what mono">
              <Path path={zone.path} />
            </span>
            <span class="held-left" title={nameOf(zone.owner)}>{nameOf(zone.owner)}</span>
            {(zone.description ?? zone.zoneId) !== zone.path && (
              <span class="held-by">
                <span>{zone.description ?? zone.zoneId}</span>
              </span>
            )}
            <Release label={`Release ${zone.path}`} onClick={() => setAsked(zone)} />
          </li>
        ))}
      </ul>
      <ConfirmDialog
        open={asked !== null}
        title={`Take this zone from ${asked && nameOf(asked.owner)}?`}
        confirm="Release zone"
        danger
        onClose={() => setAsked(null)}
        onConfirm={() => {
          if (asked) void actions.releaseZone(asked);
          setAsked(null);
        }}
      >
        {asked && (
          <>
            <code>{asked.path}</code> and everything below it has no owner from then on.
          </>
        )}
      </ConfirmDialog>
    </Section>
  );
}
