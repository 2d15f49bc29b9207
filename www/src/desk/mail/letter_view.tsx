// A letter's HTML as a mail program shows it, in a tree of its own. The page's policy forbids styles
// in markup, and letters have no others: they are set by hand here, and what could run, load or lead
// away is left out.

import { useLayoutEffect, useRef } from "preact/hooks";

const kept = new Set(
  "a,b,blockquote,br,center,code,div,em,h1,h2,h3,h4,h5,h6,hr,i,li,ol,p,pre,s,small,span,strong,sub,sup,table,tbody,td,tfoot,th,thead,tr,u,ul".split(","),
);
const keptAttributes = ["align", "valign", "width", "height", "cellpadding", "cellspacing", "border", "colspan", "rowspan", "role", "lang", "dir"];

export function LetterView({ html }: { html: string }) {
  const host = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (!host.current) return;
    const root = host.current.shadowRoot ?? host.current.attachShadow({ mode: "open" });
    const body = new DOMParser().parseFromString(markup(html), "text/html").body;
    const letter = document.createElement("div");
    dress(letter, body);
    letter.append(...copies(body));
    root.replaceChildren(letter);
  }, [html]);
  return <div class="preview-html" role="document" aria-label="The letter" ref={host} />;
}

// A style in markup is a violation of the policy as soon as it is parsed, so it is parsed under
// another name.
const STYLE = "data-style";

function markup(html: string): string {
  return html.replaceAll(/\sstyle\s*=/giu, ` ${STYLE}=`);
}

function copies(of: Element): Node[] {
  return [...of.childNodes].flatMap((node): Node[] => {
    if (node instanceof Text) return [document.createTextNode(node.data)];
    if (!(node instanceof HTMLElement) || !kept.has(node.localName)) return [];
    const copy = document.createElement(node.localName);
    dress(copy, node);
    copy.append(...copies(node));
    return [copy];
  });
}

function dress(copy: HTMLElement, original: Element) {
  copy.style.cssText = original.getAttribute(STYLE) ?? "";
  for (const name of keptAttributes) {
    const value = original.getAttribute(name);
    if (value !== null) copy.setAttribute(name, value);
  }
  const href = original.getAttribute("href");
  // It looks like a link and says where it leads, and does not lead there.
  if (href !== null) copy.title = href;
}
