/** What just happened, in a corner. Any island may call `toast`; one `Toasts` on the page shows them. */
import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Button, IconButton } from "./button.tsx";
import { Icon, type IconName } from "./icons.tsx";

export interface ToastInput {
  readonly text: string;
  readonly detail?: string;
  readonly tone?: "neutral" | "ok" | "warn" | "bad";
  readonly action?: { readonly label: string; readonly onSelect: () => void };
  /** 0 stays until closed. Errors stay by default. */
  readonly timeoutMs?: number;
}

interface ShownToast extends ToastInput {
  readonly id: number;
}

const mostShown = 4;
const shown = signal<readonly ShownToast[]>([]);
let lastId = 0;

/** Returns its id, for `dismissToast`. */
export function toast(input: ToastInput): number {
  const id = ++lastId;
  shown.value = [...shown.value, { ...input, id }].slice(-mostShown);
  return id;
}

export function dismissToast(id: number): void {
  shown.value = shown.value.filter((entry) => entry.id !== id);
}

const icons: Record<NonNullable<ToastInput["tone"]>, IconName> = {
  neutral: "info",
  ok: "approve",
  warn: "warning",
  bad: "error",
};

export function Toasts(): JSX.Element {
  const toasts = shown.value;
  return (
    <div class="toasts" role="region" aria-label="Notifications">
      <div aria-live="polite" aria-relevant="additions" class="toasts-list">
        {toasts.map((entry) => <ToastRow key={entry.id} entry={entry} />)}
      </div>
    </div>
  );
}

function ToastRow({ entry }: { entry: ShownToast }): JSX.Element {
  const { id, text, detail, tone = "neutral", action } = entry;
  const timeoutMs = entry.timeoutMs ?? (tone === "bad" ? 0 : action ? 10_000 : 5_000);
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (timeoutMs === 0 || held) return;
    const timer = setTimeout(() => dismissToast(id), timeoutMs);
    return () => clearTimeout(timer);
  }, [held, timeoutMs, id]);
  return (
    <div
      class="toast"
      data-tone={tone}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocusIn={() => setHeld(true)}
      onFocusOut={() => setHeld(false)}
    >
      <Icon name={icons[tone]} />
      <div class="toast-text">
        <p>{text}</p>
        {detail && <p class="toast-detail">{detail}</p>}
      </div>
      {action && (
        <Button
          size="s"
          onClick={() => {
            dismissToast(id);
            action.onSelect();
          }}
        >
          {action.label}
        </Button>
      )}
      <IconButton
        size="s"
        icon="close"
        label="Dismiss"
        tooltip="none"
        onClick={() => dismissToast(id)}
      />
    </div>
  );
}
