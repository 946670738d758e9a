/** Calls on their way and those that ended last. */
import type { JSX } from "preact";
import type { GatewayCall } from "../../../lib/gateway/ledger/schema.ts";
import { Badge, type Tone } from "../../../lib/ui/badge.tsx";
import { formatCount, formatDuration, formatMoney, formatShort } from "../../../lib/ui/format.ts";
import { Empty } from "../../../lib/ui/states.tsx";
import { Table } from "../../../lib/ui/table.tsx";
import { useReading } from "../../_runtime/server_clock.ts";
import { Ago } from "../../board/team/Ago.tsx";
import { useGateway } from "../context.ts";

export function Calls(): JSX.Element {
  const { state } = useGateway();
  const { calls, live } = state.data.value;
  return (
    <section class="panel gateway-calls" aria-labelledby="panel-calls">
      <header class="panel-head">
        <h2 id="panel-calls">
          Calls{" "}
          {live.length > 0 && <span class="count">{`${formatCount(live.length)} running`}</span>}
        </h2>
      </header>
      <Table
        caption="Running and latest calls"
        rows={[...live, ...calls]}
        rowKey={(call) => call.id}
        empty={
          <Empty icon="ops" title="No call yet" compact>
            Each call shows here while it runs, with its route, cost and every attempt.
          </Empty>
        }
        columns={columns}
      />
    </section>
  );
}

const columns = [
  { id: "status", header: "Status", cell: (call: GatewayCall) => <Status call={call} /> },
  { id: "model", header: "Model", cell: (call: GatewayCall) => <Model call={call} /> },
  { id: "caller", header: "Caller", optional: true, cell: (call: GatewayCall) => call.caller.id },
  {
    id: "tokens",
    header: "Tokens",
    numeric: true,
    optional: true,
    cell: ({ usage }: GatewayCall) =>
      usage ? `${formatShort(usage.inputTokens)} → ${formatShort(usage.outputTokens)}` : "–",
  },
  {
    id: "first",
    header: "First token",
    numeric: true,
    optional: true,
    cell: ({ firstTokenMs }: GatewayCall) =>
      firstTokenMs === undefined ? "–" : formatDuration(firstTokenMs),
  },
  { id: "took", header: "Took", numeric: true, cell: (call: GatewayCall) => <Took call={call} /> },
  {
    id: "cost",
    header: "Cost",
    numeric: true,
    cell: ({ costMicros }: GatewayCall) => costMicros === undefined ? "–" : formatMoney(costMicros),
  },
  {
    id: "when",
    header: "When",
    numeric: true,
    optional: true,
    cell: ({ startedAt }: GatewayCall) => <Ago iso={startedAt} />,
  },
];

const tones: Record<GatewayCall["status"], Tone> = {
  running: "accent",
  done: "ok",
  failed: "bad",
  cut: "bad",
  canceled: "neutral",
};

export function Status({ call }: { readonly call: GatewayCall }): JSX.Element {
  const cached = call.cache === "hit" || call.cache === "semantic" || call.cache === "joined";
  return (
    <span class="call-status">
      <Badge tone={tones[call.status]} title={call.error?.message}>
        {call.error && call.status !== "running"
          ? call.error.code.replaceAll("_", " ")
          : call.status}
      </Badge>
      {cached && <Badge>{call.cache === "hit" ? "cached" : call.cache}</Badge>}
    </span>
  );
}

function Model({ call }: { readonly call: GatewayCall }): JSX.Element {
  const { state } = useGateway();
  const others = call.attempts.filter(({ outcome }) => outcome !== "ok").length;
  return (
    <button
      type="button"
      class="cell-open cell-code"
      title={call.route}
      onClick={() => state.opened.value = { kind: "call", id: call.id }}
    >
      {call.model || call.requested || "none"}
      {others > 0 && call.status === "done" && (
        <span class="quiet-text">
          {` after ${others} ${others === 1 ? "attempt" : "attempts"}`}
        </span>
      )}
    </button>
  );
}

function Took({ call }: { readonly call: GatewayCall }): JSX.Element {
  const text = useReading(
    `${call.id} ${call.latencyMs}`,
    (nowMs) =>
      call.latencyMs === undefined
        ? formatDuration(Math.max(0, nowMs - Date.parse(call.startedAt)))
        : formatDuration(call.latencyMs),
  );
  return <span>{text}</span>;
}
