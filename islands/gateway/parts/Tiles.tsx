/** What the period came to. */
import type { ComponentChildren, JSX } from "preact";
import {
  formatCount,
  formatDuration,
  formatMoney,
  formatPercent,
  formatShort,
} from "../../../lib/ui/format.ts";
import { useGateway } from "../context.ts";

export function Tiles(): JSX.Element {
  const { state } = useGateway();
  const { usage, cache, live } = state.data.value;
  const { total } = usage;
  const bad = total.failed + total.cut;
  const share = total.flagshipMicros > 0 ? total.savedMicros / total.flagshipMicros : 0;
  return (
    <dl class="tiles gateway-tiles">
      <Tile label="Calls" value={formatShort(total.calls)}>
        {live.length > 0 ? `${formatCount(live.length)} running now` : "none running"}
      </Tile>
      <Tile label="Answered" value={total.calls > 0 ? formatPercent(1 - bad / total.calls) : "–"}>
        {`${formatCount(total.failed)} failed, ${formatCount(total.cut)} cut`}
      </Tile>
      <Tile label="Cost" value={formatMoney(total.costMicros)}>
        {`${formatShort(total.inputTokens)} in, ${formatShort(total.outputTokens)} out`}
      </Tile>
      <Tile label="Saved" value={formatMoney(total.savedMicros)}>
        {usage.flagship && total.flagshipMicros > 0
          ? `${formatPercent(share)} against ${usage.flagship}`
          : "against the flagship's price"}
      </Tile>
      <Tile label="Latency p95" value={total.latencyMs ? formatDuration(total.latencyMs.p95) : "–"}>
        {total.latencyMs
          ? `p50 ${formatDuration(total.latencyMs.p50)}${
            total.firstTokenMs ? `, first token ${formatDuration(total.firstTokenMs.mean)}` : ""
          }`
          : "nothing answered yet"}
      </Tile>
      <Tile
        label="From the cache"
        value={cache.total.lookups > 0 ? formatPercent(cache.hitRate) : "–"}
      >
        {`${formatMoney(cache.total.savedMicros)} not spent`}
      </Tile>
    </dl>
  );
}

function Tile(
  { label, value, children }: {
    readonly label: string;
    readonly value: string;
    readonly children: ComponentChildren;
  },
): JSX.Element {
  return (
    <div class="tile">
      <dt>{label}</dt>
      <dd>
        <span class="tile-value">{value}</span>
        <span class="tile-note">{children}</span>
      </dd>
    </div>
  );
}
