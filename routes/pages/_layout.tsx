/** The frame of every page: head, navigation, theme, scripts, and a policy that runs nothing else. */
import type { ComponentChildren, JSX } from "preact";
import { h, options } from "preact";
import { renderToString } from "preact-render-to-string";
import { OpenCount } from "../../islands/board/OpenCount.tsx";
import { Notifications } from "../../islands/shell/Notifications.tsx";
import { Theme } from "../../islands/shell/Theme.tsx";
import { Icon, type IconName } from "../../lib/ui/icons.tsx";
import { Island, type PageScope, PageScopeContext } from "../../lib/ui/island.tsx";
import { randomBytes } from "../../lib/kernel/platform/crypto.ts";
import { assetPath, pageScripts, readManifest } from "./assets.ts";
import type { NavCounts } from "./nav_counts.ts";

export interface Page {
  /** Without the product's name. */
  readonly title: string;
  readonly description: string;
  /** Marks its entry in the navigation. */
  readonly path?: string;
  readonly status?: number;
  /** Below the navigation: recent sessions, saved views. Wide screens only. */
  readonly rail?: ComponentChildren;
  /** Holds exactly one `main` with the id "main" and one `h1`. */
  readonly body: ComponentChildren;
  /** Beside the navigation's entries. */
  readonly counts?: NavCounts;
  /** Extra pages for the navigation, such as /ui in dev. */
  readonly dev?: boolean;
}

interface NavEntry {
  readonly path: string;
  readonly label: string;
  readonly icon: IconName;
}

/** Only pages that exist; a page adds itself here with its route. */
const navigation: readonly NavEntry[] = [
  { path: "/", label: "Chat", icon: "chat" },
  { path: "/board", label: "Board", icon: "board" },
  { path: "/agents", label: "Agents", icon: "agent" },
  { path: "/ops/gateway", label: "Gateway", icon: "ops" },
  { path: "/docs", label: "API", icon: "link" },
];
const devNavigation: readonly NavEntry[] = [{ path: "/ui", label: "Components", icon: "panel" }];

/** Runs before the first paint: the chosen theme and pane sizes, so that nothing jumps. */
const restore =
  `(()=>{try{const r=document.documentElement,t=localStorage.getItem("muster-theme");` +
  `if(t==="light"||t==="dark")r.dataset.theme=t;` +
  `for(const k of Object.keys(localStorage))if(k.startsWith("muster-size-")&&+localStorage[k]>0)` +
  `r.style.setProperty("--size-"+k.slice(12),+localStorage[k]+"px")}catch{}})()`;

/**
 * Precompiled JSX writes `true` as a bare attribute and leaves out `false`, which is right for
 * `disabled` and wrong for `aria-expanded`: those are words.
 */
const worded = /^(?:aria-|draggable$|spellcheck$)/;

function wordedAttribute(name: string, value: unknown): string | void {
  const plain = value instanceof Object ? value.valueOf() : value;
  if (typeof plain === "boolean" && worded.test(name)) return `${name}="${plain}"`;
}

export function renderPage(page: Page): Response {
  (options as { attr?: typeof wordedAttribute }).attr ??= wordedAttribute;
  const manifest = readManifest();
  const nonce = randomBytes(16).toBase64();
  const scope: PageScope = { islands: [] };
  // The body first: it tells which scripts the head names.
  const body = renderToString(h(PageScopeContext.Provider, { value: scope }, h(Shell, page)));
  const scripts = pageScripts(manifest, scope.islands).map(assetPath);
  const head = renderToString(
    <head>
      <meta charset="utf-8" />
      <meta
        name="viewport"
        content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content"
      />
      <title>{`${page.title} – Muster`}</title>
      <meta name="description" content={page.description} />
      <meta name="color-scheme" content="light dark" />
      <meta name="theme-color" media="(prefers-color-scheme: light)" content="#fbfbfa" />
      <meta name="theme-color" media="(prefers-color-scheme: dark)" content="#101113" />
      <link rel="icon" href="/static/icons/muster.svg" type="image/svg+xml" />
      <link rel="stylesheet" href={assetPath(manifest.css)} />
      {/* deno-lint-ignore react-no-danger -- a constant of this file */}
      <script nonce={nonce} dangerouslySetInnerHTML={{ __html: restore }} />
      {scripts.map((path) => <link key={path} rel="modulepreload" href={path} nonce={nonce} />)}
      <script type="module" src={scripts[0]} nonce={nonce} />
    </head>,
  );
  return new Response(`<!doctype html><html lang="en">${head}<body>${body}</body></html>`, {
    status: page.status ?? 200,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "content-security-policy": contentPolicy(nonce),
      "referrer-policy": "same-origin",
      "x-content-type-options": "nosniff",
    },
  });
}

