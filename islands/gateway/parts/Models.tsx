/** The catalogue: what each model costs and can, and whether it can be used now. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { ModelView } from "../../../lib/gateway/directory/schema.ts";
import { Badge } from "../../../lib/ui/badge.tsx";
import { Button } from "../../../lib/ui/button.tsx";
import { Input } from "../../../lib/ui/field.tsx";
import { formatCount, formatMoney, formatShort } from "../../../lib/ui/format.ts";
import { Empty } from "../../../lib/ui/states.tsx";
import { type Sort, Table } from "../../../lib/ui/table.tsx";
import { useGateway } from "../context.ts";

type By = (model: ModelView) => number | string;
const sorts: Readonly<Record<string, By>> = {
  id: (model) => model.id,
  tier: (model) => model.tier,
  in: (model) => model.priced ? model.priceInMicrosPerMTok : Infinity,
  out: (model) => model.priced ? model.priceOutMicrosPerMTok : Infinity,
  speed: (model) => model.tokensPerSecond ?? 0,
  context: (model) => model.contextTokens,
};

export function Models(): JSX.Element {
  const { state } = useGateway();
  const [wanted, setWanted] = useState("");
  const [usable, setUsable] = useState(false);
  const [sort, setSort] = useState<Sort | undefined>();
  const all = state.data.value.models;
  const found = all.filter((model) =>
    (!usable || !model.problem) &&
    `${model.id} ${model.provider} ${model.tier} ${model.capabilities.join(" ")}`
      .toLowerCase().includes(wanted.trim().toLowerCase())
  );
  const rows = sort ? sorted(found, sort) : found;
  const ready = all.filter((model) => !model.problem).length;
  return (
    <section class="panel gateway-models" aria-labelledby="panel-models">
      <header class="panel-head">
        <h2 id="panel-models">
          Models{" "}
          <span class="count">{`${formatCount(ready)} of ${formatCount(all.length)} ready`}</span>
        </h2>
        <div class="models-find">
          <Input
            type="search"
            aria-label="Find a model"
            placeholder="Find a model"
            value={wanted}
            onInput={(event) => setWanted(event.currentTarget.value)}
          />
          <Button size="s" aria-pressed={usable} onClick={() => setUsable(!usable)}>Ready</Button>
          {state.mayChange && (
            <Button
              size="s"
              icon="plus"
              onClick={() => state.opened.value = { kind: "model", id: null }}
            >
              Add
            </Button>
          )}
        </div>
      </header>
      <Table
        caption="Catalogue of models"
        rows={rows}
        rowKey={(model) => model.id}
        sort={sort}
        onSort={setSort}
        empty={
          <Empty icon="search" title="No model fits" compact>
            Look for a name, a provider or a tier.
          </Empty>
        }
        columns={columns}
      />
    </section>
  );
}

const columns = [
  { id: "id", header: "Model", sortable: true, cell: (model: ModelView) => <Name model={model} /> },
  {
    id: "provider",
    header: "Provider",
    optional: true,
    cell: (model: ModelView) => model.provider,
  },
  {
    id: "tier",
    header: "Tier",
    sortable: true,
    optional: true,
    cell: (model: ModelView) => model.tier,
  },
  {
    id: "state",
    header: "State",
    cell: (model: ModelView) => <State model={model} />,
  },
  {
    id: "in",
    header: "In /M",
    numeric: true,
    sortable: true,
    cell: (model: ModelView) => price(model, model.priceInMicrosPerMTok),
  },
  {
    id: "out",
    header: "Out /M",
    numeric: true,
    sortable: true,
    cell: (model: ModelView) => price(model, model.priceOutMicrosPerMTok),
  },
  {
    id: "speed",
    header: "Tokens/s",
    numeric: true,
    sortable: true,
    optional: true,
    cell: (model: ModelView) =>
      model.tokensPerSecond ? formatCount(Math.round(model.tokensPerSecond)) : "–",
  },
  {
    id: "context",
    header: "Context",
    numeric: true,
    sortable: true,
    optional: true,
    cell: (model: ModelView) => formatShort(model.contextTokens),
  },
];

function Name({ model }: { readonly model: ModelView }): JSX.Element {
  const { state } = useGateway();
  return (
    <button
      type="button"
      class="cell-open cell-code"
      onClick={() => state.opened.value = { kind: "model", id: model.id }}
    >
      {model.id}
    </button>
  );
}

function State({ model }: { readonly model: ModelView }): JSX.Element {
  const { state } = useGateway();
  const breaker = state.data.value.breakers.find((one) =>
    one.model === model.id && one.provider === model.provider && one.state !== "closed"
  );
  if (model.problem) {
    return (
      <Badge title={`${model.id} ${model.problem}`}>{model.enabled ? "not ready" : "off"}</Badge>
    );
  }
  if (breaker) {
    return (
      <Badge tone={breaker.state === "open" ? "bad" : "warn"}>
        {breaker.state === "open" ? "breaker open" : "half-open"}
      </Badge>
    );
  }
  return <Badge tone="ok">ready</Badge>;
}

function price(model: ModelView, micros: number): JSX.Element | string {
  if (!model.priced) return "unknown";
  const text = formatMoney(micros, { short: true });
  if (!model.stale) return text;
  return (
    <span class="stale" title={`Read on ${model.asOf}; it may have changed`}>{`${text}?`}</span>
  );
}

function sorted(models: readonly ModelView[], { column, direction }: Sort): ModelView[] {
  const by = sorts[column] ?? sorts.id!;
  const sign = direction === "ascending" ? 1 : -1;
  return [...models].sort((a, b) => {
    const [x, y] = [by(a), by(b)];
    return x === y ? 0 : x < y ? -sign : sign;
  });
}
