/** The text being written: kept in this browser until it is sent, as tall as it needs to be. */
import type { RefObject } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { formatCount } from "../../../lib/ui/format.ts";
import { toast } from "../../../lib/ui/toast.tsx";
import type { ChatState } from "../state.ts";
import { keepDraft, readDraft } from "./settings.ts";

const KEEP_PAUSE_MS = 250;
const LONG_PASTE = 4_000;

export interface Draft {
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly empty: boolean;
  readonly onInput: () => void;
  readonly onPaste: (event: ClipboardEvent) => void;
  /** The text without space around it, and an empty field; null when there is nothing. */
  readonly take: () => string | null;
  readonly put: (text: string) => void;
}

export function useDraft(state: ChatState): Draft {
  const field = useRef<HTMLTextAreaElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [empty, setEmpty] = useState(true);
  const place = () => state.session.peek()?.id;

  function show(): void {
    const box = field.current;
    if (!box) return;
    setEmpty(box.value.trim() === "");
    fit(box);
  }
  function onInput(): void {
    show();
    clearTimeout(timer.current);
    timer.current = setTimeout(() => keepDraft(place(), field.current?.value ?? ""), KEEP_PAUSE_MS);
  }
  /**
   * Browsers put many lines into a field in quadratic time (2 800 lines: 6 s), and cut what is too
   * long without a word.
   */
  function onPaste(event: ClipboardEvent): void {
    const box = field.current;
    const text = event.clipboardData?.getData("text/plain").replace(/\r\n?/g, "\n") ?? "";
    if (!box || text.length < LONG_PASTE) return;
    event.preventDefault();
    const { selectionStart: from, selectionEnd: to } = box;
    const room = Math.max(0, box.maxLength - box.value.length + to - from);
    box.setRangeText(text.slice(0, room), from, to, "end");
    onInput();
    if (text.length <= room) return;
    toast({
      tone: "warn",
      text: "Only a part of it was pasted",
      detail: `A message holds ${formatCount(box.maxLength)} characters`,
    });
  }
  function put(text: string): void {
    if (!field.current) return;
    field.current.value = text;
    onInput();
  }
  function take(): string | null {
    const text = field.current?.value.trim();
    if (!text) return null;
    clearTimeout(timer.current);
    keepDraft(place(), "");
    field.current!.value = "";
    show();
    return text;
  }

  // Before the page counts as ready, so that no key pressed then is lost.
  useLayoutEffect(() => {
    const box = field.current;
    if (!box) return;
    // What was typed before this script ran counts more than what was left here earlier.
    if (box.value === "") box.value = readDraft(place());
    show();
    // On a touch screen the focus would open the keyboard over the page.
    if (matchMedia("(hover: hover)").matches) box.focus({ preventScroll: true });
  }, []);

  return { field, empty, onInput, onPaste, take, put };
}

/** For browsers that do not size a field by its content; the style bounds the height. */
function fit(box: HTMLTextAreaElement): void {
  if (CSS.supports("field-sizing", "content")) return;
  box.style.height = "auto";
  box.style.height = `${box.scrollHeight}px`;
}
