/** A path in one line: its last part is what one looks for, so what stands before it gives way first. */
import type { JSX } from "preact";

export function Path({ path }: { readonly path: string }): JSX.Element {
  const cut = path.lastIndexOf("/", path.length - 2);
  return (
    <span class="path mono" title={path} dir="ltr">
      {cut > 0 && <span class="path-head">{path.slice(0, cut)}</span>}
      <span class="path-tail">{cut > 0 ? path.slice(cut) : path}</span>
    </span>
  );
}
