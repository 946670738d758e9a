/** What the cache answered, and what that saved. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Button } from "../../../lib/ui/button.tsx";
import { ConfirmDialog } from "../../../lib/ui/dialog.tsx";
import { formatBytes, formatCount, formatMoney, formatShort } from "../../../lib/ui/format.ts";
import { attempt } from "../../board/attempt.ts";
import { useGateway } from "../context.ts";

export function Cache(): JSX.Element {
  const { state, actions } = useGateway();
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const { total, entries, storedBytes } = state.data.value.cache;
  async function clear(): Promise<void> {
    setBusy(true);
    await attempt("The cache was not emptied", actions.clearCache);
    setBusy(false);
    setAsking(false);
  }
  return (
    <section class="panel gateway-cache" aria-labelledby="panel-cache">
      <header class="panel-head">
        <h2 id="panel-cache">Cache</h2>
        {state.mayChange && entries > 0 && (
          <Button
            size="s"
            variant="quiet"
            class="panel-action"
            onClick={() => setAsking(true)}
          >
            Empty
          </Button>
        )}
      </header>
      <dl class="facts">
        <dt>Looked up</dt>
        <dd>{formatCount(total.lookups)}</dd>
        <dt>Same request</dt>
        <dd>{`${formatCount(total.hits)} answered`}</dd>
        <dt>Same meaning</dt>
        <dd>{`${formatCount(total.semanticHits)} answered`}</dd>
        <dt>At the same time</dt>
        <dd>{`${formatCount(total.joined)} joined`}</dd>
        <dt>Passed by</dt>
        <dd>{formatCount(total.bypassed)}</dd>
        <dt>Not spent</dt>
        <dd>{`${formatMoney(total.savedMicros)}, ${formatShort(total.savedTokens)} tokens`}</dd>
        <dt>Kept</dt>
        <dd>{`${formatCount(entries)}, ${formatBytes(storedBytes)}`}</dd>
      </dl>
      <ConfirmDialog
        open={asking}
        title="Empty the cache?"
        confirm="Empty the cache"
        danger
        busy={busy}
        onConfirm={clear}
        onClose={() => setAsking(false)}
      >
        {`${formatCount(entries)} answers are forgotten; the next calls are asked and paid again.`}
      </ConfirmDialog>
    </section>
  );
}
