/** Shows what any island reports with `toast`. */
import type { JSX } from "preact";
import { Toasts } from "../../lib/ui/toast.tsx";

export function Notifications(): JSX.Element {
  return <Toasts />;
}
