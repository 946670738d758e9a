/** A table that sorts, and one that is empty. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { Badge, type Tone } from "../../lib/ui/badge.tsx";
import { formatCount, formatPercent } from "../../lib/ui/format.ts";
import { Empty } from "../../lib/ui/states.tsx";
import { type Column, type Sort, Table } from "../../lib/ui/table.tsx";

interface Provider {
  readonly name: string;
  readonly breaker: string;
  readonly tone: Tone;
  readonly calls: number;
  readonly errors: number;
}

const providers: readonly Provider[] = [
  { name: "Groq", breaker: "closed", tone: "ok", calls: 1184, errors: 0.002 },
  { name: "Workers AI", breaker: "half-open", tone: "warn", calls: 12, errors: 0.083 },
  { name: "OpenAI", breaker: "open", tone: "bad", calls: 9, errors: 0.41 },
];

const columns: readonly Column<Provider>[] = [
  { id: "name", header: "Provider", cell: (row) => row.name, sortable: true },
  { id: "breaker", header: "Breaker", cell: (row) => <Badge tone={row.tone}>{row.breaker}</Badge> },
  {
    id: "calls",
    header: "Calls/min",
    cell: (row) => formatCount(row.calls),
    numeric: true,
    sortable: true,
  },
  {
    id: "errors",
    header: "Errors",
    cell: (row) => formatPercent(row.errors),
    numeric: true,
    optional: true,
  },
];

export function Tables(): JSX.Element {
  const sort = useSignal<Sort>({ column: "calls", direction: "descending" });
  const by = sort.value.column as "name" | "calls";
  const sign = sort.value.direction === "ascending" ? 1 : -1;
  const rows = [...providers].sort((a, b) => (a[by] < b[by] ? -1 : 1) * sign);
  return (
    <div class="specimens">
      <div class="specimen">
        <h3>Table</h3>
        <Table
          caption="Providers"
          columns={columns}
          rows={rows}
          rowKey={(row) => row.name}
          sort={sort.value}
          onSort={(next) => sort.value = next}
        />
      </div>
      <div class="specimen">
        <h3>Table without rows</h3>
        <Table
          caption="No providers"
          columns={columns}
          rows={[]}
          rowKey={(row) => row.name}
          empty={<Empty compact title="No provider answers yet">Add a key in Settings.</Empty>}
        />
      </div>
    </div>
  );
}
