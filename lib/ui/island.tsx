/**
 * Marks a component that becomes live in the browser. The server renders it in full, so the page reads
 * without script; its props travel as JSON beside it and `islands/_runtime/boot.ts` hydrates it.
 */
import { type ComponentType, createContext, h, type JSX } from "preact";
import { useContext } from "preact/hooks";
import { IdScopeContext } from "./uid.ts";

/** One per rendered page: which islands it holds. */
export interface PageScope {
  readonly islands: string[];
}

export const PageScopeContext = createContext<PageScope>({ islands: [] });

export interface IslandProps<Props> {
  /** Its file below `islands/`, such as "chat/Chat", which exports a component `Chat`. */
  readonly name: string;
  readonly component: ComponentType<Props>;
  /** JSON values only. */
  readonly props: Props;
  /** When to hydrate: at once, when the browser is idle (default), or when it comes into view. */
  readonly load?: "now" | "idle" | "visible";
}

export function Island<Props extends object>(
  { name, component: Component, props, load = "idle" }: IslandProps<Props>,
): JSX.Element {
  const page = useContext(PageScopeContext);
  const id = `i${page.islands.push(name)}`;
  const root = { id, "data-name": name, "data-load": load };
  const live = h(IdScopeContext.Provider, { value: { prefix: id, next: 0 } }, h(Component, props));
  return (
    <>
      {h("mu-island", root, live)}
      <script
        type="application/json"
        id={`${id}-props`}
        // deno-lint-ignore react-no-danger -- JSON with every `<` escaped
        dangerouslySetInnerHTML={{ __html: scriptJson(props) }}
      />
    </>
  );
}

/** JSON that cannot end its script element nor open a comment in it. */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<\u2028\u2029]/g,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
