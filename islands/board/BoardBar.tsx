/** The bar: how many are open, whether the server is heard, the filter, and a new task. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Chip } from "../../lib/ui/badge.tsx";
import { Button, IconButton } from "../../lib/ui/button.tsx";
import { Input, Select } from "../../lib/ui/field.tsx";
import { formatCount } from "../../lib/ui/format.ts";
import { type BoardView, useBoard } from "./context.ts";
import { type Filter, isFiltered, NO_FILTER, UNASSIGNED } from "./filter.ts";
import { StreamChip } from "./StreamChip.tsx";
import { nameOf } from "./team/Avatar.tsx";

export interface BoardBarProps {
  readonly onNew: () => void;
}

const views: readonly { id: BoardView; label: string }[] = [
  { id: "tasks", label: "Tasks" },
  { id: "team", label: "Team" },
  { id: "chat", label: "Chat" },
];

export function BoardBar({ onNew }: BoardBarProps): JSX.Element {
  const { state } = useBoard();
  const [filtering, setFiltering] = useState(false);
  const open = [...state.data.value.tasks.values()].filter((task) => task.status !== "done").length;
  const stuck = state.data.value.escalations.size;
  const filtered = isFiltered(state.filter.value);
  return (
    <header class="page-bar board-bar" data-filtering={filtering ? "" : undefined}>
      <h1 class="page-title">Board</h1>
      <Chip>{`${formatCount(open)}${state.tasksCut ? "+" : ""} open`}</Chip>
      <StreamChip stream={state.stream} />
      <div class="board-views" role="group" aria-label="Show">
        {views.map(({ id, label }) => (
          <button
            key={id}
            type="button"
            class="board-view"
            aria-pressed={state.view.value === id}
            onClick={() => state.view.value = id}
          >
            {label}
            {id === "team" && stuck > 0 && <span class="badge" data-tone="bad">{stuck}</span>}
          </button>
        ))}
      </div>
      <FilterForm />
      <div class="page-actions">
        <IconButton
          class="filter-toggle"
          icon="filter"
          label="Filter"
          tooltip="none"
          variant={filtered ? "default" : "quiet"}
          aria-expanded={filtering}
          onClick={() => setFiltering(!filtering)}
        />
        {state.mayWrite && (
          <Button variant="primary" icon="plus" collapse onClick={onNew}>New task</Button>
        )}
      </div>
    </header>
  );
}

/** A plain form, so that it filters without script as well. */
function FilterForm(): JSX.Element {
  const { state } = useBoard();
  const filter = state.filter.value;
  const { tasks, agents } = state.data.value;
  const set = (change: Partial<Filter>) => state.filter.value = { ...filter, ...change };
  const tags = [...new Set([...tasks.values()].flatMap((task) => task.tags))].sort();
  const people = [
    ...new Set([
      ...agents.keys(),
      ...[...tasks.values()].flatMap((task) => task.assignee ?? []),
    ]),
  ].sort();
  const select = (
    name: "agent" | "priority" | "tag",
    label: string,
    options: { value: string; label: string }[],
  ) => (
    <Select
      class="filter-select"
      name={name}
      aria-label={label}
      value={filter[name]}
      options={[{ value: "", label }, ...withCurrent(options, filter[name])]}
      onChange={(event) => set({ [name]: event.currentTarget.value })}
    />
  );
  return (
    <form
      class="board-filter"
      role="search"
      aria-label="Filter tasks"
      onSubmit={(event) => event.preventDefault()}
    >
      <Input
        type="search"
        name="q"
        class="filter-text"
        aria-label="Filter by text"
        placeholder="Filter tasks"
        value={filter.q}
        autocomplete="off"
        onInput={(event) => set({ q: event.currentTarget.value })}
      />
      {select("agent", "Anyone", [
        { value: UNASSIGNED, label: "No one" },
        ...people.map((id) => ({ value: id, label: id === state.me ? "You" : nameOf(id) })),
      ])}
      {select(
        "priority",
        "Any priority",
        ["urgent", "high", "medium", "low"].map((value) => ({
          value,
          label: value[0]!.toUpperCase() + value.slice(1),
        })),
      )}
      {select("tag", "Any tag", tags.map((tag) => ({ value: tag, label: tag })))}
      {isFiltered(filter) && (
        <IconButton
          icon="close"
          size="s"
          label="Clear the filter"
          onClick={() => state.filter.value = NO_FILTER}
        />
      )}
      <button type="submit" class="btn no-script" data-variant="default">Apply</button>
    </form>
  );
}

/** What the address names is shown as chosen, also when nothing has it. */
function withCurrent(options: { value: string; label: string }[], current: string) {
  return !current || options.some((option) => option.value === current)
    ? options
    : [...options, { value: current, label: current }];
}
