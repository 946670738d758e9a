import { assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { h } from "preact";
import { renderToString } from "preact-render-to-string";
import { Island, type PageScope, PageScopeContext, scriptJson } from "./island.tsx";
import { useUid } from "./uid.ts";

function Hello({ name }: { name: string }) {
  return <p id={useUid()}>Hello {name}</p>;
}

Deno.test("Island() renders the component, its props, and tells the page its name", () => {
  const scope: PageScope = { islands: [] };
  const html = renderToString(
    h(
      PageScopeContext.Provider,
      { value: scope },
      h(Island<{ name: string }>, {
        name: "demo/Hello",
        component: Hello,
        props: { name: "</script><b>" },
        load: "visible",
      }),
    ),
  );
  assertEquals(scope.islands, ["demo/Hello"]);
  assertStringIncludes(html, '<mu-island id="i1" data-name="demo/Hello" data-load="visible">');
  assertStringIncludes(html, '<p id="i1-0">Hello &lt;/script');
  assertStringIncludes(html, '{"name":"\\u003c/script>\\u003cb>"}');
});

Deno.test("scriptJson() reads back as it was and never ends its element", () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => {
    const text = scriptJson(value);
    assertEquals(JSON.parse(text), JSON.parse(JSON.stringify(value)));
    assertEquals(/[<\u2028\u2029]/.test(text), false);
  }));
});
