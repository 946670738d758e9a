/** Cost over time as bars, the same as a table, and each model's part of it. */
import type { JSX } from "preact";
import { Disclosure } from "../../../lib/ui/card.tsx";
import { formatCount, formatMoney, formatPercent } from "../../../lib/ui/format.ts";
import { Empty } from "../../../lib/ui/states.tsx";
import { Table } from "../../../lib/ui/table.tsx";
import { useGateway } from "../context.ts";
import { costPoints } from "../state.ts";

const WIDTH = 640;
const HEIGHT = 150;
const TOP = 14;
const BOTTOM = 18;

export function CostChart(): JSX.Element {
  const { state } = useGateway();
  const { usage } = state.data.value;
  const points = costPoints(usage);
  const per = usage.step === "hour" ? "per hour" : "per day";
  return (
    <section class="panel gateway-cost" aria-labelledby="panel-cost">
      <header class="panel-head">
        <h2 id="panel-cost">Cost over time</h2>
        <span class="quiet-text">{`${per}, UTC`}</span>
      </header>
      {usage.total.calls === 0
        ? (
          <Empty icon="ops" title="No call in this time" compact>
            Point a program at this server’s <code>/v1</code>, or try a prompt here.
          </Empty>
        )
        : (
          <>
            <Bars points={points} step={usage.step} />
            <Shares />
            <Disclosure summary="As a table">
              <Table
                caption={`Cost ${per}`}
                rows={usage.groups.filter(({ sums }) => sums.calls > 0)}
                rowKey={(group) => group.value}
                columns={[
                  {
                    id: "at",
                    header: "From",
                    cell: ({ value }) => timeOf(Date.parse(value), usage.step),
                  },
                  {
                    id: "calls",
                    header: "Calls",
                    numeric: true,
                    cell: ({ sums }) => formatCount(sums.calls),
                  },
                  {
                    id: "cost",
                    header: "Cost",
                    numeric: true,
                    cell: ({ sums }) => formatMoney(sums.costMicros),
                  },
                  {
                    id: "saved",
                    header: "Saved",
                    numeric: true,
                    cell: ({ sums }) => formatMoney(sums.savedMicros),
                  },
                ]}
              />
            </Disclosure>
          </>
        )}
    </section>
  );
}

interface BarsProps {
  readonly points: ReturnType<typeof costPoints>;
  readonly step: "hour" | "day";
}

/** A bar for each hour or day: what is between two of them was never measured. */
function Bars({ points, step }: BarsProps): JSX.Element {
  const most = Math.max(1, ...points.map((point) => point.micros));
  const ground = HEIGHT - BOTTOM;
  const slot = WIDTH / points.length;
  const heightOf = (micros: number) =>
    micros === 0 ? 0 : Math.max(1.5, micros / most * (ground - TOP));
  const [first, last] = [points[0], points.at(-1)];
  return (
    <figure class="chart">
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`Cost, at most ${formatMoney(most)} ${step === "hour" ? "an hour" : "a day"}`}
      >
        <path
          class="chart-line"
          d={`M0 ${TOP}H${WIDTH}M0 ${(TOP + ground) / 2}H${WIDTH}M0 ${ground}H${WIDTH}`}
        />
        {points.map(({ at, micros }, index) => (
          <rect
            key={at}
            class="chart-bar"
            x={(index + 0.15) * slot}
            width={slot * 0.7}
            y={ground - heightOf(micros)}
            height={heightOf(micros)}
          >
            <title>{`${timeOf(at, step)}: ${formatMoney(micros)}`}</title>
          </rect>
        ))}
      </svg>
      <figcaption class="chart-ticks">
        <span>{first && timeOf(first.at, step)}</span>
        <span>{`highest ${formatMoney(most)}`}</span>
        <span>{last && timeOf(last.at, step)}</span>
      </figcaption>
    </figure>
  );
}

/** Each model's part of the cost, or of the calls while nothing costs anything. */
function Shares(): JSX.Element {
  const { state } = useGateway();
  const { shares } = state.data.value;
  const free = shares.total.costMicros === 0;
  const whole = free ? shares.total.calls : shares.total.costMicros;
  const parts = shares.groups
    .map(({ value, sums }) => ({ value, part: free ? sums.calls : sums.costMicros, sums }))
    .filter(({ part }) => part > 0)
    .sort((a, b) => b.part - a.part)
    .slice(0, 6);
  return (
    <ul class="plain-list shares">
      {parts.map(({ value, part, sums }) => (
        <li key={value} class="share">
          <code class="share-name">{value || "none"}</code>
          <svg class="share-bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
            <rect class="share-ground" width="100" height="4" />
            <rect class="share-part" width={100 * part / whole} height="4" />
          </svg>
          <span class="share-figure">{formatPercent(part / whole)}</span>
          <span class="share-figure">
            {free ? `${formatCount(sums.calls)} calls` : formatMoney(sums.costMicros)}
          </span>
        </li>
      ))}
    </ul>
  );
}

function timeOf(at: number, step: "hour" | "day"): string {
  const iso = new Date(at).toISOString();
  return step === "hour" ? `${iso.slice(5, 10)} ${iso.slice(11, 16)}` : iso.slice(0, 10);
}
