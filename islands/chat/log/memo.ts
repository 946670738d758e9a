/** A component that renders again only when its props differ by the given rule. */
import { Component, type ComponentChildren, type FunctionComponent } from "preact";

export function memo<P extends object>(
  render: (props: P) => ComponentChildren,
  same: (before: P, after: P) => boolean,
): FunctionComponent<P> {
  class Memo extends Component<P> {
    override shouldComponentUpdate(next: Readonly<P>): boolean {
      return !same(this.props, next);
    }
    override render(): ComponentChildren {
      return render(this.props);
    }
  }
  return Memo as unknown as FunctionComponent<P>;
}
