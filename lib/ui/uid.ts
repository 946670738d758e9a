/**
 * Ids that agree between the server's HTML and the hydrated island. Each island is a root of its own,
 * so preact's `useId` would count differently on the two sides; here an island counts from its own name.
 */
import { createContext } from "preact";
import { useContext, useId, useState } from "preact/hooks";

export interface IdScope {
  readonly prefix: string;
  next: number;
}

export const IdScopeContext = createContext<IdScope | null>(null);

export function useUid(): string {
  const scope = useContext(IdScopeContext);
  const fallback = useId();
  const [id] = useState(() => scope ? `${scope.prefix}-${scope.next++}` : fallback);
  return id;
}
