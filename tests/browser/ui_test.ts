/** The components in a real browser: accessibility, keyboards, long lists, policy, and no script at all. */
import { assert, assertEquals } from "@std/assert";
import {
  axeFindings,
  type BrowserOptions,
  openPage,
  type WatchedPage,
} from "../harness/browser.ts";
import { testApp } from "../harness/test_app.ts";
import { openSite, type Site } from "../harness/ui_site.ts";

let site: Site;
Deno.test.beforeAll(async () => {
  site = await openSite();
});
Deno.test.afterAll(async () => {
  // Undefined when it could not be opened: that error is the one to see.
  await (site as Site | undefined)?.[Symbol.asyncDispose]();
});

/** Playwright keeps timers and sockets of its own. */
const loose = { sanitizeOps: false, sanitizeResources: false };

async function openGallery(options: BrowserOptions = {}): Promise<WatchedPage> {
  const watched = await openPage(site.browser, options);
  await watched.page.goto(`${site.origin}/ui`);
  if (options.javaScript !== false) {
    await watched.page.locator('mu-island[data-name="ui/Overlays"][data-state=ready]').waitFor({
      state: "attached",
    });
    await watched.page.locator("#many").scrollIntoViewIfNeeded();
    await watched.page.locator('mu-island[data-name="ui/Trees"][data-state=ready]').waitFor({
      state: "attached",
    });
  }
  return watched;
}

/** What has the focus, as a person would name it. */
async function focused({ page }: WatchedPage): Promise<string> {
  return await page.evaluate(() => {
    const at = document.activeElement!;
    const id = at.getAttribute("aria-activedescendant");
    const named = id ? document.getElementById(id)!.querySelector(".tree-label")! : at;
    return (named.getAttribute("aria-label") ?? named.textContent ?? "").trim();
  });
}

async function press(watched: WatchedPage, ...keys: string[]): Promise<string> {
  for (const key of keys) await watched.page.keyboard.press(key);
  return await focused(watched);
}

for (const scheme of ["light", "dark"] as const) {
  for (const width of [1440, 900, 390]) {
    Deno.test(`/ui has no accessibility violations, ${scheme}, ${width} px`, loose, async () => {
      await using gallery = await openGallery({ scheme, width, reducedMotion: true });
      assertEquals(await axeFindings(gallery.page), []);
      assertEquals(gallery.errors, []);
    });
  }
}

Deno.test("/ui fits 360 px and reads without script", loose, async () => {
  await using gallery = await openGallery({ width: 360, javaScript: false });
  const { page } = gallery;
  assertEquals(await page.getByRole("treeitem").count() > 20, true);
  assertEquals(await page.getByRole("heading", { level: 1 }).count(), 1);
  const widths = await page.locator("main").evaluate((
    main,
  ) => [main.scrollWidth, main.clientWidth]);
  assertEquals(widths[0], widths[1]);
});

Deno.test(
  "Menu opens, moves, finds and closes by keyboard, and gives the focus back",
  loose,
  async () => {
    await using gallery = await openGallery();
    await gallery.page.getByRole("button", { name: "Actions" }).focus();
    assertEquals(await press(gallery, "ArrowDown"), "PauseP");
    assertEquals(await press(gallery, "ArrowDown", "ArrowDown"), "Override output");
    assertEquals(await press(gallery, "End"), "Cancel run");
    assertEquals(await press(gallery, "ArrowDown"), "PauseP");
    assertEquals(await press(gallery, "r"), "Retry step");
    assertEquals(await press(gallery, "Escape"), "Actions");
    assertEquals(await press(gallery, "ArrowUp"), "Cancel run");
    assertEquals(await press(gallery, "Enter"), "Actions");
    assertEquals(await gallery.page.locator("#menu-last").textContent(), "Chosen: Cancel run");
  },
);

Deno.test("Menu closes by a second press on its button", loose, async () => {
  await using gallery = await openGallery();
  const button = gallery.page.getByRole("button", { name: "Actions" });
  const item = gallery.page.getByRole("menuitem", { name: "Retry step" });
  await button.click();
  await item.waitFor();
  await button.click();
  await item.waitFor({ state: "hidden" });
  await gallery.page.getByRole("button", { name: "Actions", expanded: false }).waitFor();
});

