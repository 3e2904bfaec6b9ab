/* What axe cannot see, asked of the page as it stands. Each check returns a list of findings in words; empty is sound. */
(() => {
  "use strict";
  if (window.inkartaAccess) return;

  const every = (selector, root = document) => {
    const found = [...root.querySelectorAll(selector)];
    for (const node of root.querySelectorAll("*")) if (node.shadowRoot) found.push(...every(selector, node.shadowRoot));
    return found;
  };
  const shown = (node) => {
    if (!node.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
    const box = node.getBoundingClientRect();
    return box.width > 1 && box.height > 1;
  };
  // A link out of sight until it has the focus, and what is kept for screen readers alone.
  const unseen = (node) => {
    for (let up = node; up; up = up.parentElement ?? up.getRootNode().host) {
      const style = getComputedStyle(up);
      const box = up.getBoundingClientRect();
      if (style.clipPath !== "none" && box.width <= 2 && box.height <= 2) return true;
    }
    const box = node.getBoundingClientRect();
    return box.right < 0 || box.bottom + scrollY < 0 || (box.bottom < 0 && getComputedStyle(node).position === "fixed");
  };
  const named = (node) => {
    const words = (node.getAttribute("aria-label") || node.textContent || node.getAttribute("name") || "").trim();
    const key = node.closest("[class*=st-key-]")?.className.match(/st-key-[\w-]+/)?.[0] ?? node.className?.baseVal ?? node.className ?? "";
    return `${node.tagName.toLowerCase()} "${words.replace(/\s+/g, " ").slice(0, 48)}" (${String(key).slice(0, 40)})`;
  };

  // Colours --------------------------------------------------------------------------------------------------
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const known = new Map();
  const rgba = (text) => {
    if (!known.has(text)) {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = "#000";
      canvas.fillStyle = text;
      canvas.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
      known.set(text, [r, g, b, a / 255]);
    }
    return known.get(text);
  };
  const over = ([r, g, b, a], [x, y, z]) => [r * a + x * (1 - a), g * a + y * (1 - a), b * a + z * (1 - a), 1];
  const light = (colour) => {
    const [r, g, b] = colour.slice(0, 3).map((one) => (one / 255 <= 0.04045 ? one / 255 / 12.92 : ((one / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
  const ground = (node) => {
    const layers = [];
    for (let up = node; up; up = up.parentElement ?? up.getRootNode().host) {
      const colour = rgba(getComputedStyle(up).backgroundColor);
      if (colour[3] > 0) layers.push(colour);
      if (colour[3] === 1) break;
    }
    let under = rgba(getComputedStyle(document.documentElement).colorScheme.includes("dark") && document.documentElement.dataset.theme === "dark" ? "#0e1a22" : "#ffffff");
    for (const layer of layers.reverse()) under = over(layer, under);
    return under;
  };
  const opacity = (node, to) => {
    let value = 1;
    for (let up = node; up && up !== to; up = up.parentElement) value *= parseFloat(getComputedStyle(up).opacity);
    return value;
  };

  const SHAPES = "path, rect, circle, ellipse, polygon";
  const inFill = (shape, x, y) => {
    const matrix = shape.getScreenCTM();
    if (!matrix) return false;
    const at = new DOMPoint(x, y).matrixTransform(matrix.inverse());
    try {
      return shape.isPointInFill(at);
    } catch {
      return false;
    }
  };
  const contrastOf = (svg, under, worst) => {
    const findings = [];
    const painted = [...svg.querySelectorAll(`text, ${SHAPES}`)].filter((node) => !node.closest("defs, clipPath, mask, pattern"));
    const boxes = new Map(painted.map((node) => [node, node.getBoundingClientRect()]));
    painted.forEach((text, order) => {
      if (text.tagName !== "text" || !text.textContent.trim() || !shown(text)) return;
      const style = getComputedStyle(text);
      if (style.fill === "none" || style.fillOpacity === "0") return;
      // What lies under a text of its own as a halo is not read.
      if (style.stroke !== "none" && parseFloat(style.strokeWidth) >= 2 && !style.paintOrder.startsWith("stroke")) return;
      const fill = rgba(style.fill);
      const alpha = fill[3] * parseFloat(style.fillOpacity) * opacity(text, svg);
      const box = boxes.get(text);
      let least = 99;
      let on = "";
      for (const part of [0.04, 0.5, 0.96]) {
        const x = box.left + box.width * part;
        const y = box.top + box.height / 2;
        let back = under;
        for (const shape of painted.slice(0, order)) {
          const its = boxes.get(shape);
          if (x < its.left - 1 || x > its.right + 1 || y < its.top - 1 || y > its.bottom + 1) continue;
          const look = getComputedStyle(shape);
          if (shape.tagName === "text") {
            if (look.stroke !== "none" && parseFloat(look.strokeWidth) >= 2 && shape.textContent === text.textContent) back = over(rgba(look.stroke), back);
            continue;
          }
          if (look.fill === "none" || look.fill.startsWith("url") || look.visibility === "hidden") continue;
          const its_colour = rgba(look.fill);
          const strength = its_colour[3] * parseFloat(look.fillOpacity) * opacity(shape, svg);
          if (strength > 0.01 && inFill(shape, x, y)) back = over([...its_colour.slice(0, 3), strength], back);
        }
        if (style.paintOrder.startsWith("stroke") && style.stroke !== "none" && parseFloat(style.strokeWidth) >= 2) back = over(rgba(style.stroke), back);
        const got = ratio(over([...fill.slice(0, 3), alpha], back), back);
        if (got < least) {
          least = got;
          on = back.slice(0, 3).map(Math.round).join(",");
        }
      }
      worst.n += 1;
      worst.least = Math.min(worst.least, least);
      if (least < 7) worst.under7 += 1;
      if (least < 4.49) findings.push(`${least.toFixed(2)}:1 "${text.textContent.trim().slice(0, 40)}" ${style.fill} on ${on}`);
    });
    return findings;
  };
  const source = async (image) => {
    const address = image.currentSrc || image.src;
    if (address.startsWith("data:image/svg+xml")) {
      const [head, ...rest] = address.split(",");
      const body = rest.join(",");
      return head.includes("base64") ? new TextDecoder().decode(Uint8Array.from(atob(body), (c) => c.charCodeAt(0))) : decodeURIComponent(body);
    }
    if (!/\.svg(\?|$)/.test(address) || address.includes("favicon")) return "";
    return (await fetch(address)).text();
  };
  /** Contrast of every text in every drawing, also in pictures that are files. */
  const svg = async () => {
    const worst = { n: 0, least: 99, under7: 0 };
    const findings = [];
    for (const one of every("svg")) {
      if (one.parentElement?.closest?.("svg") || !shown(one)) continue;
      findings.push(...contrastOf(one, ground(one), worst));
    }
    for (const image of every("img")) {
      if (!shown(image)) continue;
      const text = await source(image);
      if (!text.includes("<text")) continue;
      const holder = document.createElement("div");
      const box = image.getBoundingClientRect();
      holder.style.cssText = `position:fixed;left:0;top:0;width:${box.width}px;height:${box.height}px;z-index:99999`;
      const drawn = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
      drawn.setAttribute("width", "100%");
      drawn.setAttribute("height", "100%");
      holder.append(document.importNode(drawn, true));
      document.body.append(holder);
      findings.push(...contrastOf(holder.firstElementChild, ground(image), worst).map((one) => `${one} in ${image.src.slice(-60)}`));
      holder.remove();
    }
    return { findings, worst };
  };

  // Sizes ----------------------------------------------------------------------------------------------------
  const TARGETS = "a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button], [role=radio], [role=option], [role=tab], [role=checkbox], [role=combobox], [role=slider], [role=switch]";
  const inText = (node) => {
    if (node.tagName !== "A") return false;
    if (!getComputedStyle(node).display.startsWith("inline")) return false;
    const holder = node.closest("p, li, dd, td, th, figcaption, caption, small, label, div, span:not(a span)");
    return Boolean(holder) && holder.textContent.replace(/[\s·|,]+/g, "").length > node.textContent.replace(/\s+/g, "").length + 3;
  };
  const area = (node) => {
    let box = node.getBoundingClientRect();
    const label = node.matches("input, select, textarea") && (node.closest("label") ?? (node.id && document.querySelector(`label[for="${CSS.escape(node.id)}"]`)));
    const group = node.closest(".stSelectbox [role=group], .stMultiSelect [role=group], [data-testid=stTextInputRootElement], [data-testid=stNumberInputContainer], [data-testid=stTextAreaRootElement]");
    for (const more of [label && /^(checkbox|radio)$/.test(node.type) ? label : null, node.matches("input, textarea") ? group : null]) {
      const its = more?.getBoundingClientRect();
      if (its && its.width * its.height > box.width * box.height) box = its;
    }
    return box;
  };
  /** Targets smaller than ``least`` either way; below 24 a circle of 24 about the middle may stand alone instead. */
  const targets = (least) => {
    const nodes = every(TARGETS).filter((node) => shown(node) && !unseen(node) && !node.disabled && !node.closest("[inert], [aria-hidden=true]") && node.tabIndex !== -1);
    const boxes = nodes.map(area);
    const findings = [];
    nodes.forEach((node, at) => {
      if (node.ownerSVGElement || node.matches("[data-code], .ik-matrix a") || inText(node)) return;
      const box = boxes[at];
      if (box.width >= least - 0.5 && box.height >= least - 0.5) return;
      if (least === 24) {
        const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
        const alone = boxes.every((its, other) => other === at || nodes[other].contains(node) || node.contains(nodes[other])
          || Math.hypot(Math.max(its.left - x, 0, x - its.right), Math.max(its.top - y, 0, y - its.bottom)) >= 12);
        if (alone) return;
      }
      findings.push(`${Math.round(box.width)}x${Math.round(box.height)} ${named(node)}`);
    });
    return findings;
  };
  /** What makes the page wider than the screen. */
  const sideways = () => {
    const wide = document.documentElement.clientWidth;
    const main = document.querySelector(".stMain");
    const over = Math.max(document.documentElement.scrollWidth, main ? main.scrollWidth : 0);
    if (over <= wide) return [];
    const guilty = every("body *").filter((node) => node.getBoundingClientRect().right > wide + 1 && shown(node) && !node.closest(".ik-scroll, .ik-nav"));
    return [`${over} in ${wide}: ${guilty.slice(-3).map(named).join("; ")}`];
  };

  // Text spacing: WCAG 1.4.12 ----------------------------------------------------------------------------------
  const SPACED = "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-bottom: 2em !important }";
  const cut = () => {
    const found = new Set();
    for (const node of every("body *")) {
      if (node.closest("svg") || !shown(node) || unseen(node)) continue;
      const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim());
      const style = getComputedStyle(node);
      const hides = (way) => ["hidden", "clip"].includes(style[way]);
      const text = node.textContent.trim() && (own || node.childElementCount);
      if (!text || node.matches("input, textarea, select, option, iframe")) continue;
      if (hides("overflowX") && node.scrollWidth > node.clientWidth + 1 && node.clientWidth > 2) found.add(node);
      if (hides("overflowY") && node.scrollHeight > node.clientHeight + 2 && node.clientHeight > 2) found.add(node);
    }
    return found;
  };
  const spacing = async () => {
    const before = cut();
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(SPACED);
    const roots = [document, ...every("*").map((node) => node.shadowRoot).filter(Boolean)];
    for (const root of roots) root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const findings = [...cut()].filter((node) => !before.has(node)).map((node) => `cut: ${named(node)}`);
    let wide = sideways();
    for (let more = 0; wide.length && more < 4; more += 1) {  // a chart follows its column a moment later
      await new Promise((done) => setTimeout(done, 500));
      wide = sideways();
    }
    findings.push(...wide.map((one) => `wider: ${one}`));
    for (const root of roots) root.adoptedStyleSheets = root.adoptedStyleSheets.filter((one) => one !== sheet);
    return findings;
  };
  /** Text that is cut as the page is. */
  const clipped = () => [...cut()].map((node) => `cut: ${named(node)}`);

  // Forced colours, motion ---------------------------------------------------------------------------------------
  const LOOK = ["backgroundColor", "color", "borderTopColor", "borderBottomColor", "borderLeftColor", "borderLeftStyle", "borderBottomStyle", "borderTopWidth", "borderBottomWidth", "outlineColor", "outlineStyle", "outlineWidth", "fontWeight", "textDecorationLine", "stroke", "strokeWidth", "fill", "display", "content"];
  const look = (node) => {
    const parts = [node, ...node.querySelectorAll("*")].slice(0, 6);
    return JSON.stringify(parts.flatMap((part) => ["", "::before", "::after"].map((pseudo) => {
      const style = getComputedStyle(part, pseudo || null);
      return LOOK.map((name) => style[name]);
    })));
  };
  const PAIRS = [
    ["[role=radio][aria-checked=true]", "[role=radio][aria-checked=false]"],
    ["[role=tab][aria-selected=true]", "[role=tab][aria-selected=false]"],
    ["[data-variant][data-selected]", "[data-variant]:not([data-selected])"],
    ["[aria-pressed=true]", "[aria-pressed=false]"],
    ["nav a[aria-current]", "nav a:not([aria-current])"],
    [".scenes [aria-current]", ".scenes button:not([aria-current])"],
    ["tr[aria-current]", "tr:not([aria-current])"],
    ["label:has(> input:checked)", "label:has(> input:not(:checked))"],
  ];
  /** Chosen things that look like the others when the system's colours are forced. */
  const forced = () => {
    const findings = [];
    for (const [chosen, other] of PAIRS) {
      for (const node of every(chosen)) {
        if (!shown(node) || getComputedStyle(node).display === "none") continue;
        const root = node.parentElement?.closest("nav, table, [role=radiogroup], [role=toolbar], [role=tablist], fieldset, ol, ul, svg") ?? node.parentElement;
        const peer = [...(root?.querySelectorAll(other) ?? [])].find((one) => shown(one) && one.tagName === node.tagName);
        if (!peer || node.querySelector("input:checked") || peer.ownerSVGElement && node.ownerSVGElement && node.ownerSVGElement.querySelector("[data-chosen], .ik-chosen, .chosen, use")) continue;
        if (look(node) === look(peer)) findings.push(`looks like the others: ${named(node)}`);
      }
    }
    return findings;
  };
  /** What moves although the system asks for stillness. */
  const motion = () => {
    const findings = document.getAnimations().filter((one) => (one.effect?.getComputedTiming().activeDuration ?? 0) > 20 && one.playState === "running")
      .map((one) => `moves: ${one.effect?.target ? named(one.effect.target) : "?"}`);
    for (const node of every("body *")) {
      const style = getComputedStyle(node);
      const longest = Math.max(...style.transitionDuration.split(",").map(parseFloat), ...style.animationDuration.split(",").map(parseFloat));
      if (longest > 0.05 && shown(node)) findings.push(`may move ${longest} s: ${named(node)}`);
    }
    return [...new Set(findings)];
  };

  // Language -----------------------------------------------------------------------------------------------------
  const DATA = "[lang=en], code, script, style, noscript, .ik-facts, .ik-table tbody :is(td, th), h1, .ik-lede, .ik-node, .ik-outline, .ik-call, .ik-hits, a[href^=http]";
  /** Texts of the data, which may be in any language: of each element, each inside it, and each node of text. */
  const data = () => {
    const found = new Set();
    for (const root of every(DATA)) {
      for (const node of [root, ...root.querySelectorAll("*")]) {
        found.add(node.textContent);
        for (const name of ["aria-label", "title", "alt"]) found.add(node.getAttribute(name));
        for (const child of node.childNodes) if (child.nodeType === Node.TEXT_NODE) found.add(child.data);
      }
    }
    return [...found].filter(Boolean);
  };

  /** Names of columns, which stand before each value where a table is stacked. */
  const labels = () => [...new Set(every(".ik-table tbody td").map((node) => getComputedStyle(node, "::before").content.match(/^"(.+)"$/)?.[1]))].filter(Boolean);

  window.inkartaAccess = { svg, targets, sideways, spacing, clipped, forced, motion, data, labels };
})();
