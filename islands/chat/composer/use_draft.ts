/** The text being written: kept in this browser until it is sent, as tall as it needs to be. */
import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { ChatState } from "../state.ts";
import { keepDraft, readDraft } from "./settings.ts";

const KEEP_PAUSE_MS = 250;

export interface Draft {
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly empty: boolean;
  readonly onInput: () => void;
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

  useEffect(() => {
    const box = field.current;
    if (!box) return;
    // What was typed before this script ran counts more than what was left here earlier.
    if (box.value === "") box.value = readDraft(place());
    show();
    // On a touch screen the focus would open the keyboard over the page.
    if (matchMedia("(hover: hover)").matches) box.focus({ preventScroll: true });
  }, []);

  return { field, empty, onInput, take, put };
}

/** For browsers that do not size a field by its content; the style bounds the height. */
function fit(box: HTMLTextAreaElement): void {
  if (CSS.supports("field-sizing", "content")) return;
  box.style.height = "auto";
  box.style.height = `${box.scrollHeight}px`;
}