Deno.test("Dialog keeps the focus inside, closes by Escape and gives it back", loose, async () => {
  await using gallery = await openGallery();
  const { page } = gallery;
  const opener = page.getByRole("button", { name: "Edit covenant" }).last();
  await opener.focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Edit covenant" });
  await dialog.waitFor();
  assertEquals(await page.evaluate(() => document.activeElement!.tagName), "TEXTAREA");
  for (let count = 0; count < 12; count++) {
    await page.keyboard.press("Tab");
    const outside = await page.evaluate(() =>
      document.activeElement !== document.body &&
      document.activeElement!.closest("dialog") === null
    );
    assertEquals(outside, false);
  }
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  assertEquals(await opener.evaluate((button) => button === document.activeElement), true);
});

Deno.test("ConfirmDialog begins at the safe answer", loose, async () => {
  await using gallery = await openGallery();
  await gallery.page.getByRole("button", { name: "Cancel run" }).first().click();
  await gallery.page.getByRole("dialog", { name: "Cancel this run?" }).waitFor();
  assertEquals(await focused(gallery), "Keep as is");
});

Deno.test("Tabs move and select by arrows, past what is disabled, and wrap", loose, async () => {
  await using gallery = await openGallery();
  await gallery.page.getByRole("tab", { name: "Open" }).focus();
  assertEquals(await press(gallery, "ArrowRight"), "Answered41");
  assertEquals(await press(gallery, "ArrowRight"), "All");
  await gallery.page.getByRole("tab", { name: "All", selected: true }).waitFor();
  assertEquals(await press(gallery, "ArrowRight"), "Open2");
  assertEquals(await press(gallery, "End"), "All");
  assertEquals(await press(gallery, "Home"), "Open2");
});

Deno.test("Tree moves, opens, closes and finds by keyboard", loose, async () => {
  await using gallery = await openGallery();
  const { page } = gallery;
  await page.getByRole("tree", { name: "Steps", exact: true }).focus();
  assertEquals(await press(gallery, "e"), "Executor 3 sub-tasks");
  assertEquals(await press(gallery, "ArrowRight"), "Counter key gpt-oss-20b");
  assertEquals(await press(gallery, "ArrowLeft"), "Executor 3 sub-tasks");
  await page.keyboard.press("ArrowLeft");
  await page.getByRole("treeitem", { name: "Executor", expanded: false }).waitFor();
  assertEquals(await press(gallery, "ArrowDown"), "Evaluator");
  assertEquals(await press(gallery, "Home"), "Mediator covenant, delegate");
  assertEquals(await press(gallery, "End"), "Planner first attempt");
});

Deno.test(
  "Tree of 10 000 rows keeps few in the document, reaches its end, and scrolls smoothly",
  loose,
  async () => {
    await using gallery = await openGallery();
    const { page } = gallery;
    const tree = page.getByRole("tree", { name: "Many steps" });
    await tree.focus();
    assertEquals(await press(gallery, "End"), "Step 10000 worker");
    await tree.getByRole("treeitem", { name: "Step 10000" }).waitFor();
    const frames = await page.locator("#many").evaluate(scrollThrough);
    const median = frames.sort((a, b) => a - b)[Math.floor(frames.length / 2)]!;
    console.log(
      `  scrolling 10 000 rows: a frame's work takes ${median.toFixed(1)} ms in the middle`,
    );
    assert(median < 16.7, `${median} ms`);
    assert(await tree.getByRole("treeitem").count() < 80);
  },
);

/** Runs in the page: script and layout time of each of 100 frames while the list moves by. */
async function scrollThrough(box: Element): Promise<number[]> {
  const frames: number[] = [];
  box.scrollTop = 0;
  for (let frame = 0; frame < 100; frame++) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
    const startedAt = performance.now();
    box.scrollTop += 420;
    box.dispatchEvent(new Event("scroll"));
    // Rendering is batched into a microtask or two.
    await Promise.resolve().then(() => {}).then(() => {});
    box.getBoundingClientRect();
    frames.push(performance.now() - startedAt);
  }
  return frames;
}

