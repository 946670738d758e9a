/** Who: a letter in a circle, the name for who points or listens. People and agents look the same. */
import type { JSX } from "preact";

/** A person's id as events know it, `user:local`, is shown without its kind. */
export function nameOf(id: string): string {
  return id.replace(/^(?:user|agent|key):/, "");
}

export function Avatar({ id }: { readonly id: string }): JSX.Element {
  const name = nameOf(id);
  return (
    <span class="avatar" title={name}>
      <span aria-hidden="true">{[...name][0]?.toLocaleUpperCase()}</span>
      <span class="visually-hidden">{name}</span>
    </span>
  );
}
