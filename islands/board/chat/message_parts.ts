/** What a message in the group chat is made of, and completing a mention in the one being written. Pure. */

export interface MessagePart {
  readonly kind: "text" | "mention" | "code" | "block" | "link";
  readonly text: string;
}

/** Code first: what stands in it is no mention and no link. A mention does not end with punctuation. */
const marks =
  /```(?:\w*\n)?([\s\S]+?)```|`([^`\n]+)`|(https?:\/\/[^\s<>"')\]]+[^\s<>"')\].,;:!?])|(?<![\w@./-])@([A-Za-z0-9](?:[\w.:@-]*[\w])?)/g;

export function messageParts(text: string): MessagePart[] {
  const parts: MessagePart[] = [];
  let end = 0;
  for (const match of text.matchAll(marks)) {
    if (match.index > end) parts.push({ kind: "text", text: text.slice(end, match.index) });
    end = match.index + match[0].length;
    // A block stands in lines of its own anyway.
    if (match[1] && text[end] === "\n") end++;
    const [, block, code, link, name] = match;
    if (block) parts.push({ kind: "block", text: block.replace(/\n$/, "") });
    else if (code) parts.push({ kind: "code", text: code });
    else if (link) parts.push({ kind: "link", text: link });
    else parts.push({ kind: "mention", text: `@${name}` });
  }
  if (end < text.length) parts.push({ kind: "text", text: text.slice(end) });
  return parts;
}

export interface OpenMention {
  /** Where its `@` stands. */
  readonly from: number;
  readonly query: string;
}

/** The mention the caret stands in, if any. */
export function mentionAt(text: string, caret: number): OpenMention | null {
  const match = /(?:^|[\s(])@([\w.:@-]*)$/.exec(text.slice(0, caret));
  return match ? { from: caret - match[1]!.length - 1, query: match[1]! } : null;
}

/** The text with the mention completed, and where the caret goes. */
export function completeMention(
  text: string,
  open: OpenMention,
  caret: number,
  name: string,
): { text: string; caret: number } {
  const rest = text.slice(caret).replace(/^[\w.:@-]*/, "");
  const head = `${text.slice(0, open.from)}@${name}${rest.startsWith(" ") ? "" : " "}`;
  return { text: head + rest, caret: head.length + (rest.startsWith(" ") ? 1 : 0) };
}

/** Names that begin with the query before names that only hold it; at most `limit`. */
export function rankNames(names: readonly string[], query: string, limit: number): string[] {
  const wanted = query.toLocaleLowerCase();
  const found = names.filter((name) => name.toLocaleLowerCase().includes(wanted));
  const rank = (name: string) => name.toLocaleLowerCase().startsWith(wanted) ? 0 : 1;
  return found.sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1)).slice(0, limit);
}
