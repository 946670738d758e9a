/** Providers: whether each can be used, how it answers, and its breakers. */
import type { JSX } from "preact";
import type { BreakerView } from "../../../lib/gateway/breakers/schema.ts";
import type { ProviderView } from "../../../lib/gateway/directory/schema.ts";
import { Badge } from "../../../lib/ui/badge.tsx";
import { formatCount, formatDuration, formatPercent } from "../../../lib/ui/format.ts";
import { Table } from "../../../lib/ui/table.tsx";
import { useReading } from "../../_runtime/server_clock.ts";
import { Ago } from "../../board/team/Ago.tsx";
import { useGateway } from "../context.ts";
import { troubleOf } from "../state.ts";

export function Providers(): JSX.Element {
  const { state } = useGateway();
  const data = state.data.value;
  return (
    <section class="panel gateway-providers" aria-labelledby="panel-providers">
      <header class="panel-head">
        <h2 id="panel-providers">Providers</h2>
      </header>
      <Table
        caption="Providers and how they answer"
        rows={data.providers}
        rowKey={(provider) => provider.id}
        columns={[
          { id: "name", header: "Provider", cell: (provider) => <Name provider={provider} /> },
          { id: "state", header: "State", cell: (provider) => <State provider={provider} /> },
          {
            id: "calls",
            header: "Calls",
            numeric: true,
            cell: ({ health }) => formatCount(health.calls),
          },
          {
            id: "errors",
            header: "Errors",
            numeric: true,
            cell: ({ health }) =>
              health.calls > 0 ? formatPercent(health.failures / health.calls) : "–",
          },
          {
            id: "latency",
            header: "Last",
            numeric: true,
            optional: true,
            cell: ({ health }) =>
              health.lastLatencyMs === undefined ? "–" : formatDuration(health.lastLatencyMs),
          },
        ]}
      />
      <Trouble />
    </section>
  );
}

function Name({ provider }: { readonly provider: ProviderView }): JSX.Element {
  const { state } = useGateway();
  return (
    <button
      type="button"
      class="cell-open"
      onClick={() => state.opened.value = { kind: "provider", id: provider.id }}
    >
      {provider.name}
    </button>
  );
}

function State({ provider }: { readonly provider: ProviderView }): JSX.Element {
  const { state } = useGateway();
  const broken = troubleOf(state.data.value, provider.id).filter(({ state }) => state !== "closed");
  if (provider.problem) {
    return (
      <Badge title={`${provider.name} ${provider.problem}`}>
        {provider.enabled ? provider.problem : "off"}
      </Badge>
    );
  }
  if (broken.length > 0) {
    const open = broken.filter(({ state }) => state === "open").length;
    return (
      <Badge tone={open > 0 ? "bad" : "warn"}>
        {open > 0 ? `${open} open` : `${broken.length} half-open`}
      </Badge>
    );
  }
  return <Badge tone="ok">ready</Badge>;
}

/** Breakers that hold calls back or may soon. */
function Trouble(): JSX.Element | null {
  const { state } = useGateway();
  const data = state.data.value;
  const trouble = data.providers.flatMap(({ id }) => troubleOf(data, id));
  if (trouble.length === 0) return null;
  return (
    <>
      <h3>Breakers</h3>
      <ul class="plain-list rows">
        {trouble.map((breaker) => (
          <li key={`${breaker.provider} ${breaker.model}`} class="breaker">
            <Badge tone={tones[breaker.state]}>{names[breaker.state]}</Badge>
            <code>{breaker.model}</code>
            <span class="breaker-why">
              {breaker.reason ?? `${breaker.failures} failures in a row`}
              {breaker.state === "open" && breaker.retryAt && <Retry breaker={breaker} />}
            </span>
            {breaker.changedAt && <Ago iso={new Date(breaker.changedAt).toISOString()} />}
          </li>
        ))}
      </ul>
    </>
  );
}

const tones = { closed: "neutral", half_open: "warn", open: "bad" } as const;
const names = { closed: "closed", half_open: "half-open", open: "open" } as const;

function Retry({ breaker }: { readonly breaker: BreakerView }): JSX.Element {
  const { retryAt } = breaker;
  const text = useReading(
    `${breaker.model} ${retryAt}`,
    (nowMs) =>
      retryAt! > nowMs
        ? `, tries again in ${formatDuration(retryAt! - nowMs)}`
        : ", tries again now",
  );
  return <span>{text}</span>;
}
