/** A dense table: one hairline per row, figures to the end in tabular digits, sortable by its headers. */
import type { ComponentChildren, JSX } from "preact";
import { Icon } from "./icons.tsx";

export interface Column<Row> {
  readonly id: string;
  readonly header: string;
  readonly cell: (row: Row) => ComponentChildren;
  readonly numeric?: boolean;
  readonly sortable?: boolean;
  /** Left out on narrow screens. */
  readonly optional?: boolean;
}

export interface Sort {
  readonly column: string;
  readonly direction: "ascending" | "descending";
}

export interface TableProps<Row> {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  readonly sort?: Sort;
  readonly onSort?: (sort: Sort) => void;
  /** Shown in place of rows. */
  readonly empty?: ComponentChildren;
}

export function Table<Row>(props: TableProps<Row>): JSX.Element {
  const { caption, columns, rows, rowKey, sort, onSort, empty } = props;
  return (
    <div class="table-scroll" role="region" aria-label={caption} tabIndex={0}>
      <table class="table">
        <caption class="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th
                key={column.id}
                scope="col"
                data-numeric={column.numeric ? "" : undefined}
                data-optional={column.optional ? "" : undefined}
                aria-sort={sort?.column === column.id ? sort.direction : undefined}
              >
                {column.sortable && onSort
                  ? <SortButton column={column} sort={sort} onSort={onSort} />
                  : column.header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)}>
              {columns.map((column) => (
                <td
                  key={column.id}
                  data-numeric={column.numeric ? "" : undefined}
                  data-optional={column.optional ? "" : undefined}
                >
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length === 0 && empty}
    </div>
  );
}

interface SortButtonProps<Row> {
  readonly column: Column<Row>;
  readonly sort: Sort | undefined;
  readonly onSort: (sort: Sort) => void;
}

function SortButton<Row>({ column, sort, onSort }: SortButtonProps<Row>): JSX.Element {
  const mine = sort?.column === column.id;
  const descending = mine && sort.direction === "descending";
  return (
    <button
      type="button"
      class="table-sort"
      onClick={() =>
        onSort({ column: column.id, direction: mine && !descending ? "descending" : "ascending" })}
    >
      {column.header}
      {mine && <Icon name={descending ? "arrowDown" : "arrowUp"} size={12} />}
    </button>
  );
}
