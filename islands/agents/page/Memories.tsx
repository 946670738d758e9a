/** What the agent keeps, searched by the server's ranking. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Memory, MemoryCategory } from "../../../lib/coordination/memory/schema.ts";
import { Badge, type Tone } from "../../../lib/ui/badge.tsx";
import { Input, Select } from "../../../lib/ui/field.tsx";
import { type Problem, toProblem } from "../../_runtime/problem.ts";
import { Ago } from "../../board/team/Ago.tsx";
import { useAgent } from "./context.ts";
import { Panel } from "./Panel.tsx";

const categories: readonly MemoryCategory[] = [
  "discovery",
  "decision",
  "blocker",
  "learning",
  "pattern",
  "warning",
];
const tones: Partial<Record<MemoryCategory, Tone>> = { blocker: "bad", warning: "warn" };
/** While somebody types, the server is asked once they pause. */
const PAUSE_MS = 150;
const SHOWN = 12;

export function Memories(): JSX.Element {
  const { state, actions } = useAgent();
  const [query, setQuery] = useState("");
  const [category, setCategory] = useState<MemoryCategory | "">("");
  const [found, setFound] = useState<readonly Memory[] | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const asked = query.trim() !== "" || category !== "";
  useEffect(() => {
    setProblem(null);
    if (!asked) return setFound(null);
    let late = false;
    const timer = setTimeout(() => {
      actions.recall(query.trim(), category).then(
        (items) => !late && setFound(items),
        (error) => !late && setProblem(toProblem(error)),
      );
    }, PAUSE_MS);
    return () => {
      late = true;
      clearTimeout(timer);
    };
  }, [query, category]);
  const shown = found ?? [...state.data.value.memories.values()].slice(0, SHOWN);
  return (
    <Panel id="memories" title="Memories" note={<span class="spacer" />}>
      <div class="memory-search" role="search" aria-label="Search memories">
        <Input
          type="search"
          aria-label="Search memories"
          placeholder="Search what it knows"
          value={query}
          onInput={(event) => setQuery(event.currentTarget.value)}
        />
        <Select
          aria-label="Category"
          value={category}
          options={[
            { value: "", label: "Any kind" },
            ...categories.map((value) => ({ value, label: value })),
          ]}
          onChange={(event) => setCategory(event.currentTarget.value as MemoryCategory | "")}
        />
      </div>
      <div aria-live="polite">
        {problem
          ? <p class="quiet-text">{problem.detail}</p>
          : shown.length === 0
          ? <p class="quiet-text">{asked ? "Nothing fits" : "It has kept nothing yet"}</p>
          : (
            <ul class="plain-list rows">
              {shown.map((memory) => <MemoryRow key={memory.id} memory={memory} />)}
            </ul>
          )}
      </div>
    </Panel>
  );
}

function MemoryRow({ memory }: { readonly memory: Memory }): JSX.Element {
  return (
    <li>
      <p class="pre" dir="auto">{memory.content}</p>
      <p class="memory-facts">
        <Badge tone={tones[memory.category] ?? "neutral"}>{memory.category}</Badge>
        {memory.tags.map((tag) => <span key={tag} class="mono">{tag}</span>)}
        <Ago iso={memory.timestamp} />
      </p>
    </li>
  );
}
