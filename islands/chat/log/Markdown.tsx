/**
 * Markdown as Preact nodes, never as markup: a model's text cannot become HTML, the same code renders
 * on the server, and a growing text patches the nodes it already has instead of replacing them.
 */
import type { Token, Tokens } from "marked";
import type { ComponentChildren, JSX } from "preact";
import { memo } from "./memo.ts";
import { CopyButton } from "./CopyButton.tsx";
import { type Block, GrowingMarkdown } from "./markdown.ts";
import { useMemo } from "preact/hooks";

export interface MarkdownProps {
  readonly text: string;
  /** The text still grows: half-written marks at its end are read as what they will become. */
  readonly streaming?: boolean;
}

export function Markdown({ text, streaming = false }: MarkdownProps): JSX.Element {
  const growing = useMemo(() => new GrowingMarkdown(), []);
  const blocks = growing.blocks(text, streaming);
  return (
    <div class={streaming ? "prose streaming" : "prose"}>
      {blocks.map((block, index) => <BlockView key={index} block={block} />)}
    </div>
  );
}

const BlockView = memo(
  ({ block }: { block: Block }) => <>{renderBlock(block.token)}</>,
  (before, after) => before.block === after.block,
);

function renderBlock(token: Token): ComponentChildren {
  switch (token.type) {
    case "heading":
      return renderHeading(token as Tokens.Heading);
    case "paragraph":
      return <p>{renderInline(token.tokens)}</p>;
    case "text":
      return token.tokens ? renderInline(token.tokens) : decode(token.text);
    case "code":
      return <CodeBlock code={token.text} lang={token.lang} />;
    case "list":
      return renderList(token as Tokens.List);
    case "blockquote":
      return <blockquote>{token.tokens?.map(renderBlock)}</blockquote>;
    case "table":
      return renderTable(token as Tokens.Table);
    case "hr":
      return <hr />;
    case "html":
      return <p>{token.text.trim()}</p>;
    default:
      return null;
  }
}

/** The page's own headings are h1 and h2: an answer's begin below them. */
function renderHeading(token: Tokens.Heading): JSX.Element {
  const inner = renderInline(token.tokens);
  if (token.depth === 1) return <h3 class="h-1">{inner}</h3>;
  if (token.depth === 2) return <h3>{inner}</h3>;
  return <h4>{inner}</h4>;
}

function renderList(token: Tokens.List): JSX.Element {
  const items = token.items.map((item, index) => (
    <li key={index} class={item.task ? "task" : undefined}>
      {item.tokens.map((inner) =>
        token.loose || inner.type !== "text"
          ? renderBlock(inner)
          : renderInline(inner.tokens ?? [inner])
      )}
    </li>
  ));
  return token.ordered ? <ol start={token.start || undefined}>{items}</ol> : <ul>{items}</ul>;
}

function renderTable(token: Tokens.Table): JSX.Element {
  const cell = (part: Tokens.TableCell) => ({
    class: part.align ? `align-${part.align}` : undefined,
    children: renderInline(part.tokens),
  });
  return (
    <div class="table-wrap" tabIndex={0} role="group" aria-label="Table">
      <table>
        <thead>
          <tr>
            {token.header.map((part, index) => <th key={index} scope="col" {...cell(part)} />)}
          </tr>
        </thead>
        <tbody>
          {token.rows.map((row, index) => (
            <tr key={index}>{row.map((part, column) => <td key={column} {...cell(part)} />)}</tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function CodeBlock({ code, lang }: { code: string; lang?: string | undefined }): JSX.Element {
  return (
    <div class="code-block">
      <div class="code-head">
        <span>{lang?.split(/\s/, 1)[0] || "text"}</span>
        <CopyButton text={code} label="Copy code" />
      </div>
      <pre tabIndex={0}><code>{code}</code></pre>
    </div>
  );
}

function renderInline(tokens: Token[] | undefined): ComponentChildren {
  return tokens?.map((token) => renderSpan(token));
}

function renderSpan(token: Token): ComponentChildren {
  switch (token.type) {
    case "text":
      return token.tokens ? renderInline(token.tokens) : decode(token.text);
    case "escape":
      return token.text;
    case "strong":
      return <strong>{renderInline(token.tokens)}</strong>;
    case "em":
      return <em>{renderInline(token.tokens)}</em>;
    case "del":
      return <del>{renderInline(token.tokens)}</del>;
    case "codespan":
      return <code>{token.text}</code>;
    case "br":
      return <br />;
    case "link":
      return renderLink(token.href, renderInline(token.tokens));
    case "image":
      // Fetching a picture a model names would tell its host who reads; the reader may follow the link.
      return renderLink(token.href, token.text || token.href);
    case "checkbox":
      return <input type="checkbox" disabled checked={token.checked} aria-label="Task" />;
    case "html":
      return /^<br\s*\/?>$/i.test(token.text) ? <br /> : token.text;
    default:
      return token.raw;
  }
}

function renderLink(href: string, inner: ComponentChildren): ComponentChildren {
  if (!/^(https?:|mailto:)/i.test(href)) return inner;
  return <a href={href} target="_blank" rel="noopener noreferrer nofollow">{inner}</a>;
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: "\u00a0",
  hellip: "…",
  mdash: "—",
  ndash: "–",
};

/** Entities are markup's way to write characters; nodes hold the characters. */
function decode(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w+));/gi, (whole, dec, hex, name) => {
    if (name) return ENTITIES[name] ?? whole;
    const point = dec ? Number(dec) : parseInt(hex, 16);
    return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
}
