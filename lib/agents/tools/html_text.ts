/**
 * What a person would read on an HTML page, as plain text with a few Markdown marks. One pass over the
 * page: patterns over the whole of a hostile one could take for ever.
 */

/** Elements whose content is not read. */
const DROPPED = new Set([
  "script",
  "style",
  "noscript",
  "template",
  "svg",
  "head",
  "nav",
  "footer",
  "iframe",
  "form",
  "title",
]);
const BLOCKS = new Set(
  ("p div section article main header aside ul ol dl dt dd table tr blockquote pre figure br " +
    "h1 h2 h3 h4 h5 h6").split(" "),
);
const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
  ndash: "–",
  mdash: "—",
  hellip: "…",
  euro: "€",
  copy: "©",
};

export function htmlText(html: string): { title: string; text: string } {
  // Only A–Z: other letters may change their length, and positions must agree.
  const lower = html.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
  const unclosed = new Set<string>();
  const pieces: string[] = [];
  let at = 0;
  while (at < html.length) {
    const open = html.indexOf("<", at);
    pieces.push(plain(html.slice(at, open === -1 ? html.length : open)));
    if (open === -1) break;
    const comment = html.startsWith("<!--", open);
    const close = comment ? html.indexOf("-->", open) : html.indexOf(">", open);
    if (close === -1) break;
    at = close + (comment ? 3 : 1);
    if (comment) continue;
    const name = /^<\/?([a-z][a-z0-9]*)/.exec(lower.slice(open, open + 16))?.[1] ?? "";
    const opens = lower[open + 1] !== "/";
    if (opens && DROPPED.has(name) && !unclosed.has(name)) {
      const end = lower.indexOf(`</${name}`, at);
      if (end === -1) unclosed.add(name);
      else at = end;
    } else pieces.push(mark(name, opens));
  }
  const lines = pieces.join("").split("\n").map((line) => line.replace(/ +/g, " ").trim());
  return { title: titleOf(html, lower), text: lines.join("\n").replace(/\n{3,}/g, "\n\n").trim() };
}

function plain(text: string): string {
  return entities(text).replace(/[\s\u00a0]+/g, " ");
}

function mark(name: string, opens: boolean): string {
  if (opens && /^h[1-6]$/.test(name)) return `\n\n${"#".repeat(Number(name[1]))} `;
  if (name === "li") return opens ? "\n- " : "";
  if (name === "td" || name === "th") return opens ? "" : " | ";
  return BLOCKS.has(name) ? "\n" : "";
}

function titleOf(html: string, lower: string): string {
  const open = lower.indexOf("<title");
  const start = open === -1 ? -1 : lower.indexOf(">", open);
  const end = start === -1 ? -1 : lower.indexOf("</title", start);
  return end === -1 ? "" : plain(html.slice(start + 1, end)).trim();
}

function entities(text: string): string {
  return text.replace(/&(#x?[\da-f]{1,6}|\w{1,10});/gi, (whole, name: string) => {
    if (!name.startsWith("#")) return ENTITIES[name.toLowerCase()] ?? whole;
    const code = /^#x/i.test(name) ? parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
