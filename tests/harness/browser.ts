/**
 * A real browser for tests: `CHROME_PATH`, else a `chromium` or `google-chrome` on the PATH, else
 * the one packed in npm `@sparticuz/chromium`. Nothing is installed by hand.
 */
import { type Browser, type BrowserContext, chromium as driver, type Page } from "playwright-core";

const onPath = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch {
    return false;
  }
}

/** The installed browser, or null when only the packed one can serve. */
async function installedBrowser(): Promise<string | null> {
  const named = Deno.env.get("CHROME_PATH");
  if (named) return named;
  const folders = (Deno.env.get("PATH") ?? "").split(Deno.build.os === "windows" ? ";" : ":");
  for (const name of onPath) {
    for (const folder of folders) {
      if (folder !== "" && await isFile(`${folder}/${name}`)) return `${folder}/${name}`;
    }
  }
  return null;
}

async function executable(): Promise<{ path: string; args: string[] }> {
  const installed = await installedBrowser();
  if (installed) return { path: installed, args: [] };
  const { default: packed } = await import("@sparticuz/chromium");
  return { path: await packed.executablePath(), args: packed.args };
}

/** Chromium refuses its sandbox for root, as in containers. */
function sandboxArgs(): string[] {
  return Deno.build.os !== "windows" && Deno.uid() === 0 ? ["--no-sandbox"] : [];
}

export async function launchBrowser(): Promise<Browser> {
  const { path, args } = await executable();
  // The packed build's flags include `--single-process`, under which closing a page can end it all, and
  // `--disable-web-security`, under which no test would see that another origin is refused.
  const dropped = ["--single-process", "--no-zygote", "--disable-web-security"];
  const kept = args.filter((arg) => !dropped.includes(arg));
  const launch = () =>
    driver.launch({
      executablePath: path,
      args: [...new Set([...kept, ...sandboxArgs()])],
      headless: true,
    });
  // Now and then the packed build crashes while it starts, before any test has begun.
  return await launch().catch(launch);
}

export interface BrowserOptions {
  readonly scheme?: "light" | "dark";
  readonly width?: number;
  readonly height?: number;
  readonly javaScript?: boolean;
  readonly reducedMotion?: boolean;
}

/** A page whose script errors and CSP refusals are collected, so that a test can assert there are none. */
export interface WatchedPage extends AsyncDisposable {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly errors: string[];
}

export async function openPage(
  browser: Browser,
  options: BrowserOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({
    colorScheme: options.scheme ?? "light",
    viewport: { width: options.width ?? 1440, height: options.height ?? 900 },
    javaScriptEnabled: options.javaScript ?? true,
    reducedMotion: options.reducedMotion ? "reduce" : "no-preference",
  });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  return { page, context, errors, [Symbol.asyncDispose]: () => context.close() };
}

export interface AxeFinding {
  readonly id: string;
  readonly impact: string | null;
  readonly targets: string[];
}

/** Runs axe-core in the page by the debugger, which the page's CSP does not stop. */
export async function axeFindings(page: Page): Promise<AxeFinding[]> {
  const { default: axe } = await import("axe-core");
  await page.evaluate(axe.source);
  return await page.evaluate(async () => {
    // deno-lint-ignore no-explicit-any -- axe is injected into the page
    const result = await (globalThis as any).axe.run(document, {
      resultTypes: ["violations"],
    });
    // deno-lint-ignore no-explicit-any -- axe's own result
    return result.violations.map((violation: any) => ({
      id: violation.id,
      impact: violation.impact ?? null,
      // deno-lint-ignore no-explicit-any -- axe's own result
      targets: violation.nodes.map((node: any) =>
        node.target.join(" ") + " :: " + (node.any[0]?.message ?? "")
      ),
    }));
  });
}