/** No inline style, no foreign host; scripts only by this response's nonce and what they import. */
export function contentPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'`,
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

function Shell(page: Page): JSX.Element {
  const entries = page.dev ? [...navigation, ...devNavigation] : navigation;
  return (
    <>
      <a class="skip-link" href="#main">Skip to content</a>
      <div class="app">
        <nav class="rail" aria-label="Main">
          <a class="brand" href="/" aria-label="Muster, home">
            <Mark />
            <span class="rail-text">Muster</span>
          </a>
          <div class="rail-nav">
            {entries.map((entry) => (
              <a
                key={entry.path}
                class="nav-item"
                href={entry.path}
                data-tooltip={entry.label}
                data-tooltip-when="collapsed"
                aria-current={entry.path === page.path ? "page" : undefined}
              >
                <Icon name={entry.icon} />
                <span class="rail-text">{entry.label}</span>
                {entry.path === "/board" && page.counts && (
                  <Island
                    name="board/OpenCount"
                    component={OpenCount}
                    props={{ count: page.counts.openTasks }}
                  />
                )}
              </a>
            ))}
          </div>
          {page.rail && <div class="rail-extra">{page.rail}</div>}
          <div class="rail-foot">
            <Island name="shell/Theme" component={Theme} props={{}} />
          </div>
        </nav>
        <div class="page">{page.body}</div>
      </div>
      <Island name="shell/Notifications" component={Notifications} props={{}} />
    </>
  );
}

/** The brand mark: an M on the accent. */
export function Mark(): JSX.Element {
  return (
    <svg class="mark" width="18" height="18" viewBox="0 0 18 18" aria-hidden="true">
      <rect class="mark-ground" width="18" height="18" rx="5" />
      <path class="mark-line" d="M5 12.5V5.8l4 4 4-4v6.7" />
    </svg>
  );
}

export interface PageBarProps {
  readonly title: ComponentChildren;
  readonly children?: ComponentChildren;
  readonly actions?: ComponentChildren;
}

/** The 44 px bar at the top of a page: its one `h1`, state beside it, buttons at the end. */
export function PageBar({ title, children, actions }: PageBarProps): JSX.Element {
  return (
    <header class="page-bar">
      <h1 class="page-title">{title}</h1>
      {children}
      {actions && <div class="page-actions">{actions}</div>}
    </header>
  );
}

export interface MessagePage {
  readonly status: number;
  readonly title: string;
  readonly text: string;
  /** Shown small, for a report. */
  readonly code?: string;
}

/** A page that only says something: 404, sign-in needed, an error. */
export function renderMessage({ status, title, text, code }: MessagePage): Response {
  return renderPage({
    title,
    description: text,
    status,
    body: (
      <main id="main" class="message-page" tabIndex={-1}>
        <p class="message-code">{status}</p>
        <h1 class="message-title">{title}</h1>
        <p class="message-text">{text}</p>
        {code && <code class="state-code">{code}</code>}
        <p>
          <a class="btn" data-variant="default" href="/">Back to the chat</a>
        </p>
      </main>
    ),
  });
}

export function notFoundPage(path: string): Response {
  return renderMessage({
    status: 404,
    title: "There is no such page",
    text: `Nothing is at “${path.slice(0, 200)}”. It may have been moved or never existed.`,
  });
}

export function errorPage(requestId?: string): Response {
  return renderMessage({
    status: 500,
    title: "Something went wrong here",
    text: "The page could not be made. Nothing you did was lost; try again in a moment.",
    code: requestId,
  });
}