Deno.test(
  "Resizer moves by keyboard and pointer, remembers, and resets on a double click",
  loose,
  async () => {
    await using gallery = await openGallery();
    const { page } = gallery;
    const edge = page.getByRole("separator", { name: "Tree pane" });
    const size = async (): Promise<number> => Number(await edge.getAttribute("aria-valuenow"));
    await edge.focus();
    await page.keyboard.press("ArrowRight");
    assertEquals(await size(), 416);
    await page.keyboard.press("End");
    assertEquals(await size(), 560);
    const box = (await edge.boundingBox())!;
    await page.mouse.move(box.x + 4, box.y + 40);
    await page.mouse.down();
    await page.mouse.move(box.x - 96, box.y + 40);
    await page.mouse.up();
    assertEquals(await size(), 460);
    await page.reload();
    const width = await page.locator(".specimen-pane").evaluate((pane) => pane.clientWidth);
    assert(width > 440, `${width} px`);
    await edge.scrollIntoViewIfNeeded();
    await page.locator('mu-island[data-name="ui/Trees"][data-state=ready]').waitFor({
      state: "attached",
    });
    await edge.dblclick();
    assertEquals(await size(), 400);
  },
);

Deno.test("Theme is chosen from a menu and there at the next first paint", loose, async () => {
  await using gallery = await openGallery({ scheme: "light" });
  const { page } = gallery;
  await page.getByRole("button", { name: "Theme" }).click();
  await page.getByRole("menuitemradio", { name: "Dark" }).click();
  const ground = (): Promise<string> =>
    page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  assertEquals(await ground(), "rgb(16, 17, 19)");
  await page.reload({ waitUntil: "commit" });
  await page.locator("body").waitFor({ state: "attached" });
  assertEquals(await ground(), "rgb(16, 17, 19)");
  assertEquals(gallery.errors, []);
});

Deno.test("Toast is announced, acts, and is dismissed", loose, async () => {
  await using gallery = await openGallery();
  const { page } = gallery;
  await page.getByRole("button", { name: "With action" }).click();
  const region = page.getByRole("region", { name: "Notifications" });
  await region.getByRole("button", { name: "Undo" }).click();
  await region.getByText("Undone").waitFor();
  await region.getByRole("button", { name: "Dismiss" }).click();
  await region.getByText("Undone").waitFor({ state: "detached" });
});

Deno.test(
  "Tooltip shows on keyboard focus, describes what it stands by, and hides on Escape",
  loose,
  async () => {
    await using gallery = await openGallery();
    const { page } = gallery;
    const button = page.getByRole("button", { name: "Hover or focus" });
    await page.getByRole("button", { name: "Delete" }).focus();
    while (await focused(gallery) !== "Hover or focus") await page.keyboard.press("Tab");
    await page.getByRole("tooltip").waitFor();
    assertEquals(await button.getAttribute("aria-describedby"), "tooltip");
    await page.keyboard.press("Escape");
    await page.getByRole("tooltip").waitFor({ state: "hidden" });
  },
);

Deno.test("Pages ask nobody else for anything and break no policy", loose, async () => {
  await using watched = await openPage(site.browser);
  const hosts = new Set<string>();
  watched.page.on("request", (request) => hosts.add(new URL(request.url()).origin));
  await watched.page.goto(`${site.origin}/ui`);
  await watched.page.locator("#many").scrollIntoViewIfNeeded();
  await watched.page.getByRole("table", { name: "Providers", exact: true })
    .scrollIntoViewIfNeeded();
  await watched.page.locator("mu-island[data-state=ready]").nth(4).waitFor({ state: "attached" });
  assertEquals([...hosts], [site.origin]);
  assertEquals(watched.errors, []);
});

Deno.test("/ui is served by deno task dev alone", async () => {
  await using started = await testApp();
  await using developed = await testApp({ env: { MUSTER_DEV: "true" } });
  const [absent, there] = await Promise.all([started.fetch("/ui"), developed.fetch("/ui")]);
  assertEquals([absent.status, there.status], [404, 200]);
  await Promise.all([absent.body?.cancel(), there.body?.cancel()]);
});
