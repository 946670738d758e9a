/** Finds the next entry that starts with what was typed; the text is forgotten after half a second. */
const forgetMs = 500;

export type Typeahead = (
  event: Pick<KeyboardEvent, "key" | "timeStamp" | "ctrlKey" | "metaKey" | "altKey">,
  labels: readonly string[],
  current: number,
) => number | null;

export function createTypeahead(): Typeahead {
  let typed = "";
  let lastAt = 0;
  return (event, labels, current) => {
    if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey) return null;
    if (event.timeStamp - lastAt > forgetMs) typed = "";
    // A space opens or presses; it is text only inside a word already begun.
    if (event.key === " " && typed === "") return null;
    lastAt = event.timeStamp;
    typed += event.key.toLocaleLowerCase();
    // The same letter again walks through the entries that begin with it.
    const needle = [...typed].every((letter) => letter === typed[0]) ? typed[0]! : typed;
    const from = needle.length === 1 ? current + 1 : Math.max(current, 0);
    for (let step = 0; step < labels.length; step++) {
      const index = (from + step) % labels.length;
      if (labels[index]!.trim().toLocaleLowerCase().startsWith(needle)) return index;
    }
    return null;
  };
}
