/** What a person would read on an HTML page, as plain text with a few Markdown marks. */

const DROPPED =
  /<(title|script|style|noscript|template|svg|head|nav|footer|iframe|form)\b[\s\S]*?<\/\1\s*>/gi;
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
  const title = entities(/<title[^>]*>([\s\S]*?)<\/title>/i.exec(html)?.[1] ?? "").replace(
    /\s+/g,
    " ",
  ).trim();
  const text = html
    .replace(/<!--[\s\S]*?-->/g, "")
    .replace(DROPPED, "")
    .replace(/\s+/g, " ")
    .replace(/<h([1-6])\b[^>]*>/gi, (_, level) => `\n\n${"#".repeat(Number(level))} `)
    .replace(/<li\b[^>]*>/gi, "\n- ")
    .replace(/<\/t[dh]\s*>/gi, " | ")
    .replace(/<br\s*\/?>/gi, "\n")
    .replace(
      /<\/?(?:p|div|section|article|main|header|aside|ul|ol|table|tr|blockquote|pre|h[1-6]|dl|dt|dd|figure)\b[^>]*>/gi,
      "\n",
    )
    .replace(/<[^>]*>/g, "");
  const lines = entities(text).split("\n").map((line) => line.replace(/[ \t\u00a0]+/g, " ").trim());
  return { title, text: lines.join("\n").replace(/\n{3,}/g, "\n\n").trim() };
}

function entities(text: string): string {
  return text.replace(/&(#x?[\da-f]+|\w+);/gi, (whole, name: string) => {
    if (!name.startsWith("#")) return ENTITIES[name.toLowerCase()] ?? whole;
    const code = /^#x/i.test(name) ? parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
