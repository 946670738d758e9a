/** A route decision: what was chosen, what it was judged by, and who was passed over. */
import { Fragment, type JSX } from "preact";
import type { StoredDecision } from "../../../lib/gateway/routing/schema.ts";
import { Chip } from "../../../lib/ui/badge.tsx";
import { Disclosure } from "../../../lib/ui/card.tsx";
import { formatMoney } from "../../../lib/ui/format.ts";
import { Meter } from "../../../lib/ui/meter.tsx";

/** More are hardly ever tried. */
const FALLBACKS_SHOWN = 6;

/** A preview has no id yet. */
export type ShownDecision = Omit<StoredDecision, "id" | "at">;

export function Decision({ decision }: { readonly decision: ShownDecision }): JSX.Element {
  const { complexity, rejected, fallbacks } = decision;
  return (
    <div class="decision">
      <p class="decision-model">
        <code>{decision.model}</code>
        <Chip>{decision.tier}</Chip>
        {decision.pinned && <Chip>pinned</Chip>}
        {decision.estimatedCostMicros !== undefined && (
          <span class="quiet-text">{`about ${formatMoney(decision.estimatedCostMicros)}`}</span>
        )}
      </p>
      <p class="decision-why">{decision.reason}</p>
      {complexity && (
        <>
          <Meter
            kind="plain"
            label="Complexity"
            value={complexity.score}
            max={1}
            text={complexity.score.toFixed(2)}
          />
          {complexity.features.length > 0 && (
            <p class="decision-features">
              {complexity.features.map((feature) => <Chip key={feature}>{feature}</Chip>)}
            </p>
          )}
        </>
      )}
      {fallbacks.length > 0 && (
        <p class="quiet-text">
          {"Then "}
          {fallbacks.slice(0, FALLBACKS_SHOWN).map((model, index) => (
            <Fragment key={model}>
              {index > 0 && ", "}
              <code>{model}</code>
            </Fragment>
          ))}
          {fallbacks.length > FALLBACKS_SHOWN &&
            ` and ${fallbacks.length - FALLBACKS_SHOWN} more`}
        </p>
      )}
      {rejected.length > 0 && (
        <Disclosure summary={`${rejected.length} passed over`}>
          <ul class="plain-list passed">
            {rejected.map(({ model, provider, reason }) => (
              <li key={`${provider} ${model}`}>
                <code>{model}</code> <span class="quiet-text">{reason}</span>
              </li>
            ))}
          </ul>
        </Disclosure>
      )}
    </div>
  );
}
